import type { ReportDeskTexts } from '../report-texts.ts'
import { inboxPath } from './inbox-query.ts'

interface Counts {
  mine: number
  late: number
  unread: number
  unassigned: number
}

/** What waits for this officer, each a way into the list. */
export function HomeCounts(props: { texts: ReportDeskTexts; counts: Counts; handsOut: boolean }) {
  const { texts, counts, handsOut } = props
  const items = [
    { count: counts.mine, label: texts.say('desk-reports.home.mine'), href: inboxPath({ tab: 'mine' }) },
    {
      count: counts.late,
      label: texts.say('desk-reports.home.late'),
      href: inboxPath({ tab: 'all', only: 'late' }),
      isLate: counts.late > 0,
    },
    {
      count: counts.unread,
      label: texts.say('desk-reports.home.unread'),
      href: inboxPath({ tab: 'all', only: 'unread' }),
    },
    ...(handsOut
      ? [
          {
            count: counts.unassigned,
            label: texts.say('desk-reports.home.unassigned'),
            href: inboxPath({ tab: 'all', only: 'unassigned' }),
          },
        ]
      : []),
  ]
  return (
    <section class="card" aria-labelledby="home-reports">
      <h2 id="home-reports" safe>
        {texts.say('desk-reports.home.title')}
      </h2>
      <ul class="tiles">
        {items.map(({ count, label, href, isLate = false }) => (
          <li>
            <a class={isLate ? 'tile bad' : 'tile'} href={href}>
              <span class="tile-count" safe>
                {count.toLocaleString('vi-VN')}
              </span>
              <span safe>{label}</span>
            </a>
          </li>
        ))}
      </ul>
      <a class="button primary" href="/desk/reports" safe>
        {texts.say('desk-reports.home.open-inbox')}
      </a>
    </section>
  )
}

/** For administrators: that something is stuck, never what (features row 73). */
export function HomeOrphans({ texts, count }: { texts: ReportDeskTexts; count: number }) {
  return count === 0 ? (
    <p class="hint" safe>
      {texts.say('desk-reports.home.no-orphans')}
    </p>
  ) : (
    <p class="warning" safe>
      {texts.say('desk-reports.home.orphans', { count })}
    </p>
  )
}
