import { describe, expect, test } from 'vitest'
import { makeReceipt, type Receipt } from '../../src/reports/receipt.ts'
import {
  createReceiptHasher,
  type InstallationSecretStore,
  isSameReceiptHash,
} from '../../src/reports/receipt-hash.ts'

function secretsOf(salt?: Buffer): InstallationSecretStore & { made: number } {
  const kept = new Map<string, Buffer>(salt ? [['receipt-salt', salt]] : [])
  return {
    made: 0,
    async getOrMake(name, make) {
      if (!kept.has(name)) {
        this.made++
        kept.set(name, make())
      }
      return kept.get(name)!
    },
  }
}

describe('the hash of a receipt', () => {
  test('is the same after a restart, and another in another installation', async () => {
    const secrets = secretsOf()
    const receipt = makeReceipt()
    const before = await (await createReceiptHasher(secrets)).hash(receipt)
    const after = await (await createReceiptHasher(secrets)).hash(receipt)
    const elsewhere = await (await createReceiptHasher(secretsOf())).hash(receipt)
    expect(before).toBe(after)
    expect(before).not.toBe(elsewhere)
    expect(before).toMatch(/^a1:[\w-]{43}$/)
    expect(before).not.toContain(receipt)
    expect(secrets.made).toBe(1)
  })

  test('never changes, since old receipts must be found', async () => {
    const hasher = await createReceiptHasher(secretsOf(Buffer.from('0123456789abcdef')))
    // The reference implementation (argon2-cffi 25) gives the same: argon2id, v=19, m=65536, t=6, p=1, 32 bytes.
    expect(await hasher.hash('12345678901234567' as Receipt)).toBe(
      'a1:bkDn2Bw7cLuRDjMjHLv7WpamPJYt6OSglKZkN2_B-Ag',
    )
  })

  test('is slow enough to be costly and quick enough to be waited for', async () => {
    const hasher = await createReceiptHasher(secretsOf())
    await hasher.hash(makeReceipt())
    // Time on a processor, which does not grow when others are busy.
    const before = process.cpuUsage()
    for (let run = 0; run < 5; run++) await hasher.hash(makeReceipt())
    const { user, system } = process.cpuUsage(before)
    const ms = (user + system) / 5_000
    expect(ms).toBeGreaterThan(30)
    expect(ms).toBeLessThan(500)
  })

  test('refuses a salt that is not the one it was made with', async () => {
    await expect(createReceiptHasher(secretsOf(Buffer.from('short')))).rejects.toThrow(RangeError)
  })

  test('is compared whole', () => {
    expect(isSameReceiptHash('a1:abc', 'a1:abc')).toBe(true)
    expect(isSameReceiptHash('a1:abc', 'a1:abd')).toBe(false)
    expect(isSameReceiptHash('a1:abc', 'a1:ab')).toBe(false)
    expect(isSameReceiptHash('', 'a1:ab')).toBe(false)
  })
})
