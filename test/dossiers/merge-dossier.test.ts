import { describe, expect, it } from 'vitest'
import type { Dossier } from '../../src/dossiers/dossier.ts'
import type { DossierFacts } from '../../src/dossiers/dossier-facts.ts'
import { mergeDossier } from '../../src/dossiers/merge-dossier.ts'
import { timelinessOf } from '../../src/dossiers/timeliness.ts'
import { numbered } from './made-dossier.ts'
import { hasher } from './read-dossier-content.ts'

const facts = (parts: Partial<DossierFacts> = {}): DossierFacts => ({
  code: numbered(1),
  status: 'processing',
  receivedDay: '2026-11-02',
  dueDay: '2026-11-12',
  lastDigits: ['3456'],
  ...parts,
})
const at = (day: number) => new Date(Date.UTC(2026, 10, day, 3))

/** Merges rows one after the other, each of a file a day later than the one before. */
function story(...rows: readonly DossierFacts[]): Dossier {
  let stored: Dossier | undefined
  for (const [index, row] of rows.entries()) {
    const merged = mergeDossier(stored, row, { asOf: at(3 + index), hasher })
    if (merged.kind === 'new' || merged.kind === 'changed') stored = merged.dossier
  }
  return stored!
}

describe('a row', () => {
  it('that is new makes a dossier and no news', () => {
    expect(mergeDossier(undefined, facts(), { asOf: at(3), hasher })).toEqual({
      kind: 'new',
      dossier: {
        code: numbered(1),
        status: 'processing',
        toldAt: at(3),
        receivedDay: '2026-11-02',
        firstDueDay: '2026-11-12',
        dueDay: '2026-11-12',
        dueChanges: [],
        digitsHashes: [hasher.hash(numbered(1), '3456')],
        revision: 1,
      },
    })
  })

  it('that says the same again changes nothing, whenever it comes', () => {
    const stored = story(facts())
    for (const day of [1, 3, 20]) {
      expect(mergeDossier(stored, facts(), { asOf: at(day), hasher })).toEqual({ kind: 'unchanged' })
    }
  })

  it('of another status is an event with an id of its own', () => {
    const merged = mergeDossier(story(facts()), facts({ status: 'ready', doneDay: '2026-11-10' }), {
      asOf: at(11),
      hasher,
    })
    expect(merged).toMatchObject({
      kind: 'changed',
      dossier: { status: 'ready', doneDay: '2026-11-10', revision: 2 },
      event: {
        id: `${numbered(1)}@2`,
        at: at(11),
        status: { from: 'processing', to: 'ready' },
        isBackward: false,
      },
    })
    // The same import run again, because it broke off, makes the same id.
    expect(
      mergeDossier(story(facts()), facts({ status: 'ready', doneDay: '2026-11-10' }), {
        asOf: at(12),
        hasher,
      }),
    ).toMatchObject({
      event: { id: `${numbered(1)}@2` },
    })
  })

  it('gives a status that comes back an event of its own', () => {
    const rows = [facts(), facts({ status: 'supplement' }), facts(), facts({ status: 'supplement' })]
    expect(story(...rows).revision).toBe(4)
  })

  it('of an older file leaves what is stored alone', () => {
    const stored = story(facts(), facts({ status: 'ready', doneDay: '2026-11-10' }))
    expect(mergeDossier(stored, facts(), { asOf: at(3), hasher })).toEqual({ kind: 'older' })
    expect(mergeDossier(stored, facts(), { asOf: at(9), hasher })).toMatchObject({
      kind: 'changed',
      event: { isBackward: true },
    })
  })

  it('goes by its own time before that of the file', () => {
    const stored = story(facts({ updatedAt: at(5), status: 'supplement' }))
    const older = facts({ updatedAt: at(4) })
    expect(mergeDossier(stored, older, { asOf: at(20), hasher })).toEqual({ kind: 'older' })
    const newer = facts({ updatedAt: at(6) })
    expect(mergeDossier(stored, newer, { asOf: at(4), hasher })).toMatchObject({
      kind: 'changed',
      event: { at: at(6) },
    })
    // The same moment: the later file knows better.
    const same = facts({ updatedAt: at(5) })
    expect(mergeDossier(stored, same, { asOf: at(20), hasher }).kind).toBe('changed')
    expect(mergeDossier(stored, same, { asOf: at(2), hasher }).kind).toBe('older')
  })

  it('that is silent about a part leaves the part', () => {
    const stored = story(facts({ unit: 'Phòng Việc làm', procedureCode: '1.014199' }))
    const merged = story(
      facts({ unit: 'Phòng Việc làm', procedureCode: '1.014199' }),
      facts({ status: 'ready', doneDay: '2026-11-10', lastDigits: [] }),
    )
    expect(merged).toMatchObject({
      unit: 'Phòng Việc làm',
      procedureCode: '1.014199',
      digitsHashes: stored.digitsHashes,
    })
  })

  it('that opens a dossier again takes its result away', () => {
    const opened = story(
      facts({ status: 'returned', doneDay: '2026-11-10', returnedDay: '2026-11-11' }),
      facts(),
    )
    expect(opened.doneDay).toBeUndefined()
    expect(opened.returnedDay).toBeUndefined()
  })

  it('keeps nothing of a telephone without a key', () => {
    expect(mergeDossier(undefined, facts(), { asOf: at(3) })).toMatchObject({ dossier: { digitsHashes: [] } })
  })
})

