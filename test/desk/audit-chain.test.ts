import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type AuditRow, type AuditValue, auditActions } from '../../src/desk/audit/audit-log.ts'
import { canonicalJson } from '../../src/desk/audit/canonical-json.ts'
import { type Anchor, chainStart, hashOf, makeAnchor, nextRow } from '../../src/desk/audit/chain.ts'
import { type StoredRow, verifyChain } from '../../src/desk/audit/verify-chain.ts'
import { keyRingNamed } from '../support/key-ring.ts'

const key = keyRingNamed('một khóa thử').deriveKey('audit anchors')

const value: fc.Arbitrary<AuditValue> = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.array(fc.string(), { maxLength: 3 }),
)
const event = fc.record({
  officer: fc.string({ minLength: 1 }),
  action: fc.constantFrom(...auditActions),
  subject: fc.string({ minLength: 1 }),
  detail: fc.dictionary(fc.stringMatching(/^[a-z][a-zA-Z]{0,6}$/), value, { maxKeys: 3 }),
})
const chain = fc.array(event, { minLength: 1, maxLength: 12 }).map((events) => {
  const rows: AuditRow[] = []
  for (const [n, one] of events.entries()) {
    rows.push(nextRow(rows.at(-1) ?? chainStart, one, new Date(1_795_000_000_000 + n * 1_000)))
  }
  return rows
})

interface Kept {
  rows: StoredRow[]
  head: Anchor | undefined
  anchors: Anchor[]
}

const keep = (rows: readonly AuditRow[]): Kept => ({
  rows: structuredClone([...rows]),
  head: makeAnchor(rows.at(-1)!, rows.at(-1)!.at, key),
  anchors: [makeAnchor(rows[0]!, rows[0]!.at, key)],
})

const verify = (kept: Kept, options = { key }) =>
  verifyChain(
    {
      async *rows() {
        yield* [...kept.rows].sort((a, b) => a.sequence - b.sequence)
      },
      head: async () => kept.head,
      anchors: async () => kept.anchors,
    },
    options,
  )

test('an untouched chain is whole', async () => {
  await fc.assert(
    fc.asyncProperty(chain, async (rows) => {
      const report = await verify(keep(rows))
      expect(report.faults).toEqual([])
      expect(report).toMatchObject({ rows: rows.length, rowsAfterHead: 0, headHash: rows.at(-1)!.hash })
    }),
  )
})

test('any field of any row that is changed, removed or added names the row', async () => {
  const fields = ['at', 'officer', 'action', 'subject', 'detail', 'previousHash', 'hash', 'foreign'] as const
  await fc.assert(
    fc.asyncProperty(
      chain,
      fc.nat(),
      fc.constantFrom(...fields),
      fc.boolean(),
      fc.string(),
      async (rows, n, field, removes, other) => {
        const kept = keep(rows)
        const row = kept.rows[n % rows.length]! as unknown as Record<string, unknown>
        fc.pre(!(removes && field === 'foreign'))
        const before = canonicalJson(row)
        if (removes) delete row[field]
        else row[field] = field === 'at' ? new Date(7) : field === 'detail' ? { x: other } : other
        fc.pre(canonicalJson(row) !== before)
        const { faults } = await verify(kept)
        expect(faults).toContainEqual({ kind: 'edited', sequence: row.sequence })
      },
    ),
    { numRuns: 300 },
  )
})

test('any row that is dropped is named, at the start, in the middle and at the end', async () => {
  await fc.assert(
    fc.asyncProperty(chain, fc.nat(), async (rows, n) => {
      const kept = keep(rows)
      const index = n % rows.length
      kept.rows.splice(index, 1)
      const { faults } = await verify(kept)
      const kind = index === rows.length - 1 ? 'truncated' : 'dropped'
      expect(faults).toContainEqual({ kind, sequence: index + 1, last: index + 1 })
    }),
  )
})

