import type { DossierCode } from './dossier-code.ts'

/** The ten statuses of a one-stop system; their Vietnamese names stand in `data/dossier-columns.yaml`. */
export const dossierStatuses = [
  'registered',
  'accepted',
  'refused',
  'processing',
  'supplement',
  'payment',
  'withdrawn',
  'stopped',
  'ready',
  'returned',
] as const
export type DossierStatus = (typeof dossierStatuses)[number]

/** The clock of the office stands still: papers, money or a decision are waited for. */
export function isPaused(status: DossierStatus): boolean {
  return status === 'supplement' || status === 'payment' || status === 'stopped'
}

/** There is a result. */
export function isDone(status: DossierStatus): boolean {
  return status === 'ready' || status === 'returned'
}

/** Nothing more will happen to it. A result that waits at the counter is closed too: the office has done its part. */
export function isClosed(status: DossierStatus): boolean {
  return isDone(status) || status === 'refused' || status === 'withdrawn'
}

export const filingChannels = ['counter', 'online', 'post'] as const
export type DossierChannel = (typeof filingChannels)[number]

/**
 * What a person has handed in, as the one-stop software told it last. Days are calendar days in Viet Nam
 * ("2026-11-23"); times of day are dropped, because being on time is a matter of days.
 *
 * Of the person nothing is kept but a keyed hash of the telephone's last four digits: names, addresses, papers'
 * numbers, e-mail and free text never get past the reader of the file.
 */
export interface Dossier {
  code: DossierCode
  status: DossierStatus
  /** When the state began, when the file tells it of each dossier. A state that is older never replaces this one. */
  updatedAt?: Date
  /** The time of the file that told it. */
  toldAt: Date
  /** National code ("1.014199") and name, as far as the file has them. */
  procedureCode?: string
  procedureName?: string
  field?: string
  unit?: string
  channel?: DossierChannel
  receivedDay: string
  /** The first day that was promised; kept whatever comes later. */
  firstDueDay?: string
  /** The day promised now. */
  dueDay?: string
  /** How the one became the other, oldest first. */
  dueChanges: DueChange[]
  /** While the status is a pause. */
  pausedSince?: string
  /** The result was ready; the day of handing over when the file has no other. */
  doneDay?: string
  /** The result was handed over. */
  returnedDay?: string
  /** Of every telephone in the file; see `digits-hash.ts`. */
  digitsHashes: string[]
  /** Counts the changes of this dossier, from 1. */
  revision: number
}

/**
 * `pause`: moved by a recorded decision for the time in which the office had to wait; the promise moves with it.
 * `re-dated`: anything else, an extension after an apology too; the first promise stands.
 */
export type DueChange =
  | { kind: 're-dated'; from: string; to: string }
  | { kind: 'pause'; from: string; to: string; decision: string }

/**
 * Something that the person may be told, once: the id is made of the dossier's own count of changes, so an import that
 * is run again, or again after it broke off, makes the same id.
 */
export interface DossierEvent {
  id: string
  code: DossierCode
  /** When the state that it led to began, as far as the file tells. */
  at: Date
  status?: { from: DossierStatus; to: DossierStatus }
  due?: { from?: string; to: string }
  /** Out of a closed status: more likely a correction than news, so a person looks at it before anybody is told. */
  isBackward: boolean
}

export function eventId(code: DossierCode, revision: number): string {
  return `${code}@${revision}`
}
