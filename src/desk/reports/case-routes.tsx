import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import { isInScope, mayViewIdentity } from '../../reports/case/access.ts'
import type { ReportAction } from '../../reports/case/change-report.ts'
import { mostSimilar } from '../../reports/case/similar-reports.ts'
import { parseCaseNumber } from '../../reports/case-number.ts'
import { evidenceMediaTypes } from '../../reports/evidence/evidence.ts'
import { readEvidence } from '../../reports/evidence/keep-evidence.ts'
import type { Report, ReportEvent } from '../../reports/report.ts'
import type { Desk } from '../desk-page.ts'
import { MessagePage } from '../pages/message-page.tsx'
import { fillTemplate, templatesFor } from '../reply-templates.ts'
import { maxTextChars, readAction, TypedForm } from './action-forms.ts'
import { isReplyKind } from './case-actions.tsx'
import { IdentityPage } from './case-identity.tsx'
import { CasePage } from './case-page.tsx'
import { evidenceOf, type OpenForm } from './case-view.ts'
import { type DeskAction, deskActions, mayAct } from './may-act.ts'
import { replyFacts } from './reply-facts.ts'
import {
  type CaseRoute,
  casePath,
  lookAt,
  noteInAudit,
  type OpenCase,
  type ReportDeskParts,
  withCase,
} from './report-desk.ts'

const dayMs = 86_400_000
/** Reports about one matter come within weeks; those further back are found by their number. */
const similarSinceDays = 90
const similarCandidates = 40
const similarShown = 5

