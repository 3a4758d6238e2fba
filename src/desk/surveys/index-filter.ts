import type { ServiceFacts } from '../../surveys/invitation/invitation.ts'

/** By which parts of the work the answers can be looked at. */
export const partKinds = ['unit', 'field', 'procedure'] as const
export type PartKind = (typeof partKinds)[number]

/** One part of each kind at most; none: everything. */
export type IndexFilter = Partial<Record<PartKind, string>>

/** '' where the records do not say. */
export function partOf({ unit, field, procedureCode }: ServiceFacts, kind: PartKind): string {
  switch (kind) {
    case 'unit':
      return unit ?? ''
    case 'field':
      return field ?? ''
    case 'procedure':
      return procedureCode ?? ''
  }
}

export function isFiltered(filter: IndexFilter): boolean {
  return partKinds.some((kind) => filter[kind] !== undefined)
}

export function fits(facts: ServiceFacts, filter: IndexFilter): boolean {
  return partKinds.every((kind) => filter[kind] === undefined || partOf(facts, kind) === filter[kind])
}
