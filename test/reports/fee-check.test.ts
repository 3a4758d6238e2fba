import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSearchInputs, searchOf } from '../../scripts/search-files.ts'
import type { Fee, Procedure } from '../../src/catalogue/procedure.ts'
import type { SearchOutcome } from '../../src/catalogue/search-outcome.ts'
import { checkFee, compareFee, type FeeCheck } from '../../src/reports/fee-check.ts'
import { readAmounts } from './amount/shipped-reader.ts'

const severalLines: Fee = {
  kind: 'stated',
  lines: [
    { amountVnd: 600_000, note: 'cấp mới' },
    { amountVnd: 450_000, note: 'cấp lại' },
    { amountVnd: 300_000, note: 'nộp trực tuyến' },
  ],
}

function procedureWith(fee: Fee): Procedure {
  return { code: '1.000001', name: 'Cấp giấy phép', field: 'Việc làm', sourceDate: '2026-07', fee }
}

function check(text: string, found: Fee | Exclude<SearchOutcome, { kind: 'answer' }>) {
  const questions: string[] = []
  const search = (question: string): SearchOutcome => {
    questions.push(question)
    const isFee = found.kind !== 'choices' && found.kind !== 'only-sections' && found.kind !== 'not-found'
    if (!isFee || found.kind === 'other') return found as SearchOutcome
    return { kind: 'answer', procedure: procedureWith(found), sections: [] }
  }
  return { outcome: checkFee(text, { readAmounts, search }), questions }
}

describe('a report of an amount', () => {
  it('is compared with the one published line', () => {
    const { outcome, questions } = check('Họ thu tôi 500 nghìn làm giấy phép lao động', {
      kind: 'stated',
      lines: [{ amountVnd: 200_000 }],
    })
    expect(questions).toEqual(['Họ thu tôi làm giấy phép lao động'])
    expect(outcome).toMatchObject({
      kind: 'differs',
      askedVnd: 500_000,
      differenceVnd: 300_000,
      nearest: { amountVnd: 200_000 },
      couldBeSum: false,
      isApproximate: false,
    })
  })

  it('that equals one of several lines is the same, and says which', () => {
    const { outcome } = check('thu 450k cấp lại', severalLines)
    expect(outcome).toMatchObject({ kind: 'same', askedVnd: 450_000, matching: [{ note: 'cấp lại' }] })
    expect(outcome.kind === 'same' && outcome.published.length).toBe(3)
  })

  it('that equals none is told with the nearest line and with all of them', () => {
    const { outcome } = check('thu 1 triệu', severalLines)
    expect(outcome).toMatchObject({ kind: 'differs', differenceVnd: 400_000, nearest: { note: 'cấp mới' } })
    expect(outcome.kind === 'differs' && outcome.published.length).toBe(3)
  })

  it('below the published one differs too, with a negative difference', () => {
    expect(check('thu 250k', severalLines).outcome).toMatchObject({ kind: 'differs', differenceVnd: -50_000 })
  })

  it('that several lines make together is marked: they may be due together', () => {
    expect(check('thu 1tr050', severalLines).outcome).toMatchObject({ kind: 'differs', couldBeSum: true })
  })

  it('stays without comparison when the catalogue names no amount', () => {
    expect(check('thu 500k', { kind: 'unknown' }).outcome.kind).toBe('fee-unknown')
    expect(check('thu 500k', { kind: 'set-by-province' }).outcome.kind).toBe('fee-set-by-province')
    expect(check('thu 500k', { kind: 'free' }).outcome.kind).toBe('free-but-asked')
  })

  it('keeps that the amount was rough, and what it was for one of', () => {
    expect(check('khoảng 200k/bộ', { kind: 'free' }).outcome).toMatchObject({
      isApproximate: true,
      per: 'bộ',
    })
  })

  it.each(['họ đòi tiền', 'đòi 500', 'vài trăm', '2 xị', '300-500k', '10 usd', 'phí 120k mà thu 1tr2'])(
    'that cannot be read surely is asked for: %s',
    (text) => {
      const { outcome, questions } = check(text, { kind: 'free' })
      expect(outcome).toEqual({ kind: 'amount-unclear', mentions: readAmounts(text) })
      expect(questions).toEqual([])
    },
  )

  it('named twice is one amount', () => {
    expect(check('thu 500k, đúng 500 nghìn', { kind: 'free' }).outcome.kind).toBe('free-but-asked')
  })

  it('asks which procedure when the search is not sure', () => {
    const procedures = [procedureWith({ kind: 'free' }), procedureWith({ kind: 'unknown' })]
    expect(check('thu 500k', { kind: 'choices', procedures, sections: [] }).outcome).toEqual({
      kind: 'procedure-unclear',
      askedVnd: 500_000,
      choices: procedures,
    })
    for (const found of [{ kind: 'not-found' }, { kind: 'other', topic: 'report' }] as const) {
      expect(check('thu 500k', found).outcome).toMatchObject({ kind: 'procedure-unclear', choices: [] })
    }
  })
})

describe('comparing', () => {
  const lines = fc.array(fc.record({ amountVnd: fc.integer({ min: 0, max: 5_000_000 }) }), {
    minLength: 1,
    maxLength: 12,
  })

  it('says "same" exactly when a line has the amount; else no line is nearer than the one named', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 0, max: 5_000_000 }), fc.nat(11), (published, any, pick) => {
        for (const asked of [any, published[pick % published.length]!.amountVnd]) {
          const outcome = compareFee(asked, { kind: 'stated', lines: published })
          const distances = published.map(({ amountVnd }) => Math.abs(asked - amountVnd))
          if (distances.includes(0)) expect(outcome.kind).toBe('same')
          else {
            expect(outcome).toMatchObject({ kind: 'differs', published })
            expect(outcome.kind === 'differs' && Math.abs(outcome.differenceVnd)).toBe(Math.min(...distances))
          }
        }
      }),
    )
  })

  it('of nothing asked with a free procedure is the same', () => {
    expect(compareFee(0, { kind: 'free' }).kind).toBe('same')
  })
})

describe('with the shipped catalogue and search', () => {
  const search = searchOf(readSearchInputs())
  const kinds = (text: string): [FeeCheck['kind'], string?] => {
    const outcome = checkFee(text, { readAmounts, search: (question) => search.search(question) })
    return 'procedure' in outcome ? [outcome.kind, outcome.procedure.name] : [outcome.kind]
  }

  it('a report finds its procedure although it names an amount', () => {
    expect(kinds('Họ thu tôi 500 nghìn khi xin cấp mới giấy phép lao động cho người nước ngoài')).toEqual([
      'fee-set-by-province',
      'Cấp giấy phép lao động đối với người lao động nước ngoài làm việc tại Việt Nam',
    ])
  })

  it('a procedure with a code is found by its code', () => {
    const free = readSearchInputs().procedures.find(({ fee }) => fee.kind === 'free')!
    expect(kinds(`thủ tục ${free.code} bị thu 200k`)).toEqual(['free-but-asked', free.name])
  })
})
