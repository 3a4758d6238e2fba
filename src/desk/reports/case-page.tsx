import { ErrorSummary } from '../components/form.tsx'
import { Icon, icons } from '../components/icon.tsx'
import { displayInstant } from '../display-time.ts'
import { CaseActions } from './case-actions.tsx'
import { Deadlines, FactsCard, SimilarReports } from './case-facts.tsx'
import { History, Notes } from './case-history.tsx'
import { IdentityCard } from './case-identity.tsx'
import { EvidenceList, PaymentCard, Story } from './case-story.tsx'
import type { CaseView } from './case-view.ts'
import { sayActor, sayEvent } from './event-words.ts'
import { ReportBadges } from './report-badges.tsx'
import { timeLeftOf } from './words.ts'

/** One report with all that an officer needs to work on it; who reported is not among it. */
export function CasePage(view: CaseView) {
  const { texts, open, now, parts, form } = view
  const { report } = open
  const left = timeLeftOf(report, now, parts)
  const { missingYear } = report.deadlines
  return (
    <>
      <a class="back" href="/desk/reports">
        <Icon path={icons.back} />
        <span safe>{texts.say('desk-reports.back')}</span>
      </a>
      <div class="case-head">
        <h1>
          <span safe>{`${texts.say('desk-reports.title')} `}</span>
          <span class="number" safe>
            {report.caseNumber}
          </span>
        </h1>
        <p class={`left ${left.tone}`} safe>
          {left.words}
        </p>
        <ReportBadges report={report} texts={texts} />
      </div>
      {missingYear === undefined ? (
        ''
      ) : (
        <p class="errors loud" role="alert" safe>
          {texts.say('desk-reports.case.missing-year', { year: missingYear })}
        </p>
      )}
      {view.since ? (
        <Conflict view={view} />
      ) : (
        <ErrorSummary errors={form?.errors ?? {}} texts={view.deskTexts} />
      )}
      <div class="case">
        <div class="case-told">
          <Story view={view} />
          <PaymentCard view={view} />
          <EvidenceList view={view} />
        </div>
        <div class="case-side">
          <CaseActions view={view} />
          <IdentityCard view={view} />
          <FactsCard view={view} />
          <Deadlines view={view} />
          <SimilarReports view={view} />
        </div>
        <div class="case-course">
          <History view={view} />
          <Notes view={view} />
        </div>
      </div>
    </>
  )
}

/** Nothing was lost: neither theirs nor what was typed here (features row 68). */
function Conflict({ view }: { view: CaseView }) {
  const { texts, since = [] } = view
  return (
    <div id="errors" class="warning conflict" role="alert" tabindex="-1" data-takes-focus>
      <p>
        <strong safe>{texts.say('desk-reports.conflict.title')}</strong>
      </p>
      <p safe>{texts.say('desk-reports.conflict.more')}</p>
      <ul>
        {since.map((event) => (
          <li safe>
            {texts.say('desk-reports.conflict.line', {
              at: displayInstant(event.at),
              who: sayActor(view, event.by),
              what: sayEvent(view, event),
            })}
          </li>
        ))}
      </ul>
    </div>
  )
}
