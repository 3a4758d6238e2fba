import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupQuestions } from '../../../src/catalogue/learning/group-questions.ts'
import { createQuestionWords } from '../../../src/catalogue/learning/question-words.ts'
import type { MaskedText } from '../../../src/catalogue/masking.ts'
import { fold } from '../../../src/catalogue/text/fold.ts'
import type { CountedQuestion, QuestionOutcome } from '../../../src/catalogue/unanswered-question.ts'
import { shipped } from '../../support/talk.ts'

const wordsOf = createQuestionWords(shipped().content.intents)
const at = new Date('2026-11-20T02:00:00Z')

function asked(text: string, count = 1, outcome: QuestionOutcome = 'not-found'): CountedQuestion {
  const times = { firstAskedAt: at, lastAskedAt: new Date(at.getTime() + count * 1000) }
  return { key: fold(text), text: text as MaskedText, outcome, count, channels: ['web'], ...times }
}

const some = [
  asked('cho em hỏi thuê nhà ở xã hội thì làm sao', 5),
  asked('thue nha o xa hoi', 3),
  asked('mình muốn thuê nhà ở xã hội ạ', 2),
  asked('thuê nhà ở xã hội', 2, 're-asked'),
  asked('xin nuôi chim yến trong khu dân cư', 4),
  asked('nuôi chim yến ở khu dân cư có phải xin phép không', 1),
  asked('cách nấu phở', 1),
]

describe('grouping by likeness (row 29)', () => {
  it('puts the same need in other words together, the most asked first', () => {
    const groups = groupQuestions(some, wordsOf)
    expect(groups.map(({ count }) => count)).toEqual([12, 5, 1])
    expect(groups[0]!.questions[0]!.text).toBe('cho em hỏi thuê nhà ở xã hội thì làm sao')
    expect(groups[0]!.outcomes).toEqual([
      { outcome: 'not-found', count: 10 },
      { outcome: 're-asked', count: 2 },
    ])
  })

  it('loses nothing, counts nothing twice and does not depend on the order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(some, { minLength: 1 }), (subset) => {
        const groups = groupQuestions(subset, wordsOf)
        const other = groupQuestions([...subset].reverse(), wordsOf)
        expect(other).toEqual(groups)
        const total = subset.reduce((sum, { count }) => sum + count, 0)
        expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(total)
        expect(groups.flatMap(({ questions }) => questions)).toHaveLength(subset.length)
      }),
    )
  })

  it('takes some seconds for 20,000 questions', () => {
    const names = shipped().content.procedures.map(({ name }) => name)
    const many = Array.from({ length: 20_000 }, (_, i) => {
      const words = names[(i * 7919) % names.length]!.split(' ')
      const from = (i * 31) % Math.max(1, words.length - 5)
      return asked(`${words.slice(from, from + 6).join(' ')} ${i % 97}`, 1 + (i % 5))
    })
    const startedAt = performance.now()
    const groups = groupQuestions(many, wordsOf)
    const seconds = (performance.now() - startedAt) / 1000
    console.log(`20,000 questions: ${groups.length} groups in ${seconds.toFixed(1)} s`)
    expect(seconds).toBeLessThan(20)
    expect(groups.length).toBeLessThan(20_000)
  }, 60_000)
})
