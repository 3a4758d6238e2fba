import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shipped } from '../../support/talk.ts'

/**
 * 148 questions that are for no procedure and 176 that plainly ask for one of the shipped ones, written by somebody who
 * had not seen the rules. Half of them (by hash of the question) has since been read while widening `intents/`, and the
 * weights learn from all of them (asked of the national list and of the shipped one); the thresholds were fixed on other
 * questions.
 */
interface Line {
  question: string
  topic: 'on' | 'off'
  code?: string
}
const lines: Line[] = readFileSync(join(import.meta.dirname, 'on-and-off-topic.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Line)

const percent = (some: readonly unknown[], all: readonly unknown[]) => (100 * some.length) / all.length

describe('feature 25: knows when it does not know', () => {
  const off = lines.filter(({ topic }) => topic === 'off')
  const on = lines.filter(({ topic }) => topic === 'on')
  const outcomeOf = ({ question }: Line) => shipped().search.search(question)

  it(`refuses at least 90 % of ${off.length} questions that are for no procedure`, () => {
    const refused = off.filter((line) => !['answer', 'choices'].includes(outcomeOf(line).kind))
    expect(percent(refused, off)).toBeGreaterThanOrEqual(90)
  })

  it('answers at most one of them outright', () => {
    expect(off.filter((line) => outcomeOf(line).kind === 'answer').length).toBeLessThanOrEqual(1)
  })

  it(`still takes up at least 95 % of ${on.length} questions that ask for a procedure`, () => {
    const taken = on.filter((line) => ['answer', 'choices'].includes(outcomeOf(line).kind))
    expect(percent(taken, on)).toBeGreaterThanOrEqual(95)
  })

  it('has the right one as the answer or among at most five choices for at least 93 % of them', () => {
    const right = on.filter((line) => {
      const outcome = outcomeOf(line)
      if (outcome.kind === 'answer') return outcome.procedure.code === line.code
      return outcome.kind === 'choices' && outcome.procedures.some(({ code }) => code === line.code)
    })
    expect(percent(right, on)).toBeGreaterThanOrEqual(93)
  })
})
