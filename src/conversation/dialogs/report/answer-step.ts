import { vietnamDay } from '../../../lib/vietnam-time.ts'
import { identityModes, type ReportKind, reportKinds } from '../../../reports/report.ts'
import type { Button, Reply } from '../../message.ts'
import { answerPayment, answerProcedure, toldFee, withReadPayment } from './answer-payment.ts'
import { type Answered, type At, askAgain, isWord, onward, say } from './answered.ts'
import { nextStep, previousStep, type ReportDraft } from './draft.ts'
import { emergencyWords } from './emergency-words.ts'
import { informalIntro } from './informal-intro.ts'
import { paperWords } from './paper-words.ts'
import { optionsOf, procedureOf } from './prompts.ts'
import { maxNameChars, readContact } from './read-contact.ts'
import { maxStoryChars, needlessData, readStory } from './read-story.ts'
import { maxLineChars, readWhen } from './read-when.ts'
import { reviewLines } from './review-lines.ts'
import { reportChoice, type StepInput } from './step-input.ts'

/** One answer at one step: changes a copy of the draft, says what there is to say, and names the next step. */
export function answerStep(given: StepInput, at: At): Answered {
  const { draft, step } = at
  const input = chosenByNumber(given, at)
  if (isWord(input, 'back')) {
    const previous = previousStep(draft, step)
    if (!previous) return askAgain(at, say(at, 'report.at-first'))
    // What was not answered yet comes again after the earlier answer.
    const asked = draft.isReviewed ? draft.asked : draft.asked.filter((one) => one !== step)
    return { draft: { ...draft, asked }, say: [], next: previous }
  }
  if (input.kind === 'nothing') return askAgain(at, say(at, 'report.words-please'))
  switch (step) {
    case 'kind':
      return answerKind(input, at)
    case 'paper':
      return answerPaper(input, at)
    case 'identity':
      return answerIdentity(input, at)
    case 'contact':
      return answerContact(input, at)
    case 'story':
      return answerStory(input, at)
    case 'payment':
      return answerPayment(input, at)
    case 'procedure':
      return answerProcedure(input, at)
    case 'evidence':
      return answerEvidence(input, at)
    case 'review':
    case 'edit':
      return answerReview(input, at)
    case 'place':
    case 'when':
    case 'people':
    case 'counter':
      return answerLine(input, at, step)
    case 'receipt-given':
      return answerReceiptGiven(input, at)
  }
}

/** "2" at a step with options is a tap on the second one. */
function chosenByNumber(input: StepInput, { step, draft }: At): StepInput {
  if (input.kind !== 'number') return input
  const value = optionsOf(step, draft)[input.number - 1]
  return value === undefined ? input : { kind: 'tap', value }
}

function answerKind(input: StepInput, at: At): Answered {
  const { draft, context } = at
  const { classify } = context.reports
  const said = input.kind === 'text' ? classify(input.text) : undefined
  const value = input.kind === 'tap' ? input.value : said && said.confidence >= 0.5 ? said.kind : undefined
  const kind = reportKinds.find((one) => one === value)
  if (kind) {
    const { paper: _paper, ...rest } = draft
    return onward({ ...rest, kind, ...toldWith(input, draft) }, introOf(kind, at))
  }
  if (value === 'complaint' || value === 'denunciation') {
    const { kind: _kind, ...rest } = draft
    const next: ReportDraft = { ...rest, paper: value, ...toldWith(input, draft) }
    return { draft: next, say: [{ text: paperWords(value, context) }], next: 'paper' }
  }
  if (isWord(input, 'skip')) {
    return onward({ ...draft, kind: draft.kind ?? 'feedback' }, [{ text: say(at, 'report.kind.skipped') }])
  }
  return askAgain(keepTold(input, at), chooseOrKept(input, at))
}

function answerPaper(input: StepInput, at: At): Answered {
  const { draft } = at
  const value = input.kind === 'tap' ? input.value : undefined
  const kind = reportKinds.find((one) => one === value)
  if (kind) return onward({ ...draft, kind }, introOf(kind, at))
  if (value === 'only' || isWord(input, 'skip') || isWord(input, 'no')) {
    const nothingTold = draft.story === undefined && draft.evidence.length === 0
    return { draft, say: [{ text: say(at, 'report.paper.only') }], next: nothingTold ? 'drop' : 'end' }
  }
  return askAgain(keepTold(input, at), chooseOrKept(input, at))
}

/** Who sees it and whom else to call, before anything is told of money. */
const introOf = (kind: ReportKind, { context }: At): Reply[] =>
  kind === 'informal-payment' ? [{ text: informalIntro(context) }] : []