/** The pages of one report: reading, acting, notes, evidence and, for a reason, who reported. */
export function addCaseRoutes(scope: FastifyInstance, desk: Desk, parts: ReportDeskParts): void {
  const { texts } = parts

  async function showCase(
    request: FastifyRequest,
    reply: FastifyReply,
    open: OpenCase,
    more: { form?: OpenForm; since?: ReportEvent[]; status?: number } = {},
  ): Promise<FastifyReply> {
    const { report } = open
    const now = desk.clock.now()
    await noteInAudit(desk, open, 'report-viewed')
    const { lead, knownNumbers } = await lookAtJoined(open)
    return desk.show(request, reply, {
      title: texts.say('desk-reports.case.heading', { number: report.caseNumber }),
      hasOwnHeading: true,
      status: more.status ?? 200,
      body: (
        <CasePage
          texts={texts}
          deskTexts={desk.texts}
          parts={parts}
          open={open}
          officers={await desk.officers.list()}
          notes={await parts.notes.listOf(report.ref)}
          similar={await findSimilar(open)}
          knownNumbers={knownNumbers}
          lead={lead}
          reach={await reachOf(open)}
          formToken={desk.signedIn(request).session.formToken}
          now={now}
          today={vietnamDay(now)}
          form={more.form}
          since={more.since}
        />
      ),
    })
  }

  /** Of who asked for secrecy or is unknown, nothing is looked up: not even when they last wrote. */
  async function reachOf({ report: { identityMode, identityRef, closedAt } }: OpenCase) {
    if (!parts.sayReach || closedAt || identityMode !== 'named' || !identityRef) return undefined
    const identity = await parts.identities.get(identityRef)
    return identity && parts.sayReach(identity.conversation)
  }

  async function findSimilar({ report, scope: visible }: OpenCase) {
    const since = new Date(report.receivedAt.getTime() - similarSinceDays * dayMs)
    const candidates = await parts.store.similarTo(report, visible, since, similarCandidates)
    return mostSimilar(report, candidates, similarShown)
  }

  /** Another report is named only to who may see that one too. */
  async function lookAtJoined({ report, scope: visible }: OpenCase) {
    const numbers = new Set(
      report.events.flatMap(({ change }) => (change.kind === 'joined' ? [change.caseNumber] : [])),
    )
    const knownNumbers = new Set<string>()
    let lead: string | undefined
    for (const number of numbers) {
      const other = await parts.store.findByCaseNumber(number)
      if (!other || !isInScope(other, visible)) continue
      knownNumbers.add(number)
      if (other.ref === report.joinedTo) lead = number
    }
    return { knownNumbers, lead }
  }

  scope.get<CaseRoute>('/reports/:caseNumber', withCase(desk, parts, showCase))

  for (const name of deskActions) {
    scope.post<CaseRoute>(
      `/reports/:caseNumber/${name}`,
      withCase(desk, parts, (request, reply, open) => act(request, reply, open, name)),
    )
  }

  async function act(
    request: FastifyRequest,
    reply: FastifyReply,
    open: OpenCase,
    name: DeskAction,
  ): Promise<FastifyReply> {
    const { report, viewer, officer } = open
    const typed = new TypedForm(request.body)
    const refuse = (errors: Record<string, string>, on: OpenCase = open) =>
      showCase(request, reply, on, { form: { name, typed, errors }, status: 422 })

    const revision = /^\d{1,9}$/.test(typed.one('revision')) ? Number(typed.one('revision')) : undefined
    if (revision === undefined) return refuse({ actions: texts.say('desk-reports.error.revision') })
    // Before what this officer may do now: they may have been allowed to do it in the state that they saw.
    if (revision !== report.revision) {
      const since = report.events.slice(Math.min(0, revision - report.revision))
      return showConflict(since, open)
    }
    if (!mayAct(viewer, report, name)) {
      await noteInAudit(desk, open, 'access-refused', { change: name })
      return refuse({ actions: texts.say('desk-reports.refused.not-yours') })
    }
    const officers = await desk.officers.list()
    const read = readAction(name, typed, { report, officers, today: vietnamDay(desk.clock.now()), texts })
    if (read.kind === 'wrong') return refuse(read.errors)
    const action = read.kind === 'join' ? await findJoin(read.caseNumber, open) : read.action
    if (!action) return refuse({ joinTo: texts.say('desk-reports.error.join-to') })

    const acted = await parts.reports.act(report.ref, { kind: 'officer', officerId: officer.id }, action, {
      revision,
    })
    switch (acted.kind) {
      case 'no-such-report':
        return desk.notFound(request, reply)
      case 'refused':
        return refuse({ actions: texts.say(`desk-reports.refused.${acted.reason}`) })
      case 'conflict': {
        // What changed may be that it is about this officer.
        const now = await lookAt(acted.report, officer, desk)
        return now ? showConflict(acted.since, now) : desk.notFound(request, reply)
      }
      case 'changed': {
        await noteInAudit(desk, open, 'report-changed', {
          change: name,
          from: report.state,
          to: acted.report.state,
        })
        const deputy = read.kind === 'action' ? read.deputy : undefined
        const notice = deputy
          ? texts.say('desk-reports.done.assign-deputy', { name: deputy.name })
          : texts.say(`desk-reports.done.${name}`)
        return isInScope(acted.report, open.scope)
          ? desk.goTo(request, reply, casePath(report.caseNumber), notice)
          : desk.goTo(request, reply, '/desk/reports', texts.say('desk-reports.done.out-of-sight'))
      }
    }

    function showConflict(since: ReportEvent[], on: OpenCase): Promise<FastifyReply> {
      return showCase(request, reply, on, { form: { name, typed, errors: {} }, since, status: 409 })
    }
  }

  /** Joined to the one that leads the other's group, so that a group has one lead. */
  async function findJoin(typed: string, { scope: visible }: OpenCase): Promise<ReportAction | undefined> {
    const parsed = parseCaseNumber(typed)
    if (parsed.kind !== 'case-number') return undefined
    const found = await parts.store.findByCaseNumber(parsed.caseNumber)
    const lead = found?.joinedTo === undefined ? found : await parts.store.findByRef(found.joinedTo)
    const isVisible = (report: Report | undefined): report is Report =>
      report !== undefined && isInScope(report, visible)
    if (!isVisible(found) || !isVisible(lead)) return undefined
    return { kind: 'join', toRef: lead.ref, toCaseNumber: lead.caseNumber }
  }

  /** Puts a template into a text that is being written; changes and stores nothing. */
  scope.post<CaseRoute>(
    '/reports/:caseNumber/draft',
    withCase(desk, parts, (request, reply, open) => {
      const typed = new TypedForm(request.body)
      const kind = typed.one('reply')
      const { report } = open
      if (!isReplyKind(kind) || !mayAct(open.viewer, report, kind)) {
        return showCase(request, reply, open, { status: 422 })
      }
      const id = typed.one(`${kind}Template`)
      const template = templatesFor(parts.templates, kind, report).find((one) => one.id === id)
      const field = `${kind}Text`
      const written = typed.one(field).trimEnd()
      const facts = replyFacts(report, { texts, agencyName: parts.agencyName, now: desk.clock.now() })
      const text = template
        ? [written, fillTemplate(template, facts)].filter((part) => part !== '').join('\n\n')
        : written
      const form: OpenForm = { name: kind, typed: typed.with(field, text), errors: {} }
      return showCase(request, reply, open, { form })
    }),
  )

  scope.post<CaseRoute>(
    '/reports/:caseNumber/notes',
    withCase(desk, parts, async (request, reply, open) => {
      const typed = new TypedForm(request.body)
      const text = typed.one('noteText').trim()
      if (text === '' || text.length > maxTextChars) {
        const noteText =
          text === ''
            ? texts.say('desk-reports.error.text')
            : texts.say('desk-reports.error.too-long', { count: maxTextChars })
        return showCase(request, reply, open, {
          form: { name: 'note', typed, errors: { noteText } },
          status: 422,
        })
      }
      await addNote(open, text)
      await noteInAudit(desk, open, 'report-changed', { change: 'note' })
      return desk.goTo(
        request,
        reply,
        `${casePath(open.report.caseNumber)}#notes`,
        texts.say('desk-reports.note.saved'),
      )
    }),
  )

  function addNote({ report, officer }: OpenCase, text: string): Promise<void> {
    const id = randomBytes(12).toString('hex')
    return parts.notes.add({ id, reportRef: report.ref, officerId: officer.id, at: desk.clock.now(), text })
  }

  scope.post<CaseRoute>(
    '/reports/:caseNumber/identity',
    withCase(desk, parts, async (request, reply, open) => {
      const { report, viewer } = open
      const typed = new TypedForm(request.body)
      if (!mayViewIdentity(viewer, report) || report.identityRef === undefined) {
        await noteInAudit(desk, open, 'access-refused', { change: 'identity' })
        return showCase(request, reply, open, { status: 403 })
      }
      const reason = typed.one('identityReason').trim().slice(0, 300)
      if (reason === '') {
        const errors = { identityReason: texts.say('desk-reports.error.reason') }
        return showCase(request, reply, open, { form: { name: 'identity', typed, errors }, status: 422 })
      }
      // First written down, then read: nobody sees it without a trace.
      await noteInAudit(desk, open, 'identity-viewed', { reasonLength: reason.length })
      await addNote(open, texts.say('desk-reports.note.identity-viewed', { reason }))
      const identity = await parts.identities.get(report.identityRef)
      return desk.show(request, reply, {
        title: texts.say('desk-reports.identity-view.title'),
        body: <IdentityPage texts={texts} caseNumber={report.caseNumber} identity={identity} />,
      })
    }),
  )

  scope.get<{ Params: { caseNumber: string; name: string } }>(
    '/reports/:caseNumber/evidence/:name',
    async (request, reply) => {
      const open = withCase(desk, parts, async (_request, _reply, found) =>
        sendEvidence(request.params.name, request, reply, found),
      )
      return open(request, reply)
    },
  )

  async function sendEvidence(
    name: string,
    request: FastifyRequest,
    reply: FastifyReply,
    open: OpenCase,
  ): Promise<FastifyReply> {
    const { report } = open
    const files = evidenceOf(report)
    const index = files.findIndex((file) => file.name === name)
    const file = files[index]
    if (!file) return desk.notFound(request, reply)
    await noteInAudit(desk, open, 'evidence-viewed', { file: index + 1 })
    const read = await readEvidence(report.ref, file, parts.evidenceRoom)
    if (read.kind === 'missing') return desk.notFound(request, reply)
    if (read.kind === 'refused') {
      desk.log.error({ caseNumber: report.caseNumber, reason: read.reason }, 'desk: evidence does not open')
      const link = { href: casePath(report.caseNumber), label: texts.say('desk-reports.identity-view.back') }
      return desk.show(request, reply, {
        title: texts.say('desk-reports.case.evidence-broken-title'),
        body: <MessagePage text={texts.say('desk-reports.case.evidence-broken')} link={link} />,
        status: 500,
      })
    }
    const disposition = file.type === 'pdf' ? 'attachment' : 'inline'
    return (
      reply
        .type(evidenceMediaTypes[file.type])
        .header(
          'content-disposition',
          `${disposition}; filename="${report.caseNumber}-${index + 1}.${extensions[file.type]}"`,
        )
        .header('x-content-type-options', 'nosniff')
        .header('cache-control', 'no-store')
        .header('cross-origin-resource-policy', 'same-origin')
        // Whatever it turns out to be, it runs nothing, loads nothing and stands in no frame.
        .header('content-security-policy', "default-src 'none'; sandbox; frame-ancestors 'none'")
        .send(read.bytes)
    )
  }
}

const extensions = { jpeg: 'jpg', png: 'png', webp: 'webp', pdf: 'pdf' } as const
