import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isHeldOut } from '../../../scripts/labelled-questions.ts'
import { shipped } from '../../support/talk.ts'

/**
 * 148 questions that are for no procedure and 176 that plainly ask for one of the shipped ones, written by somebody who
 * had not seen the rules. Some have since been read while widening `intents/`. The weights learn from three in five of
 * them; those that were set aside are judged by themselves too. The thresholds were fixed on other questions.
 */
interface Line {
  question: string
  topic: 'on' | 'off'
  code?: string
}
const lines: Line[] = readFileSync(join(import.meta.dirname, 'questions/on-and-off-topic.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Line)

const isSetAside = ({ question, code }: Line) =>
  isHeldOut({ question, codes: code === undefined ? [] : [code] })

const percent = (some: readonly unknown[], all: readonly unknown[]) => (100 * some.length) / all.length

describe.each([
  ['of both parts', lines, { refused: 90, taken: 95, right: 93 }],
  ['set aside from learning', lines.filter(isSetAside), { refused: 88, taken: 95, right: 93 }],
] as const)('feature 25: knows when it does not know, questions %s', (_, asked, goal) => {
  const off = asked.filter(({ topic }) => topic === 'off')
  const on = asked.filter(({ topic }) => topic === 'on')
  const outcomeOf = ({ question }: Line) => shipped().search.search(question)

  it(`refuses at least ${goal.refused} % of ${off.length} questions that are for no procedure`, () => {
    const refused = off.filter((line) => !['answer', 'choices'].includes(outcomeOf(line).kind))
    expect(percent(refused, off)).toBeGreaterThanOrEqual(goal.refused)
  })

  it('answers at most one of them outright', () => {
    expect(off.filter((line) => outcomeOf(line).kind === 'answer').length).toBeLessThanOrEqual(1)
  })

  it(`still takes up at least ${goal.taken} % of ${on.length} questions that ask for a procedure`, () => {
    const taken = on.filter((line) => ['answer', 'choices'].includes(outcomeOf(line).kind))
    expect(percent(taken, on)).toBeGreaterThanOrEqual(goal.taken)
  })

  it(`has the right one as the answer or among at most five choices for at least ${goal.right} % of them`, () => {
    const right = on.filter((line) => {
      const outcome = outcomeOf(line)
      if (outcome.kind === 'answer') return outcome.procedure.code === line.code
      return outcome.kind === 'choices' && outcome.procedures.some(({ code }) => code === line.code)
    })
    expect(percent(right, on)).toBeGreaterThanOrEqual(goal.right)
  })
})