describe('the promise', () => {
  it('stays the first, however often it is moved', () => {
    const moved = story(facts(), facts({ dueDay: '2026-11-20' }), facts({ dueDay: '2026-11-25' }))
    expect(moved).toMatchObject({
      firstDueDay: '2026-11-12',
      dueDay: '2026-11-25',
      dueChanges: [
        { kind: 're-dated', from: '2026-11-12', to: '2026-11-20' },
        { kind: 're-dated', from: '2026-11-20', to: '2026-11-25' },
      ],
    })
  })

  it('cannot be made later by entering another first day', () => {
    const moved = story(facts(), facts({ firstDueDay: '2026-11-20', dueDay: '2026-11-20' }))
    expect(moved.firstDueDay).toBe('2026-11-12')
    expect(story(facts(), facts({ dueDay: '2026-11-10' })).firstDueDay).toBe('2026-11-10')
  })

  it('is read from a file that has both days, once', () => {
    const both = facts({ firstDueDay: '2026-11-12', dueDay: '2026-11-20' })
    const once = story(both)
    expect(once.dueChanges).toEqual([{ kind: 're-dated', from: '2026-11-12', to: '2026-11-20' }])
    expect(story(both, both)).toEqual(once)
  })

  it('that is moved is news while the dossier is open', () => {
    const merged = mergeDossier(story(facts()), facts({ dueDay: '2026-11-20' }), { asOf: at(9), hasher })
    expect(merged).toMatchObject({
      event: { id: `${numbered(1)}@2`, due: { from: '2026-11-12', to: '2026-11-20' } },
    })
    const done = facts({ status: 'returned', doneDay: '2026-11-10', dueDay: '2026-11-20' })
    expect(
      mergeDossier(story(done), { ...done, dueDay: '2026-11-21' }, { asOf: at(9), hasher }),
    ).not.toHaveProperty('event')
  })

  it('moves with a pause that a decision records, for about as long as the pause', () => {
    const pause = { from: '2026-11-05', until: '2026-11-10', decision: '12/TB-TTPVHCC' }
    const moved = story(facts(), facts({ status: 'supplement' }), facts({ dueDay: '2026-11-17', pause }))
    expect(moved.dueChanges).toEqual([
      { kind: 'pause', from: '2026-11-12', to: '2026-11-17', decision: '12/TB-TTPVHCC' },
    ])
    const done = { ...moved, status: 'returned', doneDay: '2026-11-17' } as const
    expect(timelinessOf(done, '2026-11-23')).toEqual({ kind: 'on-time' })
    // Five days of waiting excuse no month.
    expect(story(facts(), facts({ dueDay: '2026-12-12', pause })).dueChanges[0]?.kind).toBe('re-dated')
    // One decision moves the promise once.
    const again = story(
      facts(),
      facts({ dueDay: '2026-11-17', pause }),
      facts({ dueDay: '2026-11-20', pause }),
    )
    expect(again.dueChanges.map(({ kind }) => kind)).toEqual(['pause', 're-dated'])
    expect(
      story(facts(), facts({ dueDay: '2026-11-17', pause: { from: '2026-11-05', until: '2026-11-10' } }))
        .dueChanges[0]?.kind,
    ).toBe('re-dated')
  })
})

describe('a pause', () => {
  it('begins when the file says, else when it was first seen, and keeps that day', () => {
    expect(story(facts({ status: 'supplement', pause: { from: '2026-11-04' } })).pausedSince).toBe(
      '2026-11-04',
    )
    expect(story(facts(), facts({ status: 'supplement' })).pausedSince).toBe('2026-11-04')
    const seenTwice = story(
      facts(),
      facts({ status: 'supplement' }),
      facts({ status: 'supplement', unit: 'Phòng khác' }),
    )
    expect(seenTwice).toMatchObject({ pausedSince: '2026-11-04', revision: 3 })
    expect(story(facts({ status: 'supplement' }), facts()).pausedSince).toBeUndefined()
  })
})
