import { existsSync } from 'node:fs'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { createAnswerArchive } from '../../src/storage/answer-archive.ts'
import { createDossierStore } from '../../src/storage/dossier-store.ts'
import { createQuestionnaireStore } from '../../src/storage/questionnaire-store.ts'
import { type AnswersOfPeriod, countSent, indexDataOf } from '../../src/surveys/answer-archive.ts'
import type { IndexData } from '../../src/surveys/index/report-index.ts'
import type { SurveyTexts } from '../../src/surveys/survey-texts.ts'
import { joinDatabase } from '../join-database.ts'
import { readConfig } from '../open-desk-stores.ts'

type ReadStored =
  | { kind: 'data'; data: IndexData; notes(texts: SurveyTexts): string[] }
  | { kind: 'refused'; lines(texts: SurveyTexts): string[] }

/**
 * The answers of a period, of one questionnaire version: the one that was asked for by name, the only one, or the newest
 * version of the one in use; the others are named in the notes.
 *
 * @param wanted "sipas-19@1"
 */
export async function readStoredAnswers(
  period: { from: string; to: string },
  wanted: string | undefined,
  inUse: string,
): Promise<ReadStored> {
  const read = readConfig()
  if (read.kind === 'wrong') {
    const settings = read.settings.join(', ')
    return refused((texts) => texts.say('survey.command.wrong-settings', { settings }))
  }
  const { storage } = read.config
  if (!storage.mongodbUri && !existsSync(storage.dataDir)) {
    return refused((texts) => texts.say('survey.command.no-database'))
  }
  const database = await joinDatabase(storage, createLog({ level: 'silent' }))
  try {
    const dossiers = createDossierStore(database.connection, { clock: systemClock })
    const found = await createAnswerArchive(database.connection).read(period)
    const finishedDossiers = await dossiers.count({ kind: 'done', from: period.from, until: period.to })
    const names = found.map(nameOf)
    const chosen = choose(found, wanted, inUse)
    if (!chosen) {
      return refused((texts) =>
        found.length === 0
          ? texts.say('survey.command.no-answers', period)
          : texts.say('survey.command.which-questionnaire', { names: names.join(', ') }),
      )
    }
    const { id, version } = chosen.questionnaire
    const questionnaire = await createQuestionnaireStore(database.connection).find(id, version)
    if (!questionnaire) {
      return refused((texts) => texts.say('survey.command.which-questionnaire', { names: names.join(', ') }))
    }
    const others = names.filter((name) => name !== nameOf(chosen))
    return {
      kind: 'data',
      data: indexDataOf(chosen, questionnaire),
      notes: (texts) => [
        texts.say('survey.command.funnel', {
          name: nameOf(chosen),
          finishedDossiers,
          ...countSent(chosen.forms),
        }),
        ...(others.length > 0
          ? [texts.say('survey.command.other-questionnaires', { names: others.join(', ') })]
          : []),
      ],
    }
  } finally {
    await database.close()
  }
}

function choose(
  found: readonly AnswersOfPeriod[],
  wanted: string | undefined,
  inUse: string,
): AnswersOfPeriod | undefined {
  if (wanted !== undefined) return found.find((one) => nameOf(one) === wanted)
  if (found.length === 1) return found[0]
  return found.filter(({ questionnaire }) => questionnaire.id === inUse).at(-1)
}

const nameOf = ({ questionnaire: { id, version } }: AnswersOfPeriod) => `${id}@${version}`

function refused(line: (texts: SurveyTexts) => string): ReadStored {
  return { kind: 'refused', lines: (texts) => [line(texts)] }
}
