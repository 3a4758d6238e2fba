import { displayCoordinates } from '../../../lib/coordinates.ts'
import type { ReportAction } from '../../../reports/case/change-report.ts'
import { parseCaseNumber } from '../../../reports/case-number.ts'
import { explainDeadline } from '../../../reports/deadline.ts'
import type { KeptEvidence } from '../../../reports/evidence/keep-evidence.ts'
import { parseReceipt } from '../../../reports/receipt.ts'
import type { Report } from '../../../reports/report.ts'
import type { ActedReport } from '../../../reports/reports.ts'
import type { Reply } from '../../message.ts'
import type { UnitOfWork } from '../../turn/botkit-turn.ts'
import { type FollowUpTap, followUpChoice } from './follow-up-choice.ts'
import type { FollowUp, TakenMessage } from './follow-up-room.ts'
import { foundReply } from './found-report.ts'
import { maxStoryChars } from './read-story.ts'
import type { ReportContext } from './report-talk-parts.ts'
import { takeFiles } from './take-evidence.ts'

/** Letters that may stand around a typed receipt ("mã tra cứu của tôi là …"); more is a story with a number in it. */
const maxLettersAround = 30

/**
 * What was typed to open a report. A message that is mostly digits is taken for a receipt even when it is none, so
 * that a slip of one digit is told and not searched for.
 */
export function receiptTyped(text: string): 'receipt' | 'mistyped' | 'case-number' | undefined {
  if (parseCaseNumber(text).kind !== 'not-a-case-number') return 'case-number'
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  if (letters > maxLettersAround) return undefined
  switch (parseReceipt(text).kind) {
    case 'receipt':
      return 'receipt'
    case 'wrong-check':
    case 'wrong-length':
      return 'mistyped'
    case 'not-a-receipt':
      return undefined
  }
}

/** Opens a report by what was typed, or says what is wrong with it. The receipt itself is kept nowhere. */
export async function openReport(unit: UnitOfWork, context: ReportContext, typed: string): Promise<void> {
  const { reports, texts, nameOf, followUps } = context.reports
  const conversation = nameOf(unit.turn.inbound)
  const now = unit.turn.arrivedAt
  const found = await reports.openByReceipt(typed, [{ kind: 'conversation', id: conversation }])
  switch (found.kind) {
    case 'found': {
      const followUp = followUps.open(conversation, found.report.ref, now)
      if (found.report.state === 'waiting-for-reporter') followUp.expects = 'message'
      unit.replies.push(foundReply(found.report, followUp, now, context))
      return
    }
    case 'unknown':
    case 'wrong-check':
      unit.replies.push({ text: texts.say(`report.look-up.${found.kind}`) })
      return
    case 'wrong-length':
      unit.replies.push({ text: texts.say('report.look-up.wrong-length', { digits: found.digits }) })
      return
    case 'too-many-tries': {
      const minutes = Math.ceil(found.retryAfterSeconds / 60)
      unit.replies.push({ text: texts.say('report.look-up.too-many', { minutes }) })
      return
    }
    case 'not-a-receipt': {
      const isCaseNumber = parseCaseNumber(typed).kind !== 'not-a-case-number'
      unit.replies.push({
        text: texts.say(isCaseNumber ? 'report.look-up.case-number' : 'report.look-up.ask'),
      })
    }
  }
}

/**
 * Whether this message belongs to the open report: words and files when it was said what they are for, and files that
 * come by themselves unless another report is being written.
 */
export function expectsMessage(unit: UnitOfWork, context: ReportContext, isWriting: boolean): boolean {
  const { followUps, nameOf } = context.reports
  const { inbound, arrivedAt } = unit.turn
  const followUp = followUps.find(nameOf(inbound), arrivedAt)
  if (!followUp) return false
  return followUp.expects !== undefined || (inbound.attachments.length > 0 && !isWriting)
}

/** A typed message or files for the open report; false when they are for none. */
export async function writeToReport(unit: UnitOfWork, context: ReportContext): Promise<boolean> {
  const { followUps, nameOf } = context.reports
  const { inbound, arrivedAt } = unit.turn
  const taken = followUps.take(nameOf(inbound), inbound.messageId, arrivedAt)
  if (!taken || (taken.expects === undefined && inbound.attachments.length === 0)) return false
  const report = await context.reports.reports.find(taken.followUp.ref)
  if (!report) {
    sayPlain(unit, context, 'report.follow-up.gone')
    return true
  }
  const text = inbound.text?.trim() ?? ''
  if (text.length > maxStoryChars) {
    const { texts } = context.reports
    unit.replies.push(secret(texts.say('report.follow-up.too-long', { max: maxStoryChars })))
    return true
  }
  if (report.state === 'closed' && taken.expects !== 'reason')
    sayPlain(unit, context, 'report.follow-up.closed')
  else if (inbound.attachments.length > 0) await writeFiles(unit, context, report, taken, text)
  else if (taken.expects === 'reason') await rejectAnswer(unit, context, taken, text)
  else await writeWords(unit, context, taken, text)
  return true
}

