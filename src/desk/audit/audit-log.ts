/** What is written down. Case pages use the actions of reports, exports and identity; see `desk.audit.action.*`. */
export const auditActions = [
  'sign-in',
  'sign-in-failed',
  'sign-in-throttled',
  'second-step-failed',
  'recovery-code-used',
  'sign-out',
  'sessions-ended',
  'password-changed',
  'password-reset',
  'second-step-enrolled',
  'second-step-removed',
  'recovery-codes-renewed',
  'absence-changed',
  'access-refused',
  'officer-added',
  'officer-changed',
  'officer-disabled',
  'officer-enabled',
  'audit-viewed',
  'report-viewed',
  'report-changed',
  'identity-viewed',
  'evidence-viewed',
  'question-changed',
  'catalogue-changed',
  'dossiers-imported',
  'dossier-review-settled',
  'slips-printed',
  'data-exported',
  'data-erased',
  'polls-switched',
  'poll-entered',
] as const
export type AuditAction = (typeof auditActions)[number]

export type AuditValue = string | number | boolean | string[]

export interface AuditEvent {
  /** Officer id; "system" for the program itself; "unknown" for somebody who is not signed in. */
  officer: string
  action: AuditAction
  /** What it was done to: `officer:<id>`, `report:<case number>`, `route:GET /desk/…`. Never personal data. */
  subject: string
  /** Short facts, never personal data and nothing that people wrote. Names are letters and digits. */
  detail?: Record<string, AuditValue>
}

/** One row of the chain. */
export interface AuditRow extends AuditEvent {
  /** 1, 2, 3 … without a gap. */
  sequence: number
  at: Date
  detail: Record<string, AuditValue>
  /** `hash` of the row before; of the first, 64 zeros. */
  previousHash: string
  /** SHA-256 of everything else in the row. */
  hash: string
}

export interface AuditFilter {
  officer?: string
  subject?: string
  actions?: readonly AuditAction[]
  from?: Date
  /** Not included. */
  to?: Date
}

export interface AuditLog {
  /** Resolves once the row is stored; several processes may append at once. */
  append(event: AuditEvent): Promise<AuditRow>
  /** The newest first, below the sequence `before` when given. */
  list(filter: AuditFilter, page: { before?: number; limit: number }): Promise<AuditRow[]>
  /** Notes for good how far the chain has come; a job calls it daily. */
  anchor(): Promise<void>
}
