import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { auditActions } from '../audit/audit-log.ts'
import type { Desk } from '../desk-page.ts'
import { startOfDay } from '../display-time.ts'
import { AuditPage, type AuditQuery } from '../pages/audit-page.tsx'

const day = z.string().refine((text) => startOfDay(text) !== undefined)

/** What does not fit is as if it were not there. */
const auditQuery = z.object({
  officer: z.string().min(1).max(50).optional().catch(undefined),
  action: z.enum(auditActions).optional().catch(undefined),
  from: day.optional().catch(undefined),
  to: day.optional().catch(undefined),
  before: z.coerce.number().int().positive().optional().catch(undefined),
})

const rowsPerPage = 50

export function addAuditRoutes(scope: FastifyInstance, desk: Desk): void {
  const { texts, officers, audit } = desk

  scope.get('/audit', async (request, reply) => {
    const query: AuditQuery = auditQuery.parse(request.query)
    const { officer, action, before } = query
    const from = query.from === undefined ? undefined : startOfDay(query.from)
    const to = query.to === undefined ? undefined : startOfDay(query.to, 1)
    const rows = await audit.list(
      {
        ...(officer === undefined ? {} : { officer }),
        ...(action === undefined ? {} : { actions: [action] }),
        ...(from ? { from } : {}),
        ...(to ? { to } : {}),
      },
      { limit: rowsPerPage + 1, ...(before === undefined ? {} : { before }) },
    )
    const isFiltered = Object.values({ officer, action, from, to }).some((value) => value !== undefined)
    await audit.append({
      officer: desk.signedIn(request).officer.id,
      action: 'audit-viewed',
      subject: 'audit:list',
      detail: { isFiltered },
    })
    return desk.show(request, reply, {
      title: texts.say('desk.audit.title'),
      body: (
        <AuditPage
          texts={texts}
          query={query}
          rows={rows.slice(0, rowsPerPage)}
          officers={await officers.list()}
          hasOlder={rows.length > rowsPerPage}
        />
      ),
    })
  })
}
