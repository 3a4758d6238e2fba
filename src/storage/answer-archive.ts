import type mongoose from 'mongoose'
import type { AnswerArchive, AnswersOfPeriod } from '../surveys/answer-archive.ts'
import type { Answer, SurveyForm } from '../surveys/index/form.ts'
import type { QuestionnaireVersion, ServiceFacts } from '../surveys/invitation/invitation.ts'
import { answersThatCount } from '../surveys/invitation/record-answer.ts'
import { type InvitationRow, invitationSchema } from './invitation-rows.ts'
import { type ResponseRow, responseRows, toResponse } from './response-store.ts'

const batchSize = 1_000

/**
 * Reads what the index of a period is made of; opens nothing that is sealed, so it needs no key.
 *
 * @param finishedDossiers how many dossiers had their result in the period
 */
export function createAnswerArchive(
  connection: mongoose.Connection,
  finishedDossiers: (period: { from: string; to: string }) => Promise<number>,
): AnswerArchive {
  const model = connection.model<InvitationRow>('Invitation', invitationSchema)
  const invitations = model.collection as unknown as mongoose.mongo.Collection<InvitationRow>
  const responses = responseRows(connection)

  return {
    async read(period) {
      const finished = await finishedDossiers(period)
      const found = new Map<string, AnswersOfPeriod>()
      const answersOf = (questionnaire: QuestionnaireVersion): AnswersOfPeriod => {
        const key = `${questionnaire.id}@${questionnaire.version}`
        const known = found.get(key)
        if (known) return known
        const funnel = { finishedDossiers: finished, sent: 0, delivered: 0 }
        const made: AnswersOfPeriod = { questionnaire, forms: [], funnel }
        found.set(key, made)
        return made
      }

      const inPeriod = { $gte: period.from, $lte: period.to }
      const cursor = invitations
        .find({ sentDay: inPeriod }, { projection: { conversation: 0 } })
        .sort({ sentDay: 1, _id: 1 })
        .batchSize(batchSize)
      let batch: InvitationRow[] = []
      const takeBatch = async () => {
        const tokens = batch.map(({ token }) => token)
        const rows = await responses.find({ _id: { $in: tokens } }, { projection: { comments: 0 } }).toArray()
        const byToken = new Map(rows.map((row) => [row._id, row]))
        for (const row of batch) {
          const { forms, funnel } = answersOf(row.sent!.questionnaire)
          forms.push(formOf(row, byToken.get(row.token)))
          funnel.sent++
          if (!row.isUndelivered) funnel.delivered++
        }
        batch = []
      }
      for await (const row of cursor) {
        batch.push(row)
        if (batch.length === batchSize) await takeBatch()
      }
      await takeBatch()

      const assisted = responses.find({ assistedDay: inPeriod }, { projection: { comments: 0 } })
      for await (const row of assisted) {
        answersOf(row.assisted!.questionnaire).forms.push(assistedForm(row))
      }
      return [...found.values()].sort(byQuestionnaire)
    },
  }
}

function formOf({ sent, facts }: InvitationRow, row: ResponseRow | undefined): SurveyForm {
  // What staff typed in about a dossier whose owner was asked too is no answer of the owner.
  const given = row && !row.assisted ? answersThatCount(toResponse(row).response) : new Map()
  return {
    asked: sent!.assignment.items.map(({ item, chance }) => ({
      item,
      chance,
      answer: (given.get(item) ?? 'unanswered') as Answer,
    })),
    ...stratumOf(facts),
  }
}

function assistedForm(row: ResponseRow): SurveyForm {
  const asked = [...answersThatCount(toResponse(row).response)].map(([item, answer]) => ({
    item,
    answer: answer as Answer,
  }))
  return { asked, isAssisted: true, ...stratumOf(row.assisted!.facts) }
}

const stratumOf = ({ field }: ServiceFacts) => (field === undefined ? {} : { stratum: field })

function byQuestionnaire(
  { questionnaire: a }: AnswersOfPeriod,
  { questionnaire: b }: AnswersOfPeriod,
): number {
  return a.id === b.id ? a.version - b.version : a.id < b.id ? -1 : 1
}
