import { addDays } from '../lib/working-days/day.ts'
import { type Dossier, isClosed, isDone, isPaused } from './dossier.ts'
import type { DossierCode } from './dossier-code.ts'
import { promisedDay, timelinessOf } from './timeliness.ts'

/** Lists of dossiers for the office, by how they stand against the promise. */
export const dossierListings = ['overdue', 'due-soon', 'open', 'done-late', 'done', 'not-counted'] as const
export type DossierListing = (typeof dossierListings)[number]

/** The promise runs out within so many days, today included. */
export const dueSoonDays = 3

/**
 * Where a dossier stands whatever day it is today; which list that comes to follows from `shelfDay`.
 * - `watched`: open with a promise to be kept; the day that was promised first (moved by recorded pauses)
 * - `waiting`: open without one: paused in time, or nothing promised; the day of receipt
 * - `done-late`, `done`: the day of the result
 * - `not-counted`: not taken in, refused, taken back; the day of receipt
 */
export const shelves = ['watched', 'waiting', 'done-late', 'done', 'not-counted'] as const
export type Shelf = (typeof shelves)[number]

export function shelfOf(dossier: Dossier): { shelf: Shelf; shelfDay: string } {
  const { status, receivedDay, doneDay } = dossier
  const promised = promisedDay(dossier)
  if (isDone(status) && doneDay !== undefined) {
    return { shelf: promised !== undefined && doneDay > promised ? 'done-late' : 'done', shelfDay: doneDay }
  }
  if (isDone(status)) return { shelf: 'done', shelfDay: receivedDay }
  if (isClosed(status) || status === 'registered') return { shelf: 'not-counted', shelfDay: receivedDay }
  // A pause that began after the promised day does not undo that it was missed; `timelinessOf` says the same.
  const isLooked = !isPaused(status) || timelinessOf(dossier, '9999-12-31').kind === 'open-overdue'
  return promised !== undefined && isLooked
    ? { shelf: 'watched', shelfDay: promised }
    : { shelf: 'waiting', shelfDay: receivedDay }
}

export interface DossierFilter {
  listing: DossierListing
  /** "2026-11-23" */
  today: string
  unit?: string | undefined
  field?: string | undefined
  /** Both included; the days meant are those of the shelf. */
  from?: string | undefined
  until?: string | undefined
}

/** Which shelves a list is made of, between which days, and whether the latest day comes first. */
export function shelvesOf({ listing, today, from, until }: DossierFilter): {
  shelves: Shelf[]
  first?: string
  last?: string
  isNewestFirst: boolean
} {
  const days = (first?: string, last?: string) => ({
    ...pick('first', later(first, from)),
    ...pick('last', earlier(last, until)),
  })
  switch (listing) {
    case 'overdue':
      return { shelves: ['watched'], ...days(undefined, addDays(today, -1)), isNewestFirst: false }
    case 'due-soon':
      return { shelves: ['watched'], ...days(today, addDays(today, dueSoonDays - 1)), isNewestFirst: false }
    case 'open':
      return { shelves: ['watched', 'waiting'], ...days(), isNewestFirst: false }
    case 'done-late':
      return { shelves: ['done-late'], ...days(), isNewestFirst: true }
    case 'done':
      return { shelves: ['done', 'done-late'], ...days(), isNewestFirst: true }
    case 'not-counted':
      return { shelves: ['not-counted'], ...days(), isNewestFirst: true }
  }
}

/** A place in a list: the dossiers after it come next, whatever came in meanwhile. */
export interface ListPlace {
  day: string
  code: string
}

export const placeOf = (dossier: Dossier): ListPlace => ({
  day: shelfOf(dossier).shelfDay,
  code: dossier.code,
})

/** Port; the Mongo one is `storage/dossier-lists.ts`. Every query has an index: its cost is that of the page. */
export interface DossierLists {
  page(filter: DossierFilter, options: { after?: ListPlace | undefined; limit: number }): Promise<Dossier[]>
  /** Counts no further than `atMost`. */
  count(filter: DossierFilter, atMost: number): Promise<number>
  /** Whose code begins so, in order of the code. */
  beginningWith(beginning: string, options: { after?: string | undefined; limit: number }): Promise<Dossier[]>
  /** In order of the code. */
  receivedOn(day: string, options: { unit?: string | undefined; limit: number }): Promise<DossierCode[]>
  /** Every unit or field of the records, in order; `limit` at most. */
  names(of: 'unit' | 'field', limit: number): Promise<string[]>
}

const later = (one?: string, other?: string) => (one !== undefined && (!other || one > other) ? one : other)
const earlier = (one?: string, other?: string) => (one !== undefined && (!other || one < other) ? one : other)

function pick<K extends string>(key: K, value: string | undefined): { [key in K]?: string } {
  return (value === undefined ? {} : { [key]: value }) as { [key in K]?: string }
}
