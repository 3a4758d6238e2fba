import { randomBytes } from 'node:crypto'
import { type Botkit, BotkitConversation, type BotWorker } from 'botkit'
import { displayDate } from '../../../catalogue/answers/display.ts'
import { vietnamDay } from '../../../lib/vietnam-time.ts'
import { addDays } from '../../../lib/working-days/day.ts'
import type { Button, Reply } from '../../message.ts'
import { asAnswerHandler, asBeforeHook, type UnitOfWork } from '../../turn/botkit-turn.ts'
import { answerStep } from './answer-step.ts'
import type { Answered } from './answered.ts'
import {
  isExpired,
  type MainStep,
  mainSteps,
  newDraft,
  nextStep,
  type ReportDraft,
  type ReportOffer,
  type ReportStep,
  readMemory,
  reportSteps,
  withMemory,
} from './draft.ts'
import { draftButtons } from './draft-buttons.ts'
import { promptFor } from './prompts.ts'
import type { ReportContext } from './report-talk-parts.ts'
import { sendReport, withReceipt } from './send-report.ts'
import { parseReportChoice, readTyped, reportChoice, type StepInput } from './step-input.ts'
import { takeFiles } from './take-evidence.ts'
import { answerPlace, takePlace } from './take-place.ts'

/** Guided dialog: a citizen tells what happened. Each step is a named thread; what was told stands in the draft. */
export const reportDialog = 'report'

/** Turns whose reply asks already, so that the step's own question is left out. */
const asked = new WeakSet<UnitOfWork>()

export function createReportDialog(controller: Botkit, context: ReportContext): BotkitConversation {
  const dialog = new BotkitConversation(reportDialog, controller)
  for (const step of reportSteps) {
    dialog.before(
      step,
      asBeforeHook((unit) => askStep(unit, context, step)),
    )
    dialog.addQuestion(
      '',
      asAnswerHandler(async (unit, convo) => {
        const next = await takeAnswer(unit, context, step)
        if (next) await convo.gotoThread(next)
        else await convo.stop()
      }),
      null,
      step,
    )
  }
  return dialog
}

/** The draft that is under way; one that is too old is put away with its files. */
export async function currentDraft(
  unit: UnitOfWork,
  context: ReportContext,
): Promise<ReportDraft | undefined> {
  const { draft } = readMemory(unit.state).memory
  if (!draft) return undefined
  const { draftDays } = context.reports.settings.limits
  if (!isExpired(draft, unit.turn.arrivedAt, draftDays)) return draft
  await dropDraft(unit, context)
  unit.replies.push({ text: context.reports.texts.say('report.draft.expired', { days: draftDays }) })
  return undefined
}

/** Forgets the draft and what was kept of its files. */
export async function dropDraft(unit: UnitOfWork, { reports }: ReportContext): Promise<void> {
  const { draft } = readMemory(unit.state).memory
  for (const { name } of draft?.evidence ?? []) await reports.evidenceRoom.store.remove(name)
  unit.state = withMemory(unit.state, { draft: undefined })
}

/** Begins a new report with what is known of it already. */
export async function beginReport(
  unit: UnitOfWork,
  bot: BotWorker,
  context: ReportContext,
  from: Partial<ReportOffer> & { mode?: ReportDraft['mode'] } = {},
): Promise<void> {
  const { texts, settings } = context.reports
  const { mode, ...offer } = from
  // The offer has asked how to file it: that counts as a question, and "quay lại" leads to it.
  const chosen: Partial<ReportDraft> = mode ? { mode, asked: ['identity'] } : {}
  const draft: ReportDraft = { ...newDraft(unit.turn.arrivedAt, offer), ...chosen }
  unit.state = withMemory(unit.state, { draft, offer: undefined })
  unit.replies.push({ text: texts.say('report.start', { days: settings.limits.draftDays }) })
  await bot.cancelAllDialogs()
  await bot.beginDialog(reportDialog, { thread: nextStep(draft) })
}

/** Goes on where the draft was left. */
export async function resumeReport(
  unit: UnitOfWork,
  bot: BotWorker,
  context: ReportContext,
  draft: ReportDraft,
): Promise<void> {
  unit.replies.push({ text: context.reports.texts.say('report.draft.resumed') })
  await bot.cancelAllDialogs()
  await bot.beginDialog(reportDialog, { thread: draft.step })
}

