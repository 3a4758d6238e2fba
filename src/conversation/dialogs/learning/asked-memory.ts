import { createHash } from 'node:crypto'
import { z } from 'zod'
import { isSameNeed } from '../../../catalogue/learning/question-words.ts'
import { fold } from '../../../catalogue/text/fold.ts'
import { type QuestionOutcome, unansweredQuestion } from '../../../catalogue/unanswered-question.ts'
import type { UnitOfWork } from '../../turn/botkit-turn.ts'
import type { AskDecision } from '../decide-ask.ts'
import type { DialogContext } from '../dialog-context.ts'

const memorySchema = z.object({
  /** Masked. */
  text: z.string(),
  came: z.enum(['answer', 'choices', 'not-found']),
  code: z.string().optional(),
  at: z.date(),
})
/** The question typed last and what came of it, to know which one was meant by "không đúng". */
type Asked = z.infer<typeof memorySchema>

/** Who asks again within this time has read the answer and is not content with it. */
const askedAgainMs = 5 * 60_000
/** "Không đúng" means the last answer for so long. */
const rejectedMs = 15 * 60_000

export function readAsked(unit: UnitOfWork): Asked | undefined {
  const parsed = memorySchema.safeParse(unit.state.asked)
  return parsed.success ? parsed.data : undefined
}

/**
 * Remembers the question, and keeps the one before when this one says the same in other words right after its answer:
 * then the answer was not what was wanted.
 */
export async function rememberAsked(
  unit: UnitOfWork,
  context: DialogContext,
  text: string,
  decision: AskDecision,
): Promise<void> {
  const { kind } = decision
  if (kind !== 'answer' && kind !== 'choices' && kind !== 'not-found') return
  if (decision.kind === 'answer' && decision.isFollowUp) return
  const code = decision.kind === 'answer' ? decision.procedure.code : undefined
  const at = unit.turn.arrivedAt
  const before = readAsked(unit)
  if (before && isAskedAgain(before, text, code, at, context)) {
    await keepAsked(unit, context, before.text, 're-asked')
  }
  const masked = unansweredQuestion({ text, outcome: 'not-found', channel: '', askedAt: at }, fold).text
  const asked: Asked = { text: masked, came: kind, at, ...(code === undefined ? {} : { code }) }
  unit.state = { ...unit.state, asked }
}

function isAskedAgain(
  before: Asked,
  text: string,
  code: string | undefined,
  now: Date,
  { learning }: DialogContext,
): boolean {
  // What was not found is kept already.
  if (!learning || before.came === 'not-found') return false
  if (now.getTime() - before.at.getTime() > askedAgainMs) return false
  if (fold(before.text) === fold(text) || (code !== undefined && code === before.code)) return false
  return isSameNeed(learning.wordsOf(before.text), learning.wordsOf(text))
}

/** "Không đúng": the last answer or the last choices did not help. False when nothing was asked a moment ago. */
export async function keepRejected(unit: UnitOfWork, context: DialogContext): Promise<boolean> {
  const asked = readAsked(unit)
  if (!asked || asked.came === 'not-found') return false
  if (unit.turn.arrivedAt.getTime() - asked.at.getTime() > rejectedMs) return false
  await keepAsked(unit, context, asked.text, asked.came === 'choices' ? 'choices-rejected' : 'unhelpful')
  unit.state = { ...unit.state, asked: undefined }
  return true
}

/** For the office to learn from: masked, without who asked. */
export async function keepAsked(
  unit: UnitOfWork,
  context: DialogContext,
  text: string,
  outcome: QuestionOutcome,
): Promise<void> {
  const { channel } = unit.turn.inbound
  await context.questions.record(
    unansweredQuestion({ text, outcome, channel, askedAt: unit.turn.arrivedAt }, fold),
  )
}

/** Stands in the button under "not found": the button of an older question must not speak for a newer one. */
export const askedName = (text: string): string =>
  createHash('sha256').update(fold(text)).digest('hex').slice(0, 12)