function answerIdentity(input: StepInput, at: At): Answered {
  const { draft, context } = at
  const value =
    input.kind === 'tap'
      ? input.value
      : input.kind === 'text'
        ? context.reports.words.identity(input.text)
        : undefined
  const mode = identityModes.find((one) => one === value)
  if (mode) return inMode(mode, at)
  if (isWord(input, 'skip')) {
    return inMode(draft.mode ?? 'anonymous', at, [{ text: say(at, 'report.identity.skipped') }])
  }
  return askAgain(keepTold(input, at), chooseOrKept(input, at))
}

/**
 * Who chooses to stay unknown is forgotten at once, not only when the report is sent; so is a place that they sent while
 * they meant to give their name.
 */
function inMode(mode: NonNullable<ReportDraft['mode']>, at: At, replies: Reply[] = []): Answered {
  const { draft } = at
  if (mode !== 'anonymous') return onward({ ...draft, mode }, replies)
  const { name: _name, phone: _phone, identityRef: _ref, ...unnamed } = draft
  const wasNamed = draft.mode !== undefined && draft.mode !== 'anonymous'
  if (!wasNamed || draft.location === undefined) return onward({ ...unnamed, mode }, replies)
  const { location: _location, ...rest } = unnamed
  return onward({ ...rest, mode }, [...replies, { text: say(at, 'report.location.forgotten') }])
}

function answerContact(input: StepInput, at: At): Answered {
  const { draft } = at
  if (input.kind === 'tap' && input.value === 'anonymous') return inMode('anonymous', at)
  if (isWord(input, 'skip') || isWord(input, 'no')) {
    if (draft.name !== undefined) return onward(draft)
    const asked = askAgain(at, say(at, 'report.contact.needed'))
    const anonymous: Button = {
      label: say(at, 'report.button.no-name'),
      choice: reportChoice(draft.nonce, 'contact', 'anonymous'),
    }
    return {
      ...asked,
      say: asked.say.map((reply) => ({ ...reply, buttons: [anonymous, ...(reply.buttons ?? [])] })),
    }
  }
  if (input.kind === 'tap') return askAgain(at, say(at, 'report.words-please'))
  const read = readContact(input.kind === 'nothing' ? '' : input.text)
  switch (read.kind) {
    case 'contact': {
      const phone = read.phone ?? draft.phone
      return onward({ ...draft, name: read.name, ...(phone === undefined ? {} : { phone }) })
    }
    case 'no-name': {
      const next = { ...draft, phone: read.phone }
      if (draft.name !== undefined) return onward(next)
      return askAgain({ ...at, draft: next }, say(at, 'report.contact.no-name'))
    }
    case 'wrong-phone':
      return askAgain(at, say(at, 'report.contact.wrong-phone'))
    case 'too-long':
      return askAgain(at, at.context.reports.texts.say('report.contact.too-long', { max: maxNameChars }))
    case 'nothing':
      return askAgain(at, say(at, 'report.contact.ask'))
  }
}

function answerStory(input: StepInput, at: At): Answered {
  const { draft, context } = at
  const { texts } = context.reports
  const isEnough = input.kind === 'tap' ? input.value === 'enough' || input.value === 'skip' : false
  const isDone = isEnough || isWord(input, 'done') || isWord(input, 'skip') || isWord(input, 'no')
  if (isDone) {
    if (draft.story === undefined) return askAgain(at, say(at, 'report.story.needed'))
    return compared(withReadPayment(draft, context), at)
  }
  if (input.kind === 'tap') return askAgain(at, say(at, 'report.words-please'))
  const text = input.kind === 'nothing' ? '' : input.text
  const read = readStory(text, draft.isReviewed ? undefined : draft.story)
  switch (read.kind) {
    case 'too-short':
      return askAgain(at, say(at, 'report.story.too-short'))
    case 'too-long':
      return askAgain(at, texts.say('report.story.too-long', { max: maxStoryChars, over: read.overBy }))
    case 'story': {
      const warnings = needlessData(text).map((what) => ({ text: say(at, `report.story.${what}`) }))
      if (context.reports.classify(text).kind === 'danger')
        warnings.unshift({ text: emergencyWords(context) })
      return compared(withReadPayment({ ...draft, story: read.story }, context), at, warnings)
    }
  }
}

/** When the story just told names both amount and procedure, they are compared at once. */
function compared(draft: ReportDraft, at: At, before: Reply[] = []): Answered {
  const wasKnown = at.draft.askedVnd !== undefined && at.draft.procedureCode !== undefined
  const answered = wasKnown ? onward(draft) : toldFee(draft, at)
  return { ...answered, say: [...before, ...answered.say] }
}

