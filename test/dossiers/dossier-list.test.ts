import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Dossier, dossierStatuses, isDone } from '../../src/dossiers/dossier.ts'
import { type DossierListing, dossierListings, shelfOf, shelvesOf } from '../../src/dossiers/dossier-list.ts'
import { isOpenDossier, timelinessOf } from '../../src/dossiers/timeliness.ts'
import { addDays } from '../../src/lib/working-days/day.ts'
import { dossier } from './made-dossier.ts'

const today = '2026-11-23'

/** What a list is for, said with the rule that judges a single dossier. */
function belongs(listing: DossierListing, one: Dossier): boolean {
  const timeliness = timelinessOf(one, today)
  switch (listing) {
    case 'overdue':
      return timeliness.kind === 'open-overdue'
    case 'due-soon':
      return timeliness.kind === 'open-in-time' && timeliness.daysLeft <= 2
    case 'open':
      return isOpenDossier(one)
    case 'done-late':
      return timeliness.kind === 'late'
    case 'done':
      return isDone(one.status)
    case 'not-counted':
      return timeliness.kind === 'not-counted'
  }
}

const isListed = (listing: DossierListing, one: Dossier): boolean => {
  const { shelf, shelfDay } = shelfOf(one)
  const { shelves, first = '', last = '9999' } = shelvesOf({ listing, today })
  return shelves.includes(shelf) && shelfDay >= first && shelfDay <= last
}

const dayAround = fc.integer({ min: -12, max: 8 }).map((days) => addDays(today, days))
const made = fc
  .record({
    status: fc.constantFrom(...dossierStatuses),
    first: fc.option(dayAround, { nil: undefined }),
    due: dayAround,
    change: fc.constantFrom<'none' | 're-dated' | 'pause'>('none', 're-dated', 'pause'),
    pausedSince: fc.option(fc.integer({ min: -12, max: 0 }), { nil: undefined }),
    done: fc.integer({ min: -12, max: 0 }),
  })
  .map(({ status, first, due, change, pausedSince, done }): Dossier => {
    const { firstDueDay: _first, dueDay: _due, ...bare } = dossier({ status, receivedDay: '2026-10-01' })
    return {
      ...bare,
      ...(first === undefined ? {} : { firstDueDay: first, dueDay: change === 'none' ? first : due }),
      dueChanges:
        first === undefined || change === 'none' || first === due
          ? []
          : change === 'pause'
            ? [{ kind: 'pause', from: first, to: due, decision: '1/TB' }]
            : [{ kind: 're-dated', from: first, to: due }],
      ...(pausedSince === undefined ? {} : { pausedSince: addDays(today, pausedSince) }),
      ...(isDone(status) ? { doneDay: addDays(today, done) } : {}),
    }
  })

describe('the lists of the office', () => {
  it('hold exactly what the rule of being on time says of each dossier', () => {
    fc.assert(
      fc.property(made, (one) => {
        for (const listing of dossierListings) {
          expect([listing, isListed(listing, one)]).toEqual([listing, belongs(listing, one)])
        }
      }),
      { numRuns: 3_000 },
    )
  })

  it('keep a dossier that was re-dated after an apology under its first day', () => {
    const reDated = dossier({
      firstDueDay: '2026-11-12',
      dueDay: '2026-12-01',
      dueChanges: [{ kind: 're-dated', from: '2026-11-12', to: '2026-12-01' }],
    })
    expect(shelfOf(reDated)).toEqual({ shelf: 'watched', shelfDay: '2026-11-12' })
    expect(isListed('overdue', reDated)).toBe(true)
  })
})
