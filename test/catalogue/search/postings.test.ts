import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PostingsBuilder } from '../../../src/catalogue/search/postings.ts'

const k1 = 1.2
const b = 0.55

/** BM25 as the books have it, over plain arrays. */
function naiveScores(
  documents: readonly number[][],
  query: readonly (readonly [number, number])[],
): number[] {
  const average = documents.reduce((sum, words) => sum + words.length, 0) / documents.length
  return documents.map((words) =>
    query.reduce((score, [term, weight]) => {
      const count = words.filter((word) => word === term).length
      if (count === 0) return score
      const holders = documents.filter((other) => other.includes(term)).length
      const idf = Math.log(1 + (documents.length - holders + 0.5) / (holders + 0.5))
      const norm = k1 * (1 - b + (b * words.length) / average)
      return score + (weight * idf * count * (k1 + 1)) / (count + norm)
    }, 0),
  )
}

const document = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 15 })
const query = fc.uniqueArray(
  fc.tuple(fc.integer({ min: 0, max: 14 }), fc.double({ min: 0.1, max: 2, noNaN: true })),
  {
    maxLength: 6,
    selector: ([term]) => term,
  },
)

describe('postings', () => {
  it('score like plain BM25, query after query', () => {
    fc.assert(
      fc.property(
        fc.array(document, { minLength: 1, maxLength: 20 }),
        fc.array(query, { minLength: 1, maxLength: 3 }),
        (documents, queries) => {
          const builder = new PostingsBuilder()
          for (const words of documents) {
            const counts = new Map<number, number>()
            for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
            builder.addDocument(counts)
          }
          const postings = builder.build({ k1, b })
          for (const terms of queries) {
            postings.clear()
            for (const [term, weight] of terms) postings.add(term, weight)
            const expected = naiveScores(documents, terms)
            for (const [i, score] of expected.entries()) expect(postings.score(i)).toBeCloseTo(score, 3)
            expect([...postings.touched].sort()).toEqual(
              documents
                .flatMap((words, i) => (terms.some(([term]) => words.includes(term)) ? [i] : []))
                .sort(),
            )
          }
        },
      ),
    )
  })

  it('leave out terms that too many documents hold', () => {
    const builder = new PostingsBuilder()
    for (let i = 0; i < 5; i++) builder.addDocument(new Map([[0, 1]]))
    const postings = builder.build({ k1, b, maxDocuments: 4 })
    postings.clear()
    postings.add(0, 1)
    expect(postings.touched.length).toBe(0)
  })
})
