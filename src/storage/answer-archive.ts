import { createHmac, randomBytes } from 'node:crypto'
import type mongoose from 'mongoose'
import type { Clock } from '../lib/clock.ts'
import type { KeyRing } from '../lib/key-ring.ts'
import { shareRunning } from '../lib/share-running.ts'
import { addDays, dayOf } from '../lib/working-days/day.ts'
import type { AnswerArchive, AnswersOfPeriod, ArchivedForm, PollTrace } from '../surveys/answer-archive.ts'
import type { Answer, AskedItem } from '../surveys/index/form.ts'
import type {
  InvitedConversation,
  QuestionnaireVersion,
  ServiceFacts,
} from '../surveys/invitation/invitation.ts'
import { answersThatCount } from '../surveys/invitation/record-answer.ts'
import { conversationContext, type InvitationRow, invitationSchema } from './invitation-rows.ts'
import { type ResponseRow, responseRows, toResponse } from './response-store.ts'
import { openField } from './sealed-field.ts'

const batchSize = 500
const responseParts = {
  'questions.question': 1,
  'questions.history': 1,
  assisted: 1,
  secondsAfterHandOver: 1,
} as const
/** About 60 MB; the days that were read first go first. */
const formsRemembered = 300_000

interface Period {
  from: string
  to: string
}

/** The forms of one day of sending, by questionnaire version. */
interface DayForms {
  byQuestionnaire: Map<string, { questionnaire: QuestionnaireVersion; forms: ArchivedForm[] }>
  count: number
  /** Somebody can still answer or change. */
  isOpen: boolean
}

/**
 * Reads what the index of a period is made of.
 *
 * @param keyRing to tell polls of the same chat while they are open; everything else needs no key
 * @param clock days that are over and whose polls are all closed never change: with a clock they are remembered
 */
export function createAnswerArchive(
  connection: mongoose.Connection,
  { keyRing, clock }: { keyRing?: KeyRing | undefined; clock?: Clock } = {},
): AnswerArchive {
  const model = connection.model<InvitationRow>('Invitation', invitationSchema)
  const invitations = model.collection as unknown as mongoose.mongo.Collection<InvitationRow>
  const responses = responseRows(connection)
  const shared = createShared()
  const remembered = new Map<string, DayForms>()
  let rememberedForms = 0
  const markSecret = randomBytes(32)

  function chatMarkOf({ _id, conversation }: InvitationRow): string | undefined {
    if (!keyRing || !conversation) return undefined
    const { key } = openField<InvitedConversation>(keyRing, conversation, conversationContext(_id))
    return createHmac('sha256', markSecret).update(key).digest('base64url').slice(0, 12)
  }

  function formOf(row: InvitationRow, response: ResponseRow | undefined): ArchivedForm {
    const { sent, facts } = row
    // What staff typed in about a dossier whose owner was asked too is no answer of the owner.
    const own = response?.assisted ? undefined : response
    const given = own ? answersThatCount(toResponse(own).response) : new Map<string, unknown>()
    const asked = sent!.assignment.items.map(({ item, chance }) => ({
      item,
      chance,
      answer: (given.get(item) ?? 'unanswered') as Answer,
    }))
    const answeredAtMs = own && firstAnswerMs(own)
    const { outsideIndex } = sent!.assignment
    const chatMark = answeredAtMs === undefined ? undefined : chatMarkOf(row)
    const outsideAnswer = outsideIndex === undefined ? undefined : given.get(outsideIndex)
    const poll: PollTrace = {
      number: row.number!,
      isUndelivered: row.isUndelivered === true,
      half: sent!.half,
      sentAtMs: sent!.sentAt.getTime(),
      ...(answeredAtMs === undefined ? {} : { answeredAtMs }),
      ...(own?.secondsAfterHandOver === undefined ? {} : { secondsAfterHandOver: own.secondsAfterHandOver }),
      ...(chatMark === undefined ? {} : { chatMark }),
      ...(outsideIndex === undefined
        ? {}
        : {
            outside: {
              question: outsideIndex,
              ...(typeof outsideAnswer === 'string' ? { answer: outsideAnswer } : {}),
            },
          }),
    }
    return { asked: shared.asked(asked), day: row.sentDay!, ...shared.facts(facts), poll }
  }

  /** Every day of the stretch, those without a form too. */
  async function readDays({ from, to }: Period): Promise<Map<string, DayForms>> {
    const days = new Map<string, DayForms>()
    for (const day of daysOf({ from, to })) {
      days.set(day, { byQuestionnaire: new Map(), count: 0, isOpen: false })
    }
    const projection = {
      token: 1,
      facts: 1,
      'sent.questionnaire': 1,
      'sent.assignment': 1,
      'sent.half': 1,
      'sent.sentAt': 1,
      number: 1,
      sentDay: 1,
      isUndelivered: 1,
      endsAt: 1,
      ...(keyRing ? { conversation: 1 } : {}),
    }
    const cursor = invitations
      .find({ sentDay: { $gte: from, $lte: to } }, { projection })
      .sort({ sentDay: 1, _id: 1 })
      .batchSize(batchSize)
    let batch: InvitationRow[] = []
    const takeBatch = async () => {
      const tokens = batch.map(({ token }) => token)
      const rows = await responses.find({ _id: { $in: tokens } }, { projection: responseParts }).toArray()
      const byToken = new Map(rows.map((row) => [row._id, row]))
      for (const row of batch) {
        const day = days.get(row.sentDay!)!
        addForm(day, row.sent!.questionnaire, formOf(row, byToken.get(row.token)))
        day.isOpen ||= row.endsAt !== undefined
      }
      batch = []
    }
    for await (const row of cursor) {
      batch.push(row)
      if (batch.length === batchSize) await takeBatch()
    }
    await takeBatch()
    return days
  }

  function remember(day: string, forms: DayForms, today: string): void {
    if (forms.isOpen || day >= today || remembered.has(day)) return
    remembered.set(day, forms)
    rememberedForms += forms.count
    for (const [oldest, { count }] of remembered) {
      if (rememberedForms <= formsRemembered) break
      remembered.delete(oldest)
      rememberedForms -= count
    }
  }

  const share = shareRunning<AnswersOfPeriod[]>()

  return {
    // Two who want the same days in the same moment read them once.
    read: ({ from, to }) => share(`${from}/${to}`, () => read({ from, to })),
  }

  async function read(period: Period): Promise<AnswersOfPeriod[]> {
    const today = clock && dayOf(clock.now())
    const days = new Map<string, DayForms>()
    for (const stretch of stretchesOf(period, (day) => remembered.get(day))) {
      if (stretch.kind === 'known') days.set(stretch.day, stretch.forms)
      else for (const [day, forms] of await readDays(stretch)) days.set(day, forms)
    }
    const found: DayForms['byQuestionnaire'] = new Map()
    for (const [day, forms] of days) {
      if (today !== undefined) remember(day, forms, today)
      for (const [key, one] of forms.byQuestionnaire) {
        const entry = found.get(key) ?? { questionnaire: one.questionnaire, forms: [] }
        found.set(key, entry)
        for (const form of one.forms) entry.forms.push(form)
      }
    }
    const entries: DayForms = { byQuestionnaire: found, count: 0, isOpen: true }
    const inPeriod = { $gte: period.from, $lte: period.to }
    const assisted = responses.find({ assistedDay: inPeriod }, { projection: { comments: 0 } })
    for await (const row of assisted) addForm(entries, row.assisted!.questionnaire, assistedForm(row))
    return [...found.values()].sort(byQuestionnaire)
  }
}

