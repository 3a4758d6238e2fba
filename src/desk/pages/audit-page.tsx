import type { Texts } from '../../lib/texts.ts'
import { type AuditAction, type AuditRow, type AuditValue, auditActions } from '../audit/audit-log.ts'
import { FilterBar, FormField, SelectField } from '../components/form.tsx'
import { DataTable, Pagination } from '../components/table.tsx'
import type { DeskTexts } from '../desk-texts.ts'
import { displayInstant } from '../display-time.ts'
import { type Officer, type Role, roles } from '../officer.ts'

type DeskWords = Texts<DeskTexts>

/** As in the address of the page; days as "2026-11-23". */
export interface AuditQuery {
  officer?: string
  action?: AuditAction
  from?: string
  to?: string
  before?: number
}

export function auditPath(query: AuditQuery): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const search = new URLSearchParams(
    given.map(([name, value]): [string, string] => [name, String(value)]),
  ).toString()
  return search ? `/desk/audit?${search}` : '/desk/audit'
}

export function AuditPage(props: {
  texts: DeskWords
  query: AuditQuery
  rows: readonly AuditRow[]
  officers: readonly Officer[]
  hasOlder: boolean
}) {
  const { texts, query, rows, officers, hasOlder } = props
  const nameOf = new Map(officers.map(({ id, name }) => [id, name]))
  const older = rows.at(-1)?.sequence
  return (
    <>
      <p class="lead" safe>
        {texts.say('desk.audit.intro')}
      </p>
      <FilterBar
        action="/desk/audit"
        target="results"
        submit={texts.say('desk.table.filter')}
        clear={texts.say('desk.table.clear')}
      >
        <SelectField
          name="officer"
          label={texts.say('desk.audit.officer')}
          value={query.officer}
          options={[
            { value: '', label: texts.say('desk.audit.anybody') },
            { value: 'system', label: texts.say('desk.audit.system') },
            { value: 'unknown', label: texts.say('desk.audit.unknown') },
            ...officers.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <SelectField
          name="action"
          label={texts.say('desk.audit.action')}
          value={query.action}
          options={[
            { value: '', label: texts.say('desk.audit.anything') },
            ...auditActions.map((action) => ({
              value: action,
              label: texts.say(`desk.audit-action.${action}`),
            })),
          ]}
        />
        <FormField
          name="from"
          type="date"
          label={texts.say('desk.audit.from')}
          value={query.from}
          optional=""
        />
        <FormField name="to" type="date" label={texts.say('desk.audit.to')} value={query.to} optional="" />
      </FilterBar>
      <section id="results" aria-live="polite">
        <DataTable
          caption={texts.say('desk.audit.caption')}
          hasHiddenCaption
          rows={rows}
          empty={{ title: texts.say('desk.audit.empty'), more: texts.say('desk.audit.empty-more') }}
          columns={[
            {
              heading: texts.say('desk.audit.sequence'),
              text: ({ sequence }) => String(sequence),
              isNumber: true,
              isRowHeading: true,
            },
            { heading: texts.say('desk.audit.at'), text: ({ at }) => displayInstant(at), isShort: true },
            {
              heading: texts.say('desk.audit.officer'),
              text: ({ officer }) => wordOfficer(texts, nameOf, officer),
            },
            {
              heading: texts.say('desk.audit.action'),
              text: ({ action }) => texts.say(`desk.audit-action.${action}`),
            },
            {
              heading: texts.say('desk.audit.subject'),
              text: ({ subject }) => wordSubject(texts, nameOf, subject),
            },
            {
              heading: texts.say('desk.audit.detail'),
              text: ({ detail }) => wordDetail(texts, detail),
            },
            {
              heading: texts.say('desk.audit.hash'),
              cell: ({ hash }) => (
                <code class="hash" title={hash} safe>
                  {hash.slice(0, 8)}
                </code>
              ),
            },
          ]}
        />
        <Pagination
          label={texts.say('desk.table.pages')}
          {...(query.before === undefined
            ? {}
            : {
                newer: {
                  href: auditPath({ ...query, before: undefined }),
                  label: texts.say('desk.table.newest'),
                },
              })}
          {...(hasOlder && older !== undefined
            ? {
                older: { href: auditPath({ ...query, before: older }), label: texts.say('desk.table.older') },
              }
            : {})}
        />
      </section>
    </>
  )
}

function wordOfficer(texts: DeskWords, nameOf: ReadonlyMap<string, string>, officer: string): string {
  if (officer === 'system') return texts.say('desk.audit.system')
  if (officer === 'unknown') return texts.say('desk.audit.unknown')
  return nameOf.get(officer) ?? officer
}

function wordSubject(texts: DeskWords, nameOf: ReadonlyMap<string, string>, subject: string): string {
  const [kind, ...rest] = subject.split(':')
  const reference = rest.join(':')
  switch (kind) {
    case 'officer':
      return nameOf.has(reference)
        ? texts.say('desk.audit.subject-officer', { name: nameOf.get(reference)! })
        : wordOfficer(texts, nameOf, reference)
    case 'report':
      return texts.say('desk.audit.subject-report', { code: reference })
    case 'route':
      return texts.say('desk.audit.subject-route', { route: reference })
    case 'audit':
      return texts.say('desk.audit.subject-audit')
    default:
      return subject
  }
}

const detailWords = {
  network: 'desk.audit-detail.network',
  roles: 'desk.audit-detail.roles',
  mayOpenRestricted: 'desk.audit-detail.mayOpenRestricted',
  limit: 'desk.audit-detail.limit',
  changed: 'desk.audit-detail.changed',
  isFiltered: 'desk.audit-detail.isFiltered',
  change: 'desk.audit-detail.change',
  from: 'desk.audit-detail.from',
  to: 'desk.audit-detail.to',
  reasonLength: 'desk.audit-detail.reasonLength',
  file: 'desk.audit-detail.file',
} as const satisfies Record<string, keyof DeskTexts>

/** What was done to a report, and the states that it went from and to. */
const valueWords = {
  assign: 'desk.audit-value.assign',
  start: 'desk.audit-value.start',
  ask: 'desk.audit-value.ask',
  tell: 'desk.audit-value.tell',
  answer: 'desk.audit-value.answer',
  forward: 'desk.audit-value.forward',
  reclassify: 'desk.audit-value.reclassify',
  concern: 'desk.audit-value.concern',
  join: 'desk.audit-value.join',
  close: 'desk.audit-value.close',
  note: 'desk.audit-value.note',
  identity: 'desk.audit-value.identity',
  received: 'desk.audit-value.received',
  assigned: 'desk.audit-value.assigned',
  'in-progress': 'desk.audit-value.in-progress',
  'waiting-for-reporter': 'desk.audit-value.waiting-for-reporter',
  answered: 'desk.audit-value.answered',
  forwarded: 'desk.audit-value.forwarded',
  closed: 'desk.audit-value.closed',
} as const satisfies Record<string, keyof DeskTexts>

function wordDetail(texts: DeskWords, detail: Readonly<Record<string, AuditValue>>): string {
  const wordName = (name: string) =>
    Object.hasOwn(detailWords, name) ? texts.say(detailWords[name as keyof typeof detailWords]) : name
  const wordOne = (value: AuditValue) => {
    if (typeof value === 'boolean') return texts.say(value ? 'desk.audit-detail.yes' : 'desk.audit-detail.no')
    if (isRole(value)) return texts.say(`desk.role.${value}`)
    const key = isValueWord(value) ? valueWords[value] : undefined
    return key === undefined ? String(value) : texts.say(key)
  }
  return Object.entries(detail)
    .map(
      ([name, value]) =>
        `${wordName(name)}: ${Array.isArray(value) ? value.map(wordOne).join(', ') : wordOne(value)}`,
    )
    .join('; ')
}

const isValueWord = (value: AuditValue): value is keyof typeof valueWords =>
  typeof value === 'string' && Object.hasOwn(valueWords, value)

const isRole = (value: AuditValue): value is Role => (roles as readonly AuditValue[]).includes(value)
