import { vietnamDay } from '../lib/vietnam-time.ts'
import { addDays, daysBetween } from '../lib/working-days/day.ts'
import type { DigitsHasher } from './digits-hash.ts'
import {
  type Dossier,
  type DossierEvent,
  type DossierStatus,
  type DueChange,
  eventId,
  isClosed,
  isDone,
  isPaused,
} from './dossier.ts'
import type { DossierFacts } from './dossier-facts.ts'

export type MergedDossier =
  | { kind: 'new'; dossier: Dossier }
  | { kind: 'changed'; dossier: Dossier; event?: DossierEvent }
  | { kind: 'unchanged' }
  /** What is stored is of a later time than the row. */
  | { kind: 'older' }

/** The longest run of days off (Tết): a due day that lands in it moves on to the next day that is worked. */
const maxDaysOffInARow = 10

/**
 * What a row makes of what is stored. What the row does not tell stays as it was, except that days of a result go with
 * the result: a dossier that is open again has none.
 *
 * @param asOf the time of the file, for rows that have none of their own
 * @param hasher without it nothing of a telephone is kept, and nobody can look the dossier up
 */
export function mergeDossier(
  stored: Dossier | undefined,
  facts: DossierFacts,
  { asOf, hasher }: { asOf: Date; hasher?: DigitsHasher },
): MergedDossier {
  const stateAt = facts.updatedAt ?? asOf
  const times = { ...optional('updatedAt', facts.updatedAt), toldAt: asOf }
  const { dueDay, firstDueDay, dueChanges } = mergeDues(stored, facts)
  const hashes = hasher ? facts.lastDigits.map((digits) => hasher.hash(facts.code, digits)) : []
  const dossier: Dossier = {
    code: facts.code,
    status: facts.status,
    ...times,
    ...optional('procedureCode', facts.procedureCode ?? stored?.procedureCode),
    ...optional('procedureName', facts.procedureName ?? stored?.procedureName),
    ...optional('field', facts.field ?? stored?.field),
    ...optional('unit', facts.unit ?? stored?.unit),
    ...optional('channel', facts.channel ?? stored?.channel),
    receivedDay: facts.receivedDay,
    ...optional('firstDueDay', firstDueDay),
    ...optional('dueDay', dueDay),
    dueChanges,
    ...optional('pausedSince', pausedSince(stored, facts, stateAt)),
    ...(isDone(facts.status) ? optional('doneDay', facts.doneDay ?? stored?.doneDay) : {}),
    ...(facts.status === 'returned' ? optional('returnedDay', facts.returnedDay ?? stored?.returnedDay) : {}),
    digitsHashes: hashes.length > 0 ? hashes : (stored?.digitsHashes ?? []),
    revision: (stored?.revision ?? 0) + 1,
  }
  if (!stored) return { kind: 'new', dossier }
  if (contentOf(dossier) === contentOf(stored)) return { kind: 'unchanged' }
  if (isOlder(facts.updatedAt, asOf, stored)) return { kind: 'older' }
  const event = eventOf(stored, dossier, stateAt)
  return { kind: 'changed', dossier, ...(event ? { event } : {}) }
}

/** Rows' own times are compared with each other; a time of a row and one of a file say nothing about each other. */
function isOlder(updatedAt: Date | undefined, asOf: Date, stored: Dossier): boolean {
  const isOlderFile = asOf < stored.toldAt
  if (!updatedAt || !stored.updatedAt) return isOlderFile
  return updatedAt < stored.updatedAt || (updatedAt.getTime() === stored.updatedAt.getTime() && isOlderFile)
}

/**
 * The first promise is the earliest that was ever seen: one that is set earlier later on was a slip, and it must not
 * make a late dossier timely to enter a later "first" day.
 */
function mergeDues(
  stored: Dossier | undefined,
  facts: DossierFacts,
): Pick<Dossier, 'firstDueDay' | 'dueDay' | 'dueChanges'> {
  const dueDay = facts.dueDay ?? stored?.dueDay
  const firstDueDay = earliest(stored?.firstDueDay, facts.firstDueDay ?? facts.dueDay)
  const before = stored?.dueDay ?? facts.firstDueDay
  const dueChanges = [...(stored?.dueChanges ?? [])]
  if (before !== undefined && dueDay !== undefined && before !== dueDay) {
    dueChanges.push(changeOf(before, dueDay, facts, dueChanges))
  }
  return { firstDueDay, dueDay, dueChanges }
}

function changeOf(
  from: string,
  to: string,
  { pause }: DossierFacts,
  earlier: readonly DueChange[],
): DueChange {
  if (!pause?.decision || !pause.from || !pause.until) return { kind: 're-dated', from, to }
  const { decision } = pause
  const isUsed = earlier.some((change) => change.kind === 'pause' && change.decision === decision)
  const pausedDays = daysBetween(pause.from, pause.until)
  // Papers that were waited for a day excuse no month.
  const isWithinPause = to > from && to <= addDays(from, pausedDays + maxDaysOffInARow)
  return isUsed || !isWithinPause ? { kind: 're-dated', from, to } : { kind: 'pause', from, to, decision }
}

function pausedSince(stored: Dossier | undefined, facts: DossierFacts, stateAt: Date): string | undefined {
  if (!isPaused(facts.status)) return undefined
  if (facts.pause?.from !== undefined && facts.pause.until === undefined) return facts.pause.from
  if (stored && isPaused(stored.status) && stored.pausedSince !== undefined) return stored.pausedSince
  return vietnamDay(stateAt)
}

function eventOf(stored: Dossier, dossier: Dossier, at: Date): DossierEvent | undefined {
  const isMoved =
    dossier.dueDay !== undefined && dossier.dueDay !== stored.dueDay && !isClosed(dossier.status)
  const isOtherStatus = dossier.status !== stored.status
  if (!isMoved && !isOtherStatus) return undefined
  return {
    id: eventId(dossier.code, dossier.revision),
    code: dossier.code,
    at,
    ...(isOtherStatus ? { status: { from: stored.status, to: dossier.status } } : {}),
    ...(isMoved ? { due: { ...optional('from', stored.dueDay), to: dossier.dueDay! } } : {}),
    isBackward: isBackward(stored.status, dossier.status),
  }
}

function isBackward(from: DossierStatus, to: DossierStatus): boolean {
  if (from === to || !isClosed(from)) return false
  return !(from === 'ready' && to === 'returned')
}

/** Everything that the office told; when it told it makes no difference. */
function contentOf({
  updatedAt: _updatedAt,
  toldAt: _toldAt,
  revision: _revision,
  ...content
}: Dossier): string {
  return JSON.stringify(content, Object.keys(content).sort().concat('kind', 'from', 'to', 'decision'))
}

function earliest(...days: (string | undefined)[]): string | undefined {
  return days.filter((day) => day !== undefined).sort()[0]
}

function optional<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [key in K]?: V }
}
