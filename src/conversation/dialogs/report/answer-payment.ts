import { displayAmount } from '../../../catalogue/answers/display.ts'
import type { Procedure } from '../../../catalogue/procedure.ts'
import { type MoneyMention, maxAmountVnd } from '../../../reports/amount/money-mention.ts'
import { checkKnownFee } from '../../../reports/fee-check.ts'
import type { Reply } from '../../message.ts'
import { answerContext } from '../answer-context.ts'
import { type Answered, type At, askAgain, isWord, onward, say } from './answered.ts'
import type { ReportDraft } from './draft.ts'
import { type ComparedFee, feeWords } from './fee-words.ts'
import { procedureOf } from './prompts.ts'
import type { ReportContext } from './report-talk-parts.ts'
import { searchStory } from './search-story.ts'
import { reportChoice, type StepInput } from './step-input.ts'

/** The amount and the procedure, when the story names them surely. */
export function withReadPayment(draft: ReportDraft, context: ReportContext): ReportDraft {
  if (draft.kind !== 'informal-payment' || draft.story === undefined) return draft
  const { amount, procedure, choices } = readPayment(draft.story, context)
  return {
    ...draft,
    ...(draft.askedVnd === undefined && amount ? amountFields(amount) : {}),
    ...(draft.procedureCode === undefined && procedure ? { procedureCode: procedure.code } : {}),
    ...(draft.procedureCode === undefined && !procedure && choices.length > 0
      ? { procedureChoices: choices }
      : {}),
  }
}

type ReadAmount = Extract<MoneyMention, { kind: 'amount' }>

const amountFields = ({ amountVnd, isApproximate }: ReadAmount) => ({ askedVnd: amountVnd, isApproximate })

function readPayment(text: string, context: ReportContext) {
  const mentions = context.reports.readAmounts(text)
  const amounts = mentions.filter((mention): mention is ReadAmount => mention.kind === 'amount')
  const [first] = amounts
  const isSure = first && mentions.every((one) => one.kind === 'amount' && one.amountVnd === first.amountVnd)
  let rest = text
  for (const { start, end } of [...mentions].reverse()) rest = `${rest.slice(0, start)} ${rest.slice(end)}`
  const hasWords = /\p{L}{2}/u.test(rest)
  const { search } = context.catalogue()
  const find = searchStory((question) => search.search(question), context.reports.words)
  const found = hasWords ? find(rest.replace(/\s+/g, ' ').trim()) : undefined
  return {
    mentions,
    amount: isSure ? first : undefined,
    procedure: found?.kind === 'answer' ? found.procedure : undefined,
    choices: found?.kind === 'choices' ? found.procedures.map(({ code }) => code) : [],
  }
}

export function answerPayment(input: StepInput, at: At): Answered {
  const { draft, context } = at
  if (isWord(input, 'skip') || isWord(input, 'no')) return toldFee(draft, at)
  if (input.kind === 'tap') {
    if (/^\d\.\d{6}$/.test(input.value)) return answerProcedure(input, at)
    const amountVnd = Number(input.value)
    if (Number.isSafeInteger(amountVnd) && amountVnd > 0 && amountVnd <= maxAmountVnd) {
      return toldFee({ ...draft, askedVnd: amountVnd, isApproximate: false }, at)
    }
    return askAgain(at, say(at, 'report.payment.not-understood'))
  }
  const text = input.kind === 'nothing' ? '' : input.text
  const { mentions, amount, procedure, choices } = readPayment(text, context)
  const next: ReportDraft = {
    ...draft,
    ...(amount ? amountFields(amount) : {}),
    ...(procedure ? { procedureCode: procedure.code } : {}),
    ...(!procedure && choices.length > 0 ? { procedureChoices: choices } : {}),
  }
  const hasAmount = amount !== undefined || draft.askedVnd !== undefined
  if (!amount && mentions.length > 0) return askAmount(mentions, { ...at, draft: next })
  if (!amount && /\d/.test(text) && !hasAmount) {
    return askAgain({ ...at, draft: next }, say(at, 'report.payment.unbelievable'))
  }
  if (!amount && !procedure && choices.length === 0)
    return askAgain(at, say(at, 'report.payment.not-understood'))
  if (!hasAmount && !draft.isReviewed)
    return askAgain({ ...at, draft: next }, say(at, 'report.payment.ask-amount'))
  return toldFee(next, at)
}

/** Money was named, but not how much for sure: the likely readings can be tapped. */
function askAmount(mentions: readonly MoneyMention[], at: At): Answered {
  const [first] = mentions
  const key =
    first?.kind === 'foreign'
      ? 'report.payment.foreign'
      : first?.kind === 'range'
        ? 'report.payment.range'
        : 'report.payment.unclear'
  const asked = askAgain(at, say(at, key))
  const readings = mentions.flatMap((one) => (one.kind === 'unclear' ? one.readingsVnd : [])).slice(0, 3)
  const buttons = readings.map((vnd) => ({
    label: at.context.reports.texts.say('report.button.amount', { amount: displayAmount(vnd) }),
    choice: reportChoice(at.draft.nonce, 'payment', String(vnd)),
  }))
  return {
    ...asked,
    say: asked.say.map((reply) => ({ ...reply, buttons: [...buttons, ...(reply.buttons ?? [])] })),
  }
}

export function answerProcedure(input: StepInput, at: At): Answered {
  const { draft, context } = at
  if (isWord(input, 'skip') || isWord(input, 'no')) return toldFee(draft, at)
  if (input.kind === 'tap') {
    const procedure = context.catalogue().search.byCode(input.value)
    if (!procedure) return askAgain(at, say(at, 'report.choose'))
    return toldFee({ ...draft, procedureCode: procedure.code }, at)
  }
  const { procedure, choices, amount } = readPayment(input.kind === 'nothing' ? '' : input.text, context)
  const withAmount: ReportDraft = { ...draft, ...(amount ? amountFields(amount) : {}) }
  if (procedure) return toldFee({ ...withAmount, procedureCode: procedure.code }, at)
  if (choices.length > 0) {
    return { draft: { ...withAmount, procedureChoices: choices }, say: [], next: 'procedure' }
  }
  return askAgain({ ...at, draft: withAmount }, say(at, 'report.payment.procedure-not-found'))
}

/** Onward, with how the amount stands to the published fee when both are known. */
export function toldFee(draft: ReportDraft, at: At): Answered {
  const procedure = procedureOf(draft, at.context)
  return onward(draft, procedure && draft.askedVnd !== undefined ? [feeReply(draft, procedure, at)] : [])
}

function feeReply(draft: ReportDraft, procedure: Procedure, { context, now }: At): Reply {
  const { askedVnd, isApproximate = false } = draft
  const check = checkKnownFee({ amountVnd: askedVnd!, isApproximate }, procedure) as ComparedFee
  return { text: feeWords(check, context.reports.texts, answerContext(now, context)) }
}
