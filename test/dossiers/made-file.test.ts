import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { importDossiers } from '../../src/dossiers/import-dossiers.ts'
import { tallyOnTime } from '../../src/dossiers/on-time-figures.ts'
import { timelinessOf } from '../../src/dossiers/timeliness.ts'
import {
  advance,
  countDossiers,
  type FileForm,
  type MadeDossier,
  type MadeFile,
  madeForms,
  makeDossiers,
  rowTraps,
  type Spoilt,
  writeDossiers,
} from '../support/dossier-file.ts'
import { memoryDossierStore } from './memory-dossier-store.ts'
import { hasher, shippedContent, texts } from './read-dossier-content.ts'

const content = shippedContent()
const now = new Date('2026-11-23T03:00:00Z')
const today = '2026-11-23'

function take(file: MadeFile, memory = memoryDossierStore(), at = now) {
  const parts = { store: memory.store, ...content, texts, hasher }
  return importDossiers({ name: file.name, bytes: file.bytes }, parts, { now: at })
}

/** What is stored must be what was made, field by field, whatever the file looked like. */
function expectKept(kept: ReadonlyMap<string, unknown>, made: readonly MadeDossier[]): void {
  expect(kept.size).toBe(made.length)
  for (const dossier of made) {
    const { code, status, received, due, newDue, firstDue, done, returned, procedure, unit, telephone } =
      dossier
    const expected = {
      code,
      status,
      receivedDay: received,
      firstDueDay: firstDue ?? due,
      dueDay: newDue ?? due,
      ...(done ? { doneDay: done } : {}),
      ...(returned ? { returnedDay: returned } : {}),
      procedureCode: procedure.code,
      procedureName: procedure.name,
      field: procedure.field,
      unit,
    }
    expect(kept.get(code)).toMatchObject(expected)
    const { digitsHashes } = kept.get(code) as { digitsHashes: string[] }
    if (telephone === undefined) expect(digitsHashes).toEqual([])
    else expect(digitsHashes).toContain(hasher.hash(code as never, telephone.slice(-4)))
  }
}

describe('an export of 500 finished dossiers and 120 others, with every trap', () => {
  test.each(madeForms)(
    'as %s: is taken whole, and what the importer counts is what was made',
    async (form) => {
      const made = makeDossiers('whole', { finished: 500, others: 120, today })
      const file = writeDossiers(made, form, 'whole')
      const known = countDossiers(made)
      const memory = memoryDossierStore()
      const outcome = await take(file, memory)
      expect(outcome.kind, JSON.stringify(outcome)).toBe('imported')
      if (outcome.kind !== 'imported') return
      const { rows, newDone, withoutTelephone } = known
      expect(outcome.import.summary).toEqual({
        rows,
        new: rows,
        changed: 0,
        unchanged: 0,
        older: 0,
        statusChanges: [],
        backward: 0,
        dueMoved: 0,
        withoutTelephone,
        newDone,
        unknownColumns: file.unknownColumns,
      })
      expectKept(memory.kept, made)
      expect(JSON.stringify([...memory.kept.values()])).not.toContain('Canary')
      expect((await take(file, memory)).kind).toBe('unchanged')
    },
  )

  it('early, on time, late, overdue and paused come out as they were made', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 8 }), fc.constantFrom(...madeForms), async (seed, form) => {
        const made = makeDossiers(seed, { finished: 60, others: 24, today })
        const memory = memoryDossierStore()
        expect((await take(writeDossiers(made, form, seed), memory)).kind).toBe('imported')
        const tally = tallyOnTime({ from: '2026-01-01', until: today, today })
        const states: Record<string, number> = {}
        for (const dossier of memory.kept.values()) {
          tally.add(dossier)
          const { kind } = timelinessOf(dossier, today)
          states[kind] = (states[kind] ?? 0) + 1
        }
        const known = countDossiers(made)
        expect(tally.figure()).toMatchObject({ early: known.early, onTime: known.onTime, late: known.late })
        expect(states['open-in-time'] ?? 0).toBe(known.openInTime)
        expect(states['open-overdue'] ?? 0).toBe(known.openOverdue)
        expect(states.paused ?? 0).toBe(known.paused)
      }),
      { numRuns: 30 },
    )
  })

  it('a day later, in another form and order of columns, is told as the changes that were made', async () => {
    const made = makeDossiers('later', { finished: 200, others: 60, today })
    const memory = memoryDossierStore()
    await take(writeDossiers(made, 'xlsx', 'first'), memory)
    const isFetched = ({ status }: MadeDossier) => status === 'ready' || status === 'processing'
    const later = advance(made, { today: '2026-11-24', isFetched })
    const outcome = await take(
      writeDossiers(later, 'csv-windows1258', 'second'),
      memory,
      new Date('2026-11-24T03:00:00Z'),
    )
    const fetched = made.filter(isFetched)
    const of = (status: string) => fetched.filter((dossier) => dossier.status === status).length
    expect(outcome).toMatchObject({
      kind: 'imported',
      import: { summary: { rows: 260, new: 0, changed: fetched.length, unchanged: 260 - fetched.length } },
    })
    if (outcome.kind !== 'imported') return
    expect(outcome.import.summary.statusChanges).toEqual(
      expect.arrayContaining([
        { from: 'ready', to: 'returned', count: of('ready') },
        { from: 'processing', to: 'returned', count: of('processing') },
      ]),
    )
    expect(memory.events).toHaveLength(fetched.length)
  })
})

