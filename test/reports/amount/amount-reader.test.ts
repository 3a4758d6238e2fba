import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxAmountVnd } from '../../../src/reports/amount/money-mention.ts'
import { measurePhrasings } from './measure-phrasings.ts'
import { readPhrasings } from './read-phrasings.ts'
import { readAmounts } from './shipped-reader.ts'

describe('amounts as people write them', () => {
  it.each([
    ['phrasings-tuned.txt', 240],
    ['phrasings-held-out.txt', 80],
  ])('are read in %s: 97 in 100 right, none wrong by a factor of ten', (name, atLeast) => {
    const { misses, ...figures } = measurePhrasings(readPhrasings(name))
    console.info(name, JSON.stringify(figures), misses.join('\n'))
    expect(figures.total).toBeGreaterThanOrEqual(atLeast)
    expect(figures.grave).toBe(0)
    expect(figures.right / figures.total).toBeGreaterThanOrEqual(0.97)
  })

  it('come with their place, what they are for one of, and whether they are rough', () => {
    const text = 'Họ đòi khoảng 1tr2/bộ'.normalize('NFD')
    const [mention, ...others] = readAmounts(text)
    expect(others).toEqual([])
    expect(mention).toMatchObject({ kind: 'amount', amountVnd: 1_200_000, isApproximate: true })
    expect(mention!.per!.normalize('NFC')).toBe('bộ')
    expect(text.slice(mention!.start, mention!.end)).toBe('1tr2')
  })

  it('are for one of something in other words too', () => {
    const per = (text: string) => readAmounts(text).map((mention) => mention.per)
    expect(per('200k/bộ')).toEqual(['bộ'])
    expect(per('200 nghìn một bộ')).toEqual(['bộ'])
    expect(per('mỗi hồ sơ 200 nghìn')).toEqual(['hồ sơ'])
    expect(per('10k 1 trang')).toEqual(['trang'])
    expect(per('200k')).toEqual([undefined])
  })

  it('with several readings come with them, most likely first', () => {
    const readings = (text: string) =>
      readAmounts(text).map((mention) => (mention.kind === 'unclear' ? mention.readingsVnd : mention.kind))
    expect(readings('đòi 500')).toEqual([[500_000, 500]])
    expect(readings('2 xị')).toEqual([[200_000, 20_000]])
    expect(readings('500.000k')).toEqual([[500_000, 500_000_000]])
    expect(readings('1.250 triệu')).toEqual([[1_250_000, 1_250_000_000]])
    expect(readings('vài trăm')).toEqual([[]])
    expect(readings('5001.200đ')).toEqual([[]])
  })

  it('of other countries are not converted', () => {
    expect(readAmounts('họ đòi 100 đô')).toMatchObject([{ kind: 'foreign', currency: 'USD', amount: 100 }])
  })
})

describe('an amount written in any of these styles', () => {
  const dotted = (n: number) => String(n).replace(/\B(?=(\d{3})+$)/g, '.')
  const commaed = (n: number) => String(n).replace(/\B(?=(\d{3})+$)/g, ',')
  const decimal = (n: number, mark: string) => String(n).replace('.', mark)
  const styles: Record<string, (thousands: number) => string> = {
    'dots and đ': (t) => `${dotted(t * 1000)}đ`,
    'dots and đồng': (t) => `${dotted(t * 1000)} đồng`,
    'commas and VND': (t) => `${commaed(t * 1000)} VND`,
    'digits and vnđ': (t) => `${t * 1000}vnđ`,
    k: (t) => (t < 10_000 ? `${t}k` : `${t * 1000}đ`),
    nghìn: (t) => (t < 10_000 ? `${t} nghìn` : `${dotted(t)}.000 đồng`),
    'ngan, no marks': (t) => (t < 10_000 ? `${t} ngan` : `${t * 1000} dong`),
    'triệu and thousands': (t) =>
      t >= 1000 && t < 10_000_000 && t % 1000 > 0
        ? `${Math.floor(t / 1000)} triệu ${t % 1000} nghìn`
        : `${t * 1000} đ`,
    'tr and digits': (t) =>
      t >= 1000 && t < 10_000_000 && t % 1000 > 0
        ? `${Math.floor(t / 1000)}tr${String(t % 1000).padStart(3, '0')}`
        : `${t * 1000} đ`,
    'triệu with a comma': (t) =>
      t % 10 === 0 && t < 10_000_000 ? `${decimal(t / 1000, ',')} triệu` : `${t * 1000} đồng`,
    words: (t) => `${inWords(t * 1000)} đồng`,
    'words without marks': (t) =>
      `${inWords(t * 1000)} dong`.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd'),
  }
  const thousands = fc.oneof(
    fc.integer({ min: 1, max: 999 }),
    fc.integer({ min: 1, max: 99_999 }),
    fc.integer({ min: 1, max: 99 }).map((n) => n * 1000),
    fc.integer({ min: 1, max: 999_999_999 }),
  )
  const around = fc.constantFrom(
    ['', ''],
    ['Họ thu tôi ', ' làm giấy phép lao động'],
    ['nộp ngày 15/7/2026 hết ', ', gọi 0905123456'],
    ['(', ')'],
    ['thủ tục 1.014199: ', '.'],
  )

  it.each(Object.keys(styles))('%s is read back', (name) => {
    fc.assert(
      fc.property(thousands, around, (t, [before, after]) => {
        const mentions = readAmounts(`${before}${styles[name]!(t)}${after}`)
        expect(mentions.map((mention) => mention.kind === 'amount' && mention.amountVnd)).toEqual([t * 1000])
      }),
      { numRuns: 300 },
    )
  })
})

