import { describe, expect, test } from 'vitest'
import { formatReceipt, makeReceipt } from '../../src/reports/receipt.ts'
import { createReceiptHasher, type ReceiptHash } from '../../src/reports/receipt-hash.ts'
import { lookUpReceipt } from '../../src/reports/receipt-lookup.ts'
import { createReceiptThrottle, type TrySource } from '../../src/reports/receipt-throttle.ts'

const salt = Buffer.alloc(16, 9)
const hasher = await createReceiptHasher({ getOrMake: async () => salt })
const receipt = makeReceipt()
const report = { reference: 'r1', receiptHash: await hasher.hash(receipt) }
const here: TrySource[] = [{ kind: 'conversation', id: 'web:1' }]

function parts(wrongTriesPerHour = 10) {
  const asked: ReceiptHash[] = []
  return {
    asked,
    hasher,
    throttle: createReceiptThrottle({ wrongTriesPerHour }),
    findByReceiptHash: async (hash: ReceiptHash) => {
      asked.push(hash)
      return hash === report.receiptHash ? report : undefined
    },
  }
}

describe('looking up a receipt', () => {
  test('finds the report, from any source, as often as wanted', async () => {
    const own = parts(2)
    for (let n = 0; n < 4; n++) {
      expect(await lookUpReceipt(formatReceipt(receipt), here, own)).toEqual({ kind: 'found', report })
    }
  })

  test('a mistyped one is told without a look-up and is not counted', async () => {
    const own = parts(1)
    const wrong = `${receipt.slice(0, 5)}${(Number(receipt[5]) + 1) % 10}${receipt.slice(6)}`
    for (let n = 0; n < 50; n++) {
      expect(await lookUpReceipt(wrong, here, own)).toEqual({ kind: 'wrong-check' })
    }
    expect(await lookUpReceipt(receipt.slice(1), here, own)).toEqual({ kind: 'wrong-length', digits: 16 })
    expect(await lookUpReceipt('xin chào', here, own)).toEqual({ kind: 'not-a-receipt' })
    expect(own.asked).toEqual([])
    expect((await lookUpReceipt(receipt, here, own)).kind).toBe('found')
  })

  test('wrong ones are counted exactly, also side by side, and then not even the right one is looked up', async () => {
    const own = parts(3)
    const kinds = await Promise.all(
      Array.from({ length: 12 }, async () => (await lookUpReceipt(makeReceipt(), here, own)).kind),
    )
    expect(kinds.filter((kind) => kind === 'unknown')).toHaveLength(3)
    expect(kinds.filter((kind) => kind === 'too-many-tries')).toHaveLength(9)
    expect(own.asked).toHaveLength(3)
    const refused = await lookUpReceipt(receipt, here, own)
    expect(refused.kind === 'too-many-tries' && refused.retryAfterSeconds).toBeGreaterThan(3_500)
    expect(own.asked).toHaveLength(3)
  })

  test('a report that the database gave for another hash is not shown', async () => {
    const own = { ...parts(), findByReceiptHash: async () => report }
    expect(await lookUpReceipt(makeReceipt(), here, own)).toEqual({ kind: 'unknown' })
  })

  test('a database that fails costs no try', async () => {
    const own = parts(1)
    const failing = { ...own, findByReceiptHash: () => Promise.reject(new Error('down')) }
    for (let n = 0; n < 3; n++) await expect(lookUpReceipt(receipt, here, failing)).rejects.toThrow('down')
    expect((await lookUpReceipt(receipt, here, own)).kind).toBe('found')
  })
})