/** Closes what is open; false when nothing was. */
export function leaveReport(unit: UnitOfWork, { reports }: ReportContext): boolean {
  const { followUps, nameOf } = reports
  const conversation = nameOf(unit.turn.inbound)
  const wasOpen = followUps.find(conversation, unit.turn.arrivedAt) !== undefined
  followUps.leave(conversation)
  return wasOpen
}

/** A tap under an open report; after a restart and after a quarter of an hour the receipt is asked for again. */
export async function tapOnReport(unit: UnitOfWork, context: ReportContext, tap: FollowUpTap): Promise<void> {
  const { reports, texts, followUps, nameOf } = context.reports
  const { inbound, arrivedAt: now } = unit.turn
  const taken = followUps.take(nameOf(inbound), inbound.messageId, now)
  if (!taken || taken.followUp.nonce !== tap.nonce) {
    unit.replies.push({ text: texts.say('report.look-up.again') })
    return
  }
  const { followUp } = taken
  const report = await reports.find(followUp.ref)
  if (!report) return sayPlain(unit, context, 'report.follow-up.gone')
  switch (tap.action) {
    case 'page':
      unit.replies.push(foundReply(report, followUp, now, context, tap.page))
      return
    case 'write':
    case 'files': {
      followUp.expects = 'message'
      return sayPlain(unit, context, `report.follow-up.${tap.action}`)
    }
    case 'reject':
      followUp.expects = 'reason'
      return sayPlain(unit, context, 'report.follow-up.reason')
    case 'accept': {
      const acted = await act(context, taken, { kind: 'accept-answer' })
      if (acted.kind === 'changed') {
        delete followUp.expects
        return sayPlain(unit, context, 'report.follow-up.accepted')
      }
      return sayRefused(unit, context, acted)
    }
    case 'not-id-card':
      return keepDoubtful(unit, context, report, taken)
    case 'place':
      return passOnPlace(unit, context, taken)
  }
}

async function writeWords(unit: UnitOfWork, context: ReportContext, taken: TakenMessage, text: string) {
  const acted = await act(context, taken, { kind: 'write', text, evidence: [] })
  if (acted.kind !== 'changed') return sayRefused(unit, context, acted)
  delete taken.followUp.expects
  unit.replies.push(wroteReply(context.reports.texts.say('report.follow-up.wrote'), taken.followUp, context))
}

async function rejectAnswer(unit: UnitOfWork, context: ReportContext, taken: TakenMessage, reason: string) {
  const acted = await act(context, taken, { kind: 'reject-answer', reason })
  if (acted.kind !== 'changed') return sayRefused(unit, context, acted)
  delete taken.followUp.expects
  const { texts, clockTexts } = context.reports
  const { answer } = acted.report.deadlines
  const due = answer
    ? [texts.say('report.follow-up.rejected-due', { deadline: explainDeadline(clockTexts, answer) })]
    : []
  unit.replies.push(secret([texts.say('report.follow-up.rejected'), ...due].join('\n')))
}

async function writeFiles(
  unit: UnitOfWork,
  context: ReportContext,
  report: Report,
  taken: TakenMessage,
  text: string,
): Promise<void> {
  const { followUp } = taken
  const { texts } = context.reports
  const { inbound } = unit.turn
  const location = inbound.attachments.find(({ coordinates }) => coordinates !== undefined)?.coordinates
  const attachments = inbound.attachments.filter(({ coordinates }) => coordinates === undefined)
  const to = { ref: report.ref, held: sinceLastAnswer(report) }
  const files = await takeFiles({ ...inbound, attachments }, to, context)
  followUp.doubtful = files.doubtful
  const coordinates = location && displayCoordinates(location)
  const mayTell = location !== undefined && report.identityMode === 'anonymous'
  if (mayTell) followUp.offeredLocation = location
  const words = coordinates && !mayTell ? texts.say('report.location.line', { coordinates }) : ''
  await passOn(unit, context, taken, {
    text: [text, words].filter(Boolean).join('\n'),
    evidence: files.kept,
    lines: [
      ...files.lines,
      ...(coordinates && mayTell ? [texts.say('report.location.may-tell', { coordinates })] : []),
    ],
  })
}