function answerEvidence(input: StepInput, at: At): Answered {
  const { draft } = at
  const value = input.kind === 'tap' ? input.value : undefined
  if (value === 'receipt-yes' || value === 'receipt-no') {
    const receiptGiven = value === 'receipt-yes' ? 'yes' : 'no'
    const noted = { ...draft, receiptGiven } as const
    return askAgain(
      { ...at, draft: noted },
      `${say(at, 'report.evidence.receipt-noted')} ${say(at, 'report.evidence.more')}`,
    )
  }
  const isOver = value === 'done' || ['done', 'skip', 'no', 'send'].some((word) => isWord(input, word))
  if (isOver) return onward({ ...draft, doubtful: [] })
  if (input.kind === 'text' || input.kind === 'number') {
    const told = keepTold(input, at)
    const isAdded = told.draft.story !== draft.story
    return askAgain(
      told,
      `${say(at, isAdded ? 'report.added' : 'report.choose')} ${say(at, 'report.evidence.more')}`,
    )
  }
  return askAgain(at, say(at, 'report.evidence.more'))
}

function answerReview(input: StepInput, at: At): Answered {
  const { draft, context } = at
  const value = input.kind === 'tap' ? input.value : undefined
  if (value === 'send' || isWord(input, 'send') || (at.step === 'review' && isWord(input, 'yes'))) {
    const missing = nextStep(draft)
    return missing === 'review' ? { draft, say: [], next: 'send' } : { draft, say: [], next: missing }
  }
  if (value === 'edit' || isWord(input, 'edit')) return { draft, say: [], next: 'edit' }
  const lines = reviewLines(draft, procedureOf(draft, context), context.reports.texts)
  if (input.kind === 'number') {
    const line = lines[input.number - 1]
    if (line) return { draft, say: [], next: line.step }
    return askAgain(at, context.reports.texts.say('report.review.no-such-line', { number: input.number }))
  }
  const line = lines.find(({ step }) => step === value)
  if (line) return { draft, say: [], next: line.step }
  return askAgain(at, say(at, 'report.review.not-understood'))
}

function answerLine(input: StepInput, at: At, step: 'place' | 'when' | 'people' | 'counter'): Answered {
  const { draft, context, now } = at
  const field = step === 'when' ? 'happenedWhen' : step
  if (isWord(input, 'skip') || isWord(input, 'no')) {
    const { [field]: _emptied, ...rest } = draft as ReportDraft
    if (step !== 'place') return onward(rest as ReportDraft)
    const { location: _location, ...placeless } = rest as ReportDraft
    return onward(placeless)
  }
  if (input.kind === 'tap' || input.kind === 'nothing') return askAgain(at, say(at, 'report.words-please'))
  const tooLong = context.reports.texts.say('report.edit.too-long', { max: maxLineChars })
  if (step === 'when') {
    const read = readWhen(input.text, vietnamDay(now))
    if (read.kind === 'future') return askAgain(at, say(at, 'report.edit.future'))
    if (read.kind === 'too-long') return askAgain(at, tooLong)
    return onward({ ...draft, happenedWhen: read.text })
  }
  const text = input.text.normalize('NFC').replace(/\s+/g, ' ').trim()
  if (text.length > maxLineChars) return askAgain(at, tooLong)
  return onward({ ...draft, [field]: text })
}

function answerReceiptGiven(input: StepInput, at: At): Answered {
  const { draft } = at
  const value =
    input.kind === 'tap' ? input.value : isWord(input, 'yes') ? 'yes' : isWord(input, 'no') ? 'no' : undefined
  if (value === 'yes' || value === 'no') return onward({ ...draft, receiptGiven: value })
  if (isWord(input, 'skip')) {
    const { receiptGiven: _emptied, ...rest } = draft
    return onward(rest)
  }
  return askAgain(at, say(at, 'report.choose'))
}

/** Words typed where a choice was asked for are the story that somebody is in a hurry to tell. */
function keepTold(input: StepInput, at: At): At {
  return { ...at, draft: { ...at.draft, ...toldWith(input, at.draft) } }
}

const minToldWords = 5

function toldWith(input: StepInput, draft: ReportDraft): Pick<ReportDraft, 'story'> {
  if (input.kind !== 'text' || input.text.trim().split(/\s+/).length < minToldWords) return {}
  const read = readStory(input.text, draft.story)
  return read.kind === 'story' ? { story: read.story } : {}
}

function chooseOrKept(input: StepInput, at: At): string {
  const isKept = keepTold(input, at).draft.story !== at.draft.story
  return isKept ? `${say(at, 'report.kept-story')} ${say(at, 'report.choose')}` : say(at, 'report.choose')
}
