import { displayDate } from '../../../catalogue/answers/display.ts'
import { dayOf, timeOf } from '../../../lib/working-days/day.ts'
import { explainDeadline } from '../../../reports/deadline.ts'
import { formatReceipt, makeReceipt, type Receipt } from '../../../reports/receipt.ts'
import type { ReceiptHash } from '../../../reports/receipt-hash.ts'
import type { CompleteDraft, FiledReport } from '../../../reports/reports.ts'
import type { Reply } from '../../message.ts'
import type { UnitOfWork } from '../../turn/botkit-turn.ts'
import { emptyState } from '../../turn/conversation.ts'
import { type ReportDraft, withMemory } from './draft.ts'
import { paymentOf } from './fee-words.ts'
import { procedureOf } from './prompts.ts'
import type { ReportContext } from './report-talk-parts.ts'
import { notedChoice } from './step-input.ts'
import { shortHash } from './take-evidence.ts'

/** A draft that has a receipt: made once, before the report is sent, since its hash is slow on purpose. */
export async function withReceipt(draft: ReportDraft, { reports }: ReportContext): Promise<ReportDraft> {
  if (draft.receipt !== undefined && draft.receiptHash !== undefined) return draft
  const receipt = makeReceipt()
  return { ...draft, receipt, receiptHash: await reports.hasher.hash(receipt) }
}

/**
 * Files the report and says its receipt. Filing is idempotent on the draft's `ref` and the receipt comes out of the
 * draft, so a turn that is run again says the same. After an anonymous report the chat knows nothing any more.
 */
export async function sendReport(
  unit: UnitOfWork,
  context: ReportContext,
  given: ReportDraft,
): Promise<void> {
  const { reports } = context
  const draft = await withReceipt(given, context)
  const filed = await reports.reports.file(completeDraft(draft, unit, context))
  unit.replies.push(receiptReply(draft, filed, context))
  unit.state = withMemory(unit.state, { draft: undefined, offer: undefined })
  if (draft.mode === 'anonymous') {
    unit.state = emptyState()
    unit.forgetAll = true
  }
}

function completeDraft(draft: ReportDraft, unit: UnitOfWork, context: ReportContext): CompleteDraft {
  const { inbound } = unit.turn
  const { channel, conversationId } = inbound
  const { place, location, happenedWhen, people, phone } = draft
  const payment =
    draft.kind === 'informal-payment'
      ? paymentOf(draft, procedureOf(draft, context), context.reports.texts)
      : undefined
  return {
    ref: draft.ref,
    receiptHash: draft.receiptHash as ReceiptHash,
    kind: draft.kind!,
    identityMode: draft.mode!,
    ...(draft.mode === 'anonymous'
      ? {}
      : {
          identity: {
            ref: draft.identityRef!,
            identity: {
              name: draft.name!,
              ...(phone === undefined ? {} : { phone }),
              conversation: { channel, conversationId },
            },
          },
        }),
    content: {
      story: draft.story!,
      ...(place === undefined ? {} : { place }),
      ...(location === undefined ? {} : { location }),
      ...(happenedWhen === undefined ? {} : { happenedWhen }),
      ...(people === undefined ? {} : { people }),
      ...(payment ? { payment } : {}),
      evidence: draft.evidence,
    },
    sender: context.reports.nameOf(inbound),
  }
}

/** One message, for whoever shows it forgets what was said before; always within a channel's length. */
function receiptReply(draft: ReportDraft, filed: FiledReport, { reports }: ReportContext): Reply {
  const { texts, clockTexts } = reports
  const { receivedAt, deadlines, caseNumber } = filed
  const isAnonymous = draft.mode === 'anonymous'
  const date = displayDate(dayOf(receivedAt))
  const files = draft.evidence.map(({ sha256 }, index) =>
    texts.say('report.sent.evidence-line', { number: index + 1, hash: shortHash(sha256) }),
  )
  const due = deadlines.answer
    ? texts.say('report.sent.due', { deadline: explainDeadline(clockTexts, deadlines.answer) })
    : deadlines.missingYear !== undefined
      ? texts.say('report.sent.due-unknown', { year: deadlines.missingYear })
      : undefined
  const blocks = [
    isAnonymous
      ? texts.say('report.sent.done-day', { date })
      : texts.say('report.sent.done', { time: timeOf(receivedAt), date }),
    [
      texts.say('report.sent.receipt', { receipt: formatReceipt(draft.receipt as Receipt) }),
      texts.say('report.sent.receipt-once'),
    ].join('\n'),
    [
      texts.say('report.sent.case-number', { number: caseNumber }),
      texts.say('report.sent.kind', { kind: texts.say(`report.kind.${draft.kind!}`) }),
      ...(due === undefined ? [] : [due]),
      ...(filed.isSlowLane ? [texts.say('report.sent.slow')] : []),
    ].join('\n'),
    ...(files.length > 0 ? [[texts.say('report.sent.evidence'), ...files].join('\n')] : []),
    [
      texts.say('report.sent.how'),
      ...(isAnonymous ? [] : [texts.say('report.sent.how-named')]),
      ...(draft.kind === 'informal-payment' ? [texts.say('report.informal.retaliation')] : []),
      ...(isAnonymous ? [texts.say('report.sent.erase')] : []),
    ].join('\n'),
  ]
  return {
    text: blocks.join('\n\n'),
    buttons: [{ label: texts.say('report.button.noted'), choice: notedChoice }],
    isSecret: true,
  }
}
