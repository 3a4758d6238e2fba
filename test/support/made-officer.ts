import type { Officer, Role } from '../../src/desk/officer.ts'

/** An officer who may work, with what is given. */
export function madeOfficer(id: string, roles: Role[], given: Partial<Officer> = {}): Officer {
  return {
    id,
    username: id,
    name: `Cán bộ ${id}`,
    roles,
    mayOpenRestricted: false,
    createdAt: new Date('2026-01-05T02:00:00Z'),
    hasSecondStep: true,
    mustChangePassword: false,
    ...given,
  }
}
