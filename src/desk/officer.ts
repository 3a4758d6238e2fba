import type { Sealed } from './secret-box.ts'

/** What an officer may do at the desk; the table of `access.ts` says which pages that opens. */
export const roles = ['intake', 'handler', 'leader', 'admin', 'auditor'] as const
export type Role = (typeof roles)[number]

/** Where notices go; they never carry the content of a case. */
export const contactKinds = ['email', 'telegram'] as const
export type ContactKind = (typeof contactKinds)[number]
export interface OfficerContact {
  kind: ContactKind
  /** E-mail address, or the number of the Telegram chat with the bot. */
  address: string
}

/** A person who works at the desk, without anything secret. */
export interface Officer {
  /** Random; stands in records and in the audit, where no name may stand. */
  id: string
  /** Lower case; see `usernamePattern`. */
  username: string
  name: string
  unit?: string
  roles: Role[]
  /** May open reports of the restricted queue (informal fees, harassment). */
  mayOpenRestricted: boolean
  contact?: OfficerContact
  /** Officer id: who takes new work while this officer is absent. */
  deputy?: string
  /** Absent up to and including this day in Viet Nam, "2026-11-23". */
  absentUntil?: string
  disabledAt?: Date
  createdAt: Date
  hasSecondStep: boolean
  /** The password is one handed out by somebody else: it must be changed first. */
  mustChangePassword: boolean
}

/** What sign-in compares with; stays between the store and the sign-in. */
export interface Credentials {
  passwordHash: string
  /** Only for a password that somebody else handed out: what it is worth until. */
  oneTimeUntil?: Date
  secondStep?: SecondStep
}

export interface SecondStep {
  secret: Sealed
  /** The newest time step that was used: an older one, or the same again, is worth nothing. */
  lastTimeStep: number
  recoveryHashes: string[]
}

export type OfficerDetails = Pick<
  Officer,
  'name' | 'unit' | 'roles' | 'mayOpenRestricted' | 'contact' | 'deputy' | 'absentUntil'
>

export interface OfficerStore {
  insert(
    officer: OfficerDetails & Pick<Officer, 'id' | 'username' | 'createdAt'>,
    credentials: Credentials,
  ): Promise<'stored' | 'username-taken'>
  find(id: string): Promise<Officer | undefined>
  findByUsername(username: string): Promise<{ officer: Officer; credentials: Credentials } | undefined>
  findCredentials(id: string): Promise<Credentials | undefined>
  /** All officers, by name; disabled ones too. */
  list(): Promise<Officer[]>
  isEmpty(): Promise<boolean>

  /** Replaces all details; what is left out is removed. */
  change(id: string, details: OfficerDetails): Promise<Officer | undefined>
  /** `undefined` enables again. */
  setDisabled(id: string, at: Date | undefined): Promise<void>
  setPassword(id: string, passwordHash: string, oneTimeUntil: Date | undefined): Promise<void>
  setSecondStep(id: string, secondStep: SecondStep | undefined): Promise<void>
  setRecoveryHashes(id: string, hashes: string[]): Promise<void>
  /** True once for a time step: whoever comes second, from whatever process, gets false. */
  useTimeStep(id: string, timeStep: number): Promise<boolean>
  /** True once for a code. */
  useRecoveryHash(id: string, hash: string): Promise<boolean>
}

export const usernamePattern = /^[a-z0-9](?:[a-z0-9._-]{1,30})[a-z0-9]$/

/** As people type it; what comes out need not be a possible username. */
export function foldUsername(typed: string): string {
  return typed.normalize('NFKC').trim().toLowerCase()
}

export function isAbsent(officer: Pick<Officer, 'absentUntil'>, today: string): boolean {
  return officer.absentUntil !== undefined && officer.absentUntil >= today
}