function addForm(day: DayForms, questionnaire: QuestionnaireVersion, form: ArchivedForm): void {
  const key = `${questionnaire.id}@${questionnaire.version}`
  const entry = day.byQuestionnaire.get(key) ?? { questionnaire, forms: [] }
  day.byQuestionnaire.set(key, entry)
  entry.forms.push(form)
  day.count++
}

/** Equal parts of forms become one object: there are far fewer different ones than forms. */
function createShared() {
  const askedLists = new Map<string, readonly AskedItem[]>()
  const factSets = new Map<string, Pick<ArchivedForm, 'facts' | 'stratum'>>()
  const most = 200_000
  const keep = <T>(all: Map<string, T>, key: string, made: T): T => {
    const known = all.get(key)
    if (known !== undefined) return known
    if (all.size >= most) all.clear()
    all.set(key, made)
    return made
  }
  return {
    asked: (asked: readonly AskedItem[]) =>
      keep(
        askedLists,
        asked.map(({ item, answer, chance }) => `${item}=${answer}/${chance?.part}:${chance?.whole}`).join(),
        asked,
      ),
    facts(facts: ServiceFacts) {
      const { field } = facts
      const key = JSON.stringify([facts.procedureCode, field, facts.unit])
      return keep(factSets, key, { facts, ...(field === undefined ? {} : { stratum: field }) })
    },
  }
}

function assistedForm(row: ResponseRow): ArchivedForm {
  const { facts } = row.assisted!
  const asked = [...answersThatCount(toResponse(row).response)].map(([item, answer]) => ({
    item,
    answer: answer as Answer,
  }))
  const { field } = facts
  return {
    asked,
    isAssisted: true,
    day: row.assistedDay!,
    facts,
    ...(field === undefined ? {} : { stratum: field }),
  }
}

function firstAnswerMs({ questions }: ResponseRow): number | undefined {
  const firsts = questions.flatMap(({ history }) => history[0]?.at.getTime() ?? [])
  return firsts.length === 0 ? undefined : Math.min(...firsts)
}

function* daysOf({ from, to }: Period): Generator<string> {
  for (let day = from; day <= to; day = addDays(day, 1)) yield day
}

type Stretch = { kind: 'known'; day: string; forms: DayForms } | ({ kind: 'unknown' } & Period)

/** Days that are not remembered, side by side as one stretch. */
function stretchesOf(period: Period, known: (day: string) => DayForms | undefined): Stretch[] {
  const stretches: Stretch[] = []
  for (const day of daysOf(period)) {
    const forms = known(day)
    const last = stretches.at(-1)
    if (forms) stretches.push({ kind: 'known', day, forms })
    else if (last?.kind === 'unknown') last.to = day
    else stretches.push({ kind: 'unknown', from: day, to: day })
  }
  return stretches
}

function byQuestionnaire(
  { questionnaire: a }: AnswersOfPeriod,
  { questionnaire: b }: AnswersOfPeriod,
): number {
  return a.id === b.id ? a.version - b.version : a.id < b.id ? -1 : 1
}
