import type { Texts } from '../../lib/texts.ts'
import { type ReportSummary, reportKinds, reportStates } from '../../reports/report.ts'
import { StatusBadge } from '../components/badge.tsx'
import { FilterBar, FormField, SelectField } from '../components/form.tsx'
import { DataTable, Pagination } from '../components/table.tsx'
import type { DeskTexts } from '../desk-texts.ts'
import { isAbsent, type Officer } from '../officer.ts'
import type { ReportDeskTexts } from '../report-texts.ts'
import {
  type InboxQuery,
  type InboxTab,
  inboxMarks,
  inboxPath,
  inboxTabs,
  isFiltered,
  isMistyped,
} from './inbox-query.ts'
import { identityTone } from './report-badges.tsx'
import { casePath } from './report-desk.ts'
import type { TimeLeft } from './words.ts'

export interface InboxPageProps {
  texts: ReportDeskTexts
  deskTexts: Texts<DeskTexts>
  query: InboxQuery & { tab: InboxTab }
  rows: readonly { report: ReportSummary; left: TimeLeft }[]
  /** How many stand on the pages before. */
  before: number
  hasMore: boolean
  officers: readonly Officer[]
  today: string
  hasUnit: boolean
}

/** Never a word of what anybody wrote: facts, clocks and marks only. */
export function InboxPage(props: InboxPageProps) {
  const { texts, deskTexts, query, rows, before, hasMore, hasUnit } = props
  const { tab, page = 1 } = query
  return (
    <>
      <div class="compact">
        <Filters texts={texts} deskTexts={deskTexts} query={query} />
      </div>
      <section id="results" aria-live="polite">
        <nav class="tabs" aria-label={texts.say('desk-reports.inbox.tabs')}>
          {inboxTabs.map((one) => (
            <a
              href={inboxPath({ ...query, tab: one, page: undefined })}
              aria-current={one === tab ? 'page' : undefined}
              safe
            >
              {texts.say(`desk-reports.inbox.tab-${one}`)}
            </a>
          ))}
        </nav>
        {query.number !== undefined && isMistyped(query.number) ? (
          <p class="warning" safe>
            {texts.say('desk-reports.inbox.wrong-number', { number: query.number })}
          </p>
        ) : (
          ''
        )}
        {rows.length > 0 ? (
          <p class="count" safe>
            {hasMore || before > 0
              ? texts.say('desk-reports.inbox.range', { from: before + 1, to: before + rows.length })
              : texts.say('desk-reports.inbox.count', { count: rows.length })}
          </p>
        ) : (
          ''
        )}
        <InboxTable {...props} />
        <Pagination
          label={deskTexts.say('desk.table.pages')}
          {...(page > 1
            ? {
                newer: {
                  href: inboxPath({ ...query, page: undefined }),
                  label: texts.say('desk-reports.inbox.first-page'),
                },
              }
            : {})}
          {...(hasMore
            ? {
                older: {
                  href: inboxPath({ ...query, page: page + 1 }),
                  label: texts.say('desk-reports.inbox.next-page'),
                },
              }
            : {})}
        />
      </section>
    </>
  )

  function InboxTable({ officers, today }: InboxPageProps) {
    const officerOf = new Map(officers.map((officer) => [officer.id, officer]))
    return (
      <DataTable
        caption={texts.say('desk-reports.inbox.caption')}
        hasHiddenCaption
        rows={rows}
        empty={emptyWords()}
        columns={[
          {
            heading: texts.say('desk-reports.inbox.number'),
            cell: ({ report }) => (
              <a
                class={report.hasUnread ? 'case-link unread' : 'case-link'}
                href={casePath(report.caseNumber)}
                safe
              >
                {report.caseNumber}
              </a>
            ),
            isRowHeading: true,
            isShort: true,
          },
          {
            heading: texts.say('desk-reports.inbox.what'),
            cell: ({ report }) => (
              <span>
                <span class="what" safe>
                  {texts.say(`desk-reports.kind.${report.kind}`)}
                </span>
                <small class="what" safe>
                  {texts.say(`desk-reports.state.${report.state}`)}
                </small>
              </span>
            ),
          },
          {
            heading: texts.say('desk-reports.inbox.left'),
            cell: ({ left }) => (
              <span class={`left ${left.tone}`} safe>
                {left.words}
              </span>
            ),
          },
          {
            heading: texts.say('desk-reports.inbox.handler'),
            text: ({ report }) => handlerWords(report, officerOf, today),
          },
          { heading: texts.say('desk-reports.inbox.marks'), cell: ({ report }) => <Marks report={report} /> },
        ]}
      />
    )
  }

  function handlerWords(
    report: ReportSummary,
    officerOf: ReadonlyMap<string, Officer>,
    today: string,
  ): string {
    if (report.assignee === undefined) return texts.say('desk-reports.inbox.handler-none')
    const officer = officerOf.get(report.assignee)
    if (!officer) return texts.say('desk-reports.case.by-unknown')
    return isAbsent(officer, today)
      ? `${officer.name} (${texts.say('desk-reports.mark.absent')})`
      : officer.name
  }

  function Marks({ report }: { report: ReportSummary }) {
    const { queue, hasUnread, isSlowLane, cycle, joinedTo } = report
    return (
      <span class="badges">
        <StatusBadge
          label={texts.say(`desk-reports.identity.${report.identityMode}`)}
          tone={identityTone(report)}
        />
        {hasUnread ? <StatusBadge label={texts.say('desk-reports.mark.unread')} tone="good" /> : ''}
        {queue === 'general' ? (
          ''
        ) : (
          <StatusBadge label={texts.say(`desk-reports.queue.${queue}`)} tone="warn" />
        )}
        {cycle === 2 ? <StatusBadge label={texts.say('desk-reports.mark.reopened')} tone="warn" /> : ''}
        {isSlowLane ? <StatusBadge label={texts.say('desk-reports.mark.slow-lane')} /> : ''}
        {joinedTo === undefined ? '' : <StatusBadge label={texts.say('desk-reports.mark.joined')} />}
      </span>
    )
  }

  function emptyWords(): { title: string; more?: string } {
    if (isFiltered(query)) {
      return {
        title: texts.say('desk-reports.inbox.empty-filtered'),
        more: texts.say('desk-reports.inbox.empty-filtered-more'),
      }
    }
    switch (tab) {
      case 'mine':
        return {
          title: texts.say('desk-reports.inbox.empty-mine'),
          more: texts.say('desk-reports.inbox.empty-mine-more'),
        }
      case 'unit':
        return {
          title: texts.say(hasUnit ? 'desk-reports.inbox.empty-unit' : 'desk-reports.inbox.empty-unit-none'),
        }
      case 'all':
        return {
          title: texts.say('desk-reports.inbox.empty-all'),
          more: texts.say('desk-reports.inbox.empty-all-more'),
        }
    }
  }
}

