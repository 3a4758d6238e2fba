import { vietnamDay } from '../../lib/vietnam-time.ts'
import { type ReportScope, reportScope } from '../../reports/case/access.ts'
import type { ReportFilter } from '../../reports/report-store.ts'
import { icons } from '../components/icon.tsx'
import type { Desk, DeskSection } from '../desk-page.ts'
import type { Officer } from '../officer.ts'
import { addCaseRoutes } from './case-routes.tsx'
import { HomeCounts, HomeOrphans } from './home-counts.tsx'
import { InboxPage } from './inbox-page.tsx'
import { filterOf, firstTab, type InboxTab, readInboxQuery } from './inbox-query.ts'
import { countOrphans } from './orphan-reports.ts'
import { type ReportDeskParts, viewerOf } from './report-desk.ts'
import { timeLeftOf } from './words.ts'

const rowsPerPage = 50

/** Reports: the list that officers work from all day, and the page of each. */
export function reportsSection(parts: ReportDeskParts): DeskSection {
  const { texts, store } = parts
  let counted: { atMs: number; count: Promise<number> } | undefined

  /** Looks through every open report, so not more than once a minute. */
  function orphansOf(desk: Desk, now: Date): Promise<number> {
    if (!counted || now.getTime() - counted.atMs >= 60_000) {
      const count = desk.officers
        .list()
        .then((officers) => countOrphans(store.openReports(), officers, vietnamDay(now)))
      counted = { atMs: now.getTime(), count }
      count.catch(() => (counted = undefined))
    }
    return counted.count
  }

  return {
    nav: [{ href: '/desk/reports', label: texts.say('desk-reports.nav'), icon: icons.report }],

    async home(desk, officer) {
      const viewer = viewerOf(officer)
      const visible = reportScope(viewer)
      const now = desk.clock.now()
      const isAdmin = officer.roles.includes('admin')
      if (!visible && !isAdmin) return undefined
      return (
        <>
          {visible ? (
            <HomeCounts
              texts={texts}
              handsOut={firstTab(officer) === 'all'}
              counts={await readCounts(visible, officer, now)}
            />
          ) : (
            ''
          )}
          {isAdmin ? <HomeOrphans texts={texts} count={await orphansOf(desk, now)} /> : ''}
        </>
      )
    },

    addRoutes(scope, desk: Desk) {
      scope.get('/reports', async (request, reply) => {
        const { officer } = desk.signedIn(request)
        const now = desk.clock.now()
        const read = readInboxQuery(request.query)
        const query = { ...read, tab: read.tab ?? firstTab(officer) }
        const { reports, before, hasMore } = await readPage(officer, query, now)
        return desk.show(request, reply, {
          title: texts.say('desk-reports.title'),
          body: (
            <InboxPage
              texts={texts}
              deskTexts={desk.texts}
              query={query}
              rows={reports.map((report) => ({ report, left: timeLeftOf(report, now, parts) }))}
              before={before}
              hasMore={hasMore}
              officers={await desk.officers.list()}
              today={vietnamDay(now)}
              hasUnit={officer.unit !== undefined}
            />
          ),
        })
      })
      addCaseRoutes(scope, desk, parts)
    },
  }

  async function readCounts(visible: ReportScope, { id }: Officer, now: Date) {
    const count = (filter: ReportFilter) => store.count(visible, { states: 'open', ...filter })
    const [mine, late, unread, unassigned] = await Promise.all([
      count({ assignee: id }),
      count({ dueBefore: now }),
      count({ hasUnread: true }),
      count({ isUnassigned: true }),
    ])
    return { mine, late, unread, unassigned }
  }

  async function readPage(
    officer: Officer,
    query: ReturnType<typeof readInboxQuery> & { tab: InboxTab },
    now: Date,
  ) {
    const visible = reportScope(viewerOf(officer))
    const filter = visible && filterOf(query, officer, now)
    if (!visible || !filter) return { reports: [], before: 0, hasMore: false }
    // Not counted: counting 10,000 costs ten times what reading a page of them does.
    const before = ((query.page ?? 1) - 1) * rowsPerPage
    const found = await store.list(scopeOfTab(visible, query.tab), filter, {
      skip: before,
      limit: rowsPerPage + 1,
    })
    return { reports: found.slice(0, rowsPerPage), before, hasMore: found.length > rowsPerPage }
  }
}

/** Their own, or their unit's: the filter of these tabs says already what `only` would, and one condition is found faster. */
function scopeOfTab(visible: ReportScope, tab: InboxTab): ReportScope {
  const { only: _saidByFilter, ...rest } = visible
  return tab === 'all' ? visible : rest
}