describe('whatever is written', () => {
  const crumbs = fc.constantFrom(
    ...'1 2 5 15 500 1.200 1,5 000 0905123456 k tr triệu trieu nghìn trăm rưỡi nửa củ lít xị đ đồng usd $ / - , . : % từ đến hai ba năm mươi chục vài khoảng tra8m 1.014199 H56 bộ ngày \u0301 😀 \u200b'.split(
      ' ',
    ),
  )
  const message = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc
      .array(fc.tuple(crumbs, fc.constantFrom('', ' ', '  ')), { maxLength: 30 })
      .map((parts) => parts.flat().join('')),
  )

  it('nothing throws; places are in order and within the message; amounts are whole and within reason', () => {
    fc.assert(
      fc.property(message, (text) => {
        let last = 0
        for (const mention of readAmounts(text)) {
          expect(mention.start).toBeGreaterThanOrEqual(last)
          expect(mention.end).toBeGreaterThan(mention.start)
          expect(mention.text).toBe(text.slice(mention.start, mention.end))
          last = mention.end
          const amounts =
            mention.kind === 'amount'
              ? [mention.amountVnd]
              : mention.kind === 'range'
                ? [mention.fromVnd, mention.toVnd]
                : mention.kind === 'unclear'
                  ? mention.readingsVnd
                  : []
          for (const vnd of amounts) {
            expect(Number.isInteger(vnd)).toBe(true)
            expect(vnd).toBeGreaterThan(0)
            expect(vnd).toBeLessThanOrEqual(maxAmountVnd)
          }
          if (mention.kind === 'range') expect(mention.fromVnd).toBeLessThan(mention.toVnd)
        }
      }),
      { numRuns: 3000 },
    )
  })

  it('codes, phone numbers, dates and decrees are no amounts', () => {
    const two = fc.integer({ min: 1, max: 28 }).map((n) => String(n).padStart(2, '0'))
    const digits = (n: number) =>
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: n, maxLength: n }).map((d) => d.join(''))
    const number = fc.oneof(
      digits(6).map((d) => `mã ${d[0]}.${d}`),
      digits(8).map((d) => `09${d}`),
      digits(9).map((d) => `+84${d}`),
      fc.tuple(digits(3), digits(3)).map(([a, b]) => `0905 ${a} ${b}`),
      fc.tuple(two, two).map(([d, m]) => `ngày ${d}/${m}/2026`),
      fc.tuple(two, two).map(([d, m]) => `${d}-${m}-2025`),
      fc.tuple(digits(6), digits(4)).map(([a, b]) => `H32-${a}-${b}`),
      digits(3).map((d) => `Nghị định ${d}/2025/NĐ-CP`),
    )
    fc.assert(
      fc.property(number, fc.constantFrom('', 'nộp theo ', 'thu tiền '), (said, before) => {
        expect(readAmounts(`${before}${said}`)).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })
})

const digitWords = 'không một hai ba bốn năm sáu bảy tám chín'.split(' ')

/** A number below 10^12 as it is said in full. */
function inWords(n: number): string {
  const groups = [
    ['tỷ', Math.floor(n / 1e9)],
    ['triệu', Math.floor(n / 1e6) % 1000],
    ['nghìn', Math.floor(n / 1000) % 1000],
  ] as const
  const said: string[] = []
  for (const [unit, value] of groups) {
    if (value > 0) said.push(`${belowThousand(value, said.length > 0)} ${unit}`)
  }
  return said.join(' ')
}

function belowThousand(n: number, isInside: boolean): string {
  const [hundreds, tens, ones] = [Math.floor(n / 100), Math.floor(n / 10) % 10, n % 10] as const
  const said: string[] = []
  if (hundreds > 0 || isInside) said.push(`${digitWords[hundreds]} trăm`)
  if (tens === 0 && ones > 0 && said.length > 0) said.push('lẻ')
  if (tens === 1) said.push('mười')
  if (tens > 1) said.push(`${digitWords[tens]} mươi`)
  if (ones > 0) {
    said.push(tens > 1 && ones === 1 ? 'mốt' : tens > 0 && ones === 5 ? 'lăm' : digitWords[ones]!)
  }
  return said.join(' ')
}