/** A tap on one of the draft's buttons, whichever step it belongs to and wherever the talk is now. */
export async function answerTap(
  unit: UnitOfWork,
  bot: BotWorker,
  context: ReportContext,
  step: ReportStep,
): Promise<void> {
  const next = await takeAnswer(unit, context, step)
  await bot.cancelAllDialogs()
  if (next) await bot.beginDialog(reportDialog, { thread: next })
}

/** "Viết tiếp, hay bỏ bản nháp?" */
export function waitingDraftReply(draft: ReportDraft, { reports }: ReportContext): Reply {
  const { texts } = reports
  const date = displayDate(vietnamDay(new Date(draft.startedAtMs)))
  return { text: texts.say('report.draft.waiting', { date }), buttons: draftButtons(draft, reports.texts) }
}

/** Said when a draft is left by "dừng" and the like. */
export function stoppedReply(draft: ReportDraft, { reports }: ReportContext): Reply {
  const { texts, settings } = reports
  const lastDay = addDays(vietnamDay(new Date(draft.startedAtMs)), settings.limits.draftDays)
  const date = displayDate(lastDay)
  return { text: texts.say('report.draft.stopped', { date }), buttons: draftButtons(draft, texts) }
}

async function askStep(unit: UnitOfWork, context: ReportContext, step: ReportStep): Promise<void> {
  const { draft } = readMemory(unit.state).memory
  if (!draft) return
  const isMain = mainSteps.some((main) => main === step)
  const isNew = isMain && step !== 'review' && !draft.asked.includes(step as MainStep)
  const now: ReportDraft = {
    ...(step === 'review' ? await withReceipt({ ...draft, isReviewed: true }, context) : draft),
    step,
    // Asked again from the review it is no further question.
    asked: isNew && !draft.isReviewed ? [...draft.asked, step as MainStep] : draft.asked,
  }
  unit.state = withMemory(unit.state, { draft: now })
  if (!asked.delete(unit)) unit.replies.push(promptFor(now, step, context))
}

/** Takes what was said at a step; gives the next step, or undefined when the dialog is over. */
async function takeAnswer(
  unit: UnitOfWork,
  context: ReportContext,
  at: ReportStep,
): Promise<ReportStep | undefined> {
  const { texts, words } = context.reports
  const draft = await currentDraft(unit, context)
  if (!draft) {
    unit.replies.push({ text: texts.say('report.draft.over') })
    return undefined
  }
  const { inbound } = unit.turn
  const tap = inbound.choice === undefined ? undefined : parseReportChoice(inbound.choice)
  const isOwnTap = tap?.nonce === draft.nonce && tap.step !== 'offer' && tap.step !== 'draft'
  const step = isOwnTap ? (tap.step as ReportStep) : at
  let answered: Answered
  const place = answerPlace(inbound, isOwnTap ? tap.value : undefined, draft, context)
  if (isOwnTap && tap.value === 'not-id-card') answered = await takeDoubtful(unit, context, draft, step)
  // A tap on an old message leads back to where the talk is, not to the step that the button was made for.
  else if (place) answered = askedWith([place.line], place.draft, isOwnTap ? draft.step : at, context)
  else if (inbound.attachments.length > 0) answered = await takeAttached(unit, context, draft, step)
  else {
    const { name, phone } = inbound.contact ?? {}
    const shared =
      phone === undefined || step !== 'contact' ? undefined : [name, phone].filter(Boolean).join(', ')
    const typed = shared ?? inbound.text
    const input: StepInput = isOwnTap ? { kind: 'tap', value: tap.value } : readTyped(typed, words)
    answered = answerStep(input, { draft, step, context, now: unit.turn.arrivedAt })
  }
  return lead(unit, context, answered)
}

async function lead(
  unit: UnitOfWork,
  context: ReportContext,
  { draft, say, next, isAsked }: Answered,
): Promise<ReportStep | undefined> {
  unit.replies.push(...say)
  unit.state = withMemory(unit.state, { draft: withIdentityRef(draft) })
  switch (next) {
    case 'send':
      await sendReport(unit, context, withIdentityRef(draft))
      return undefined
    case 'drop':
      await dropDraft(unit, context)
      return undefined
    case 'end':
      unit.replies.push(stoppedReply(draft, context))
      return undefined
    default:
      if (isAsked) asked.add(unit)
      return next
  }
}

