import { displayName } from '../../../catalogue/answers/display.ts'
import type { Procedure } from '../../../catalogue/procedure.ts'
import { fold } from '../../../catalogue/text/fold.ts'
import { type PublishedDue, publishedDue } from '../../../dossiers/published-due.ts'
import { readFilingDay } from '../../../dossiers/read-filing-day.ts'
import { vietnameseDay } from '../../../dossiers/say-day.ts'
import type { SelfReportAnswer } from '../../../dossiers/shadow-clock.ts'
import { vietnamDay } from '../../../lib/vietnam-time.ts'
import type { UnitOfWork } from '../../turn/botkit-turn.ts'
import { procedureSpokenOf } from '../ask.ts'
import { commandPayload } from '../choice-payload.ts'
import { dossierChoice, type SelfReportAnswerTap } from './dossier-choice.ts'
import type { DossierContext } from './dossier-talk-parts.ts'
import { questionReply } from './self-report-question.ts'

/** "nộp (hồ sơ) ngày 3/6", "mới nộp hôm qua": handing in, and a time right after it. */
const filed =
  /(?<![\p{L}\p{N}])nop (?:roi |xong )?(?:ho so |giay to |don )?(?:hom|ngay|vao|tu|luc|sang|chieu|mung|mong|thu|bua|\d)/u
const maxChoices = 5

/** Somebody tells on which day they handed in what; false when the message is anything else. */
export function meetFilingDay(unit: UnitOfWork, context: DossierContext, text: string): boolean {
  if (!filed.test(fold(text).replace(/\s+/g, ' '))) return false
  const { words, selfReport } = context.dossiers
  const today = vietnamDay(unit.turn.arrivedAt)
  const read = readFilingDay(text, { ...selfReport, today })
  if (read.kind === 'no-day') return false
  const { search } = context.catalogue()
  const rest = read.kind === 'day' ? read.rest : ''
  // "nộp ngày 3/6 thì bao giờ có" asks for a section of a procedure.
  if (text.includes('?') || search.sectionsAsked(rest).length > 0) return false
  switch (read.kind) {
    case 'impossible':
      unit.replies.push({ text: words.say('dossier-talk.filing.impossible', { day: read.text }) })
      return true
    case 'future':
    case 'too-old': {
      const day = vietnameseDay(read.day)
      unit.replies.push({ text: words.say(`dossier-talk.filing.${read.kind}`, { day }) })
      return true
    }
    case 'day':
      return offer(unit, context, read.day, rest)
  }
}

function offer(unit: UnitOfWork, context: DossierContext, day: string, rest: string): boolean {
  const { words } = context.dossiers
  const filedDay = vietnameseDay(day)
  if (rest === '') {
    const spokenOf = procedureSpokenOf(unit, context)
    if (spokenOf) confirm(unit, context, spokenOf, day)
    else unit.replies.push({ text: words.say('dossier-talk.filing.which-procedure', { filed: filedDay }) })
    return true
  }
  const outcome = context.catalogue().search.search(rest)
  switch (outcome.kind) {
    case 'answer':
      confirm(unit, context, outcome.procedure, day)
      return true
    case 'choices':
      unit.replies.push({
        text: words.say('dossier-talk.filing.which', { filed: filedDay }),
        buttons: outcome.procedures.slice(0, maxChoices).map((procedure) => ({
          label: nameOf(procedure, context),
          choice: dossierChoice({ action: 'filed', procedure: procedure.code, day }),
        })),
      })
      return true
    case 'other':
    case 'only-sections':
    case 'not-found':
      return false
  }
}

/** Says what would be kept and when the question would come; nothing is kept yet. */
function confirm(unit: UnitOfWork, context: DossierContext, procedure: Procedure, day: string): void {
  const { words } = context.dossiers
  const due = dueOf(procedure, day, context)
  const name = nameOf(procedure, context)
  if (due.kind !== 'due') {
    unit.replies.push({ text: words.say('dossier-talk.filing.no-time', { procedure: name }) })
    return
  }
  const isOver = due.askDay <= vietnamDay(unit.turn.arrivedAt)
  const facts = { procedure: name, filed: vietnameseDay(day), time: due.time, due: vietnameseDay(due.dueDay) }
  const said = words.say(`dossier-talk.filing.${isOver ? 'confirm-overdue' : 'confirm'}`, facts)
  const consent = words.say('dossier-talk.filing.consent', { agency: context.agency.office.longName })
  unit.replies.push({
    text: `${said}\n\n${consent}`,
    buttons: [
      {
        label: words.say('dossier-talk.button.ask-me'),
        choice: dossierChoice({ action: 'filed', procedure: procedure.code, day }),
      },
    ],
  })
}

