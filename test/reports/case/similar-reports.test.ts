import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Comparable, mostSimilar, similarity } from '../../../src/reports/case/similar-reports.ts'
import { instant } from '../read-clocks.ts'

function told(story: string, more: Partial<Comparable['content']> = {}, day = '23/11/2026'): Comparable {
  return {
    receivedAt: instant(`${day} 09:00`),
    concerns: { officers: [], units: [] },
    content: { story, evidence: [], ...more },
  }
}

const fee = { procedure: { code: '1.1', name: 'Cấp thẻ' }, askedVnd: 200_000 }
const story = 'Sáng nay ở quầy số 3, cán bộ yêu cầu tôi đưa thêm hai trăm nghìn đồng mới nhận hồ sơ'

describe('similar reports', () => {
  it('are found with and without marks, with the reasons', () => {
    const a = told(story, { payment: fee, people: 'anh Hùng quầy 3', place: 'Trung tâm hành chính công' })
    const b = told('Sang nay o quay so 3 can bo yeu cau toi dua them hai tram nghin dong moi nhan ho so', {
      payment: fee,
      people: 'anh hung quay 3',
      place: 'TRUNG TÂM hành chính công',
    })
    const found = similarity(a, b)
    expect(found.score).toBe(1)
    expect(found.reasons.map(({ kind }) => kind)).toEqual([
      'procedure',
      'people',
      'place',
      'amount',
      'story',
      'days',
    ])
    expect(found.reasons).toContainEqual({ kind: 'story', percent: 100 })
    expect(found.reasons).toContainEqual({ kind: 'days', apart: 0 })
  })

  it('are not all who went to the same counter for the same thing', () => {
    const a = told(story, { payment: fee })
    const b = told('Chờ từ bảy giờ đến trưa mà không ai gọi số, ghế ngồi hỏng hết', {
      payment: { procedure: fee.procedure },
    })
    expect(similarity(a, b).score).toBeLessThan(0.4)
    expect(mostSimilar(a, [b], 5)).toEqual([])
  })

  it('share nothing with a word or two, nor with a story of one syllable', () => {
    expect(similarity(told('Chậm'), told('Chậm')).score).toBe(0)
    expect(similarity(told('', { people: 'anh A' }), told('', { people: 'chị A' })).reasons).toEqual([])
  })

  it('come the most similar first, no more than asked for', () => {
    const report = told(story, { payment: fee })
    const near = told(story, { payment: fee })
    const older = told(story, { payment: fee }, '12/11/2026')
    const found = mostSimilar(report, [told('Việc khác hẳn, không liên quan gì'), older, near, older], 2)
    expect(found.map(({ report: { receivedAt } }) => receivedAt)).toEqual([near.receivedAt, older.receivedAt])
  })

  it('are as similar one way round as the other, between 0 and 1, whatever was written', () => {
    const content = fc.record({
      story: fc.string({ unit: 'grapheme', maxLength: 80 }),
      people: fc.option(fc.constantFrom('anh Hùng', 'chị Lan quầy 2', story), { nil: undefined }),
      askedVnd: fc.option(fc.constantFrom(200_000, 500_000), { nil: undefined }),
    })
    const comparable = content.map(({ story: text, people, askedVnd }) =>
      told(text, {
        ...(people === undefined ? {} : { people }),
        payment: { ...(askedVnd === undefined ? {} : { askedVnd }) },
      }),
    )
    fc.assert(
      fc.property(comparable, comparable, (a, b) => {
        const there = similarity(a, b)
        expect(there).toEqual(similarity(b, a))
        expect(there.score).toBeGreaterThanOrEqual(0)
        expect(there.score).toBeLessThanOrEqual(1)
        expect(there.score > 0).toBe(there.reasons.length > 0)
      }),
    )
  })
})