function withIdentityRef(draft: ReportDraft): ReportDraft {
  const needsOne = draft.mode !== undefined && draft.mode !== 'anonymous' && draft.identityRef === undefined
  return needsOne ? { ...draft, identityRef: randomBytes(16).toString('hex') } : draft
}

/** Files may come at any step; what is written beside them is the answer to the step's question. */
async function takeAttached(
  unit: UnitOfWork,
  context: ReportContext,
  draft: ReportDraft,
  step: ReportStep,
): Promise<Answered> {
  const { inbound } = unit.turn
  const place = takePlace(inbound, draft, context)
  const attachments = place ? place.others : inbound.attachments
  const taken = await takeFiles(
    { ...inbound, attachments },
    { ref: draft.ref, held: draft.evidence },
    context,
  )
  const withFiles: ReportDraft = {
    ...(place?.draft ?? draft),
    evidence: [...draft.evidence, ...taken.kept],
    doubtful: [...draft.doubtful, ...taken.doubtful],
  }
  const lines = [...taken.lines, ...(place ? [place.line] : [])]
  const buttons = [
    ...(place?.buttons ?? []),
    ...(taken.doubtful.length > 0 ? [notIdCard(draft, context)] : []),
  ]
  const input = readTyped(inbound.text, context.reports.words)
  if (input.kind === 'nothing' || step === 'evidence') {
    const told = input.kind === 'nothing' ? withFiles : storyBeside(input, withFiles, context, unit)
    return askedWith(lines, told, step, context, buttons)
  }
  const answered = answerStep(input, {
    draft: withFiles,
    step,
    context,
    now: unit.turn.arrivedAt,
  })
  return { ...answered, say: [{ text: lines.join('\n'), buttons }, ...answered.say] }
}

function storyBeside(
  input: StepInput,
  draft: ReportDraft,
  context: ReportContext,
  unit: UnitOfWork,
): ReportDraft {
  return answerStep(input, { draft, step: 'evidence', context, now: unit.turn.arrivedAt }).draft
}

async function takeDoubtful(
  unit: UnitOfWork,
  context: ReportContext,
  draft: ReportDraft,
  step: ReportStep,
): Promise<Answered> {
  const { texts } = context.reports
  const { channel } = unit.turn.inbound
  if (draft.doubtful.length === 0) {
    return askedWith([texts.say('report.evidence.nothing-doubtful')], draft, step, context)
  }
  const to = { ref: draft.ref, held: draft.evidence, isNoIdentityCard: true }
  const taken = await takeFiles({ channel, attachments: draft.doubtful }, to, context)
  const evidence = [...draft.evidence, ...taken.kept]
  return askedWith(taken.lines, { ...draft, evidence, doubtful: [] }, step, context)
}

const notIdCard = ({ nonce }: ReportDraft, { reports: { texts } }: ReportContext): Button => ({
  label: texts.say('report.button.not-id-card'),
  choice: reportChoice(nonce, 'evidence', 'not-id-card'),
})

/**
 * What became of what was sent, then the question of the step: in short at the evidence, in full elsewhere. Where the
 * place was asked for and is there now, that was the answer.
 */
function askedWith(
  lines: readonly string[],
  draft: ReportDraft,
  step: ReportStep,
  context: ReportContext,
  buttons: readonly Button[] = [],
): Answered {
  const { texts } = context.reports
  if (step === 'place' && draft.location && buttons.length === 0) {
    return { draft, say: [{ text: lines.join('\n') }], next: 'review' }
  }
  const prompt = promptFor(draft, step, context)
  const rest = step === 'evidence' ? texts.say('report.evidence.more') : prompt.text
  const separator = step === 'evidence' ? '\n' : '\n\n'
  return {
    draft,
    say: [
      { text: [lines.join('\n'), rest].join(separator), buttons: [...buttons, ...(prompt.buttons ?? [])] },
    ],
    next: step,
    isAsked: true,
  }
}