test('rows whose content was swapped are both named', async () => {
  await fc.assert(
    fc.asyncProperty(chain, fc.nat(), fc.nat(), async (rows, a, b) => {
      const [i, j] = [a % rows.length, b % rows.length]
      fc.pre(i !== j)
      const kept = keep(rows)
      const [first, second] = [kept.rows[i]!, kept.rows[j]!]
      kept.rows[i] = { ...second, sequence: first.sequence }
      kept.rows[j] = { ...first, sequence: second.sequence }
      const { faults } = await verify(kept)
      expect(faults).toContainEqual({ kind: 'edited', sequence: i + 1 })
      expect(faults).toContainEqual({ kind: 'edited', sequence: j + 1 })
    }),
  )
})

test('a row that was edited and hashed anew is found where the next one follows, or by the head', async () => {
  await fc.assert(
    fc.asyncProperty(chain, fc.nat(), async (rows, n) => {
      const kept = keep(rows)
      const index = n % rows.length
      const forged = { ...kept.rows[index]!, subject: `${kept.rows[index]!.subject} khác` }
      kept.rows[index] = { ...forged, hash: hashOf(forged) }
      const { faults } = await verify(kept)
      const isLast = index === rows.length - 1
      expect(faults).toContainEqual(
        isLast ? { kind: 'rewritten', sequence: index + 1 } : { kind: 'replaced', sequence: index + 2 },
      )
    }),
  )
})

describe('a chain written anew from some row on', () => {
  it.each([
    ['with the anchors as they were', false],
    ['with anchors made without the key', true],
  ])('is found %s', async (_, forgesAnchors) => {
    const rows: AuditRow[] = []
    for (let n = 0; n < 6; n++) {
      const one = { officer: 'a', action: 'sign-in', subject: `officer:${n}` } as const
      rows.push(nextRow(rows.at(-1) ?? chainStart, one, new Date(n * 1_000)))
    }
    const kept = keep(rows)
    const anew: AuditRow[] = rows.slice(0, 2)
    for (const row of rows.slice(2)) {
      anew.push(nextRow(anew.at(-1)!, { ...row, officer: 'b' }, row.at))
    }
    kept.rows = anew
    if (forgesAnchors)
      kept.head = makeAnchor(anew.at(-1)!, anew.at(-1)!.at, keyRingNamed('đoán').deriveKey('audit anchors'))
    const { faults } = await verify(kept)
    const kind = forgesAnchors ? 'forged-anchor' : 'rewritten'
    expect(faults).toContainEqual({ kind, sequence: 6 })
  })
})

test('an anchor that is taken away, moved back or changed is found', async () => {
  const rows = [nextRow(chainStart, { officer: 'a', action: 'sign-in', subject: 'officer:a' }, new Date(0))]
  rows.push(nextRow(rows[0]!, { officer: 'a', action: 'sign-out', subject: 'officer:a' }, new Date(1)))
  const without = { ...keep(rows), head: undefined }
  expect((await verify(without)).faults).toContainEqual({ kind: 'no-head', sequence: 2 })
  const changed = keep(rows)
  changed.head = { ...changed.head!, sequence: 1 }
  expect((await verify(changed)).faults).toContainEqual({ kind: 'forged-anchor', sequence: 1 })
})

test('a noted place outside the database finds rows and anchors cut off together', async () => {
  const rows = [nextRow(chainStart, { officer: 'a', action: 'sign-in', subject: 'officer:a' }, new Date(0))]
  rows.push(nextRow(rows[0]!, { officer: 'a', action: 'sign-out', subject: 'officer:a' }, new Date(1)))
  const cut = keep(rows.slice(0, 1))
  expect((await verify(cut)).faults).toEqual([])
  const expected = { sequence: 2, hash: rows[1]!.hash }
  const { faults } = await verifyChain(
    {
      async *rows() {
        yield* cut.rows
      },
      head: async () => cut.head,
      anchors: async () => cut.anchors,
    },
    { key, expected },
  )
  expect(faults).toEqual([{ kind: 'truncated', sequence: 2, last: 2 }])
})
