import type { ErasureParts } from '../../reports/retention.ts'
import type { AuditLog } from './audit-log.ts'

/** Writes down which report loses its words, and why. */
export function erasureAudit(audit: Pick<AuditLog, 'append'>): ErasureParts['audit'] {
  return {
    async erasing(caseNumber, reason) {
      const subject = `report:${caseNumber}`
      await audit.append({ officer: 'system', action: 'data-erased', subject, detail: { reason } })
    },
  }
}