/** "Hỏi tôi": kept from here on. When the time is over already, the question comes at once. */
export async function keepFiling(
  unit: UnitOfWork,
  context: DossierContext,
  tap: { procedure: string; day: string },
): Promise<void> {
  const { words, shadow, selfReport } = context.dossiers
  const now = unit.turn.arrivedAt
  const today = vietnamDay(now)
  const procedure = context.catalogue().search.byCode(tap.procedure)
  const read = readFilingDay(tap.day, { ...selfReport, today })
  if (!procedure || read.kind !== 'day') {
    unit.replies.push({ text: words.say('dossier-talk.filing.gone') })
    return
  }
  const due = dueOf(procedure, read.day, context)
  if (due.kind !== 'due') {
    const text = words.say('dossier-talk.filing.no-time', { procedure: nameOf(procedure, context) })
    unit.replies.push({ text })
    return
  }
  const { channel, conversationId } = unit.turn.inbound
  const report = {
    procedureCode: procedure.code,
    procedureName: nameOf(procedure, context),
    filedDay: read.day,
    dueDay: due.dueDay,
    askDay: due.askDay,
    conversation: { channel, conversationId },
    agreedAt: now,
  }
  const id = await shadow.put(report)
  if (due.askDay <= today) {
    await shadow.markAsked(id, now)
    unit.replies.push(questionReply({ id, ...report }, words))
    return
  }
  unit.replies.push({ text: words.say('dossier-talk.filing.agreed', { day: vietnameseDay(due.askDay) }) })
}

/** "Đã có kết quả chưa?" – the last tap counts. */
export async function takeAnswer(
  unit: UnitOfWork,
  context: DossierContext,
  tap: { report: string; answer: SelfReportAnswerTap },
): Promise<void> {
  const { words, shadow } = context.dossiers
  const { channel, conversationId } = unit.turn.inbound
  const conversation = { channel, conversationId }
  const today = vietnamDay(unit.turn.arrivedAt)
  const report = await shadow.get(tap.report, conversation)
  if (!report) {
    unit.replies.push({ text: words.say('dossier-talk.filing.gone') })
    return
  }
  await shadow.answer(tap.report, conversation, answerOf(tap.answer, report.dueDay, today))
  switch (tap.answer) {
    case 'in-time':
    case 'late':
      unit.replies.push({ text: words.say('dossier-talk.filing.thanks') })
      return
    case 'not-yet':
      unit.replies.push({
        text: words.say('dossier-talk.filing.not-yet'),
        buttons: [{ label: words.say('dossier-talk.button.report'), choice: commandPayload('report') }],
      })
      return
    case 'no-more':
      unit.replies.push({ text: words.say('dossier-talk.filing.withdrawn') })
  }
}

/** Which day it came is not asked: by the day it was due, or by today. */
function answerOf(tap: SelfReportAnswerTap, dueDay: string, today: string): SelfReportAnswer {
  switch (tap) {
    case 'in-time':
      return { kind: 'came', day: dueDay }
    case 'late':
      return { kind: 'came', day: today }
    case 'not-yet':
      return { kind: 'not-yet', toldOn: today }
    case 'no-more':
      return { kind: 'withdrawn' }
  }
}

function dueOf({ methods = [] }: Procedure, day: string, { dossiers }: DossierContext): PublishedDue {
  return publishedDue(
    methods.flatMap(({ time }) => time ?? []),
    day,
    dossiers.calendar,
  )
}

const nameOf = ({ name }: Procedure, { answers }: DossierContext): string =>
  displayName(name, answers.say('answer.proper-names').split(/,\s*/))