function Filters({ texts, deskTexts, query }: Pick<InboxPageProps, 'texts' | 'deskTexts' | 'query'>) {
  return (
    <FilterBar
      action="/desk/reports"
      target="results"
      submit={deskTexts.say('desk.table.filter')}
      clear={deskTexts.say('desk.table.clear')}
    >
      <input type="hidden" name="tab" value={query.tab} />
      <SelectField
        name="kind"
        label={texts.say('desk-reports.inbox.filter-kind')}
        value={query.kind}
        options={[
          { value: '', label: texts.say('desk-reports.inbox.filter-any-kind') },
          ...reportKinds.map((kind) => ({ value: kind, label: texts.say(`desk-reports.kind.${kind}`) })),
        ]}
      />
      <SelectField
        name="state"
        label={texts.say('desk-reports.inbox.filter-state')}
        value={query.state}
        options={[
          { value: '', label: texts.say('desk-reports.inbox.filter-open') },
          ...reportStates.map((state) => ({ value: state, label: texts.say(`desk-reports.state.${state}`) })),
          { value: 'any', label: texts.say('desk-reports.inbox.filter-any-state') },
        ]}
      />
      <SelectField
        name="only"
        label={texts.say('desk-reports.inbox.filter-only')}
        value={query.only}
        options={[
          { value: '', label: texts.say('desk-reports.inbox.filter-everything') },
          ...inboxMarks.map((mark) => ({
            value: mark,
            label: texts.say(`desk-reports.inbox.filter-${mark}`),
          })),
        ]}
      />
      <FormField
        name="number"
        type="search"
        label={texts.say('desk-reports.inbox.filter-number')}
        value={query.number}
        optional=""
        spellcheck="false"
      />
    </FilterBar>
  )
}