/** The place that was sent before, now that the person has agreed. */
async function passOnPlace(unit: UnitOfWork, context: ReportContext, taken: TakenMessage): Promise<void> {
  const { followUp } = taken
  const { texts } = context.reports
  const { offeredLocation } = followUp
  if (!offeredLocation) {
    unit.replies.push(secret(texts.say('report.location.none')))
    return
  }
  delete followUp.offeredLocation
  const coordinates = displayCoordinates(offeredLocation)
  const text = texts.say('report.location.line', { coordinates })
  await passOn(unit, context, taken, { text, evidence: [], lines: [] })
}

async function keepDoubtful(unit: UnitOfWork, context: ReportContext, report: Report, taken: TakenMessage) {
  const { followUp } = taken
  const { texts } = context.reports
  if (followUp.doubtful.length === 0) {
    unit.replies.push(secret(texts.say('report.evidence.nothing-doubtful')))
    return
  }
  const { channel } = unit.turn.inbound
  const files = await takeFiles(
    { channel, attachments: followUp.doubtful },
    { ref: report.ref, held: sinceLastAnswer(report), isNoIdentityCard: true },
    context,
  )
  followUp.doubtful = []
  await passOn(unit, context, taken, { text: '', evidence: files.kept, lines: files.lines })
}

async function passOn(
  unit: UnitOfWork,
  context: ReportContext,
  taken: TakenMessage,
  { text, evidence, lines }: { text: string; evidence: KeptEvidence[]; lines: readonly string[] },
): Promise<void> {
  const { texts } = context.reports
  if (evidence.length === 0 && text === '') {
    unit.replies.push(wroteReply(lines.join('\n'), taken.followUp, context))
    return
  }
  const acted = await act(context, taken, { kind: 'write', text, evidence })
  if (acted.kind !== 'changed') return sayRefused(unit, context, acted)
  delete taken.followUp.expects
  const done =
    evidence.length > 0
      ? texts.say('report.follow-up.files-kept', { count: evidence.length })
      : texts.say('report.follow-up.wrote')
  unit.replies.push(wroteReply([...lines, done].join('\n'), taken.followUp, context))
}

/** Each turn of the talk may bring as many files as a report: those sent since the office last did something. */
function sinceLastAnswer({ events }: Report): KeptEvidence[] {
  const last = events.findLastIndex(({ by }) => by.kind === 'officer')
  return events
    .slice(last + 1)
    .flatMap(({ change }) => (change.kind === 'reporter-wrote' ? change.evidence : []))
}

function act(context: ReportContext, { followUp, eventId }: TakenMessage, action: ReportAction) {
  return context.reports.reports.act(followUp.ref, { kind: 'reporter' }, action, { eventId })
}

function sayRefused(
  unit: UnitOfWork,
  context: ReportContext,
  acted: Exclude<ActedReport, { kind: 'changed' }>,
): void {
  sayPlain(unit, context, `report.follow-up.${refusalText(acted)}`)
}

function refusalText(acted: Exclude<ActedReport, { kind: 'changed' }>): FollowUpText {
  if (acted.kind === 'no-such-report') return 'gone'
  if (acted.kind === 'conflict') return 'wrong-state'
  switch (acted.reason) {
    case 'empty-text':
      return 'empty'
    case 'reopened-before':
    case 'too-late':
      return acted.reason
    case 'wrong-state':
    case 'not-this-handler':
    case 'same-as-before':
      return 'wrong-state'
  }
}

type FollowUpText =
  | 'gone'
  | 'write'
  | 'files'
  | 'reason'
  | 'accepted'
  | 'empty'
  | 'reopened-before'
  | 'too-late'
  | 'wrong-state'
  | 'closed'

function sayPlain(
  unit: UnitOfWork,
  { reports }: ReportContext,
  key: `report.follow-up.${FollowUpText}`,
): void {
  unit.replies.push(secret(reports.texts.say(key)))
}

/** Even that something was written is told to the person alone. */
const secret = (text: string): Reply => ({ text, isSecret: true })

function wroteReply(
  text: string,
  { nonce, doubtful, offeredLocation }: FollowUp,
  { reports }: ReportContext,
): Reply {
  const { texts } = reports
  const buttons = [
    ...(doubtful.length > 0
      ? [{ label: texts.say('report.button.not-id-card'), choice: followUpChoice(nonce, 'not-id-card') }]
      : []),
    ...(offeredLocation
      ? [{ label: texts.say('report.button.keep-place'), choice: followUpChoice(nonce, 'place') }]
      : []),
    { label: texts.say('report.button.write'), choice: followUpChoice(nonce, 'write') },
    { label: texts.say('report.button.files'), choice: followUpChoice(nonce, 'files') },
  ]
  return { ...secret(text), buttons }
}