/** Rows at these places spoilt by these traps, as far as they fit. */
function spoil(made: readonly MadeDossier[], chosen: readonly { row: number; trap: number }[]) {
  const spoilt: (Spoilt & { expects: RegExp; name: string })[] = []
  for (const { row, trap } of chosen) {
    const { spoil, expects, name } = rowTraps[trap]!
    const cells =
      row === 0 || spoilt.some((other) => other.row === row) ? undefined : spoil(made[row]!, made, today)
    if (cells) spoilt.push({ row, cells, expects, name })
  }
  return spoilt.sort((a, b) => a.row - b.row)
}

async function expectRefused(
  made: readonly MadeDossier[],
  form: FileForm,
  seed: string,
  spoilt: ReturnType<typeof spoil>,
) {
  const file = writeDossiers(made, form, seed, spoilt)
  const memory = memoryDossierStore()
  const outcome = await take(file, memory)
  if (outcome.kind !== 'problems') throw new Error(`taken: ${JSON.stringify(outcome).slice(0, 300)}`)
  expect(memory.begun()).toBe(0)
  expect(outcome.count).toBe(outcome.problems.length)
  for (const { row, expects, name } of spoilt) {
    const ofRow = outcome.problems.filter(
      ({ line = 0 }) => line >= file.lines[row]! && line <= file.lastLines[row]!,
    )
    expect(ofRow.map(({ message }) => message).join('\n'), `${name} as ${form}`).toMatch(expects)
  }
  const lines = new Set(spoilt.flatMap(({ row }) => rangeOf(file.lines[row]!, file.lastLines[row]!)))
  for (const { line, message } of outcome.problems) {
    expect(line !== undefined && lines.has(line), `a fault that nobody made: ${line} ${message}`).toBe(true)
  }
}

const rangeOf = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

describe('one row among many that', () => {
  const made = makeDossiers('traps', { finished: 40, others: 12, today })

  it.each(rowTraps.map((trap, index) => [trap.name, index] as const))(
    'has %s refuses the whole file with its line, in every form',
    async (_, trap) => {
      const row = made.findIndex((dossier, index) => index > 0 && rowTraps[trap]!.spoil(dossier, made, today))
      for (const form of madeForms) await expectRefused(made, form, 'traps', spoil(made, [{ row, trap }]))
    },
  )

  it('any number of them: every line that was spoilt is named, and no other', async () => {
    const choice = fc.record({
      row: fc.integer({ min: 1, max: made.length - 1 }),
      trap: fc.integer({ min: 0, max: rowTraps.length - 1 }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(choice, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(...madeForms),
        fc.string({ maxLength: 6 }),
        async (chosen, form, seed) => {
          const spoilt = spoil(made, chosen)
          fc.pre(spoilt.length > 0)
          await expectRefused(made, form, seed, spoilt)
        },
      ),
      { numRuns: 60 },
    )
  })
})
