import type { Texts } from '../../lib/texts.ts'
import type { AuditRow } from '../audit/audit-log.ts'
import { StatusBadge } from '../components/badge.tsx'
import { DataTable, Facts } from '../components/table.tsx'
import type { Markup } from '../desk-page.ts'
import type { DeskTexts } from '../desk-texts.ts'
import { displayDay, displayInstant } from '../display-time.ts'
import { isAbsent, type Officer } from '../officer.ts'

export function HomePage(props: {
  texts: Texts<DeskTexts>
  officer: Officer
  today: string
  signIns: readonly AuditRow[]
  /** Of the sections: what waits for this officer. */
  work: readonly Markup[]
}) {
  const { texts, officer, today, signIns, work } = props
  return (
    <>
      {officer.hasSecondStep ? (
        ''
      ) : (
        <p class="warning">
          <span safe>{texts.say('desk.home.second-step-advice')}</span>{' '}
          <a href="/desk/enrol" safe>
            {texts.say('desk.home.second-step-link')}
          </a>
        </p>
      )}
      {work as 'safe'[]}
      <section class="card" aria-labelledby="who">
        <h2 id="who" safe>
          {texts.say('desk.home.who')}
        </h2>
        <Facts facts={officerFacts(texts, officer, today)} />
        <h3 safe>{texts.say('desk.home.tasks')}</h3>
        <ul class="plain">
          {officer.roles.map((role) => (
            <li>
              <strong safe>{`${texts.say(`desk.role.${role}`)}: `}</strong>
              <span safe>{texts.say(`desk.role-more.${role}`)}</span>
            </li>
          ))}
        </ul>
      </section>
      <section class="card" aria-labelledby="sign-ins">
        <h2 id="sign-ins" safe>
          {texts.say('desk.home.sign-ins')}
        </h2>
        <DataTable
          caption={texts.say('desk.home.sign-ins')}
          hasHiddenCaption
          rows={signIns}
          empty={{ title: texts.say('desk.home.no-sign-ins') }}
          columns={[
            { heading: texts.say('desk.home.at'), text: (row) => displayInstant(row.at), isRowHeading: true },
            {
              heading: texts.say('desk.home.what'),
              cell: (row) => (
                <StatusBadge
                  label={texts.say(`desk.audit-action.${row.action}`)}
                  tone={row.action === 'sign-in' ? 'good' : 'warn'}
                />
              ),
            },
            { heading: texts.say('desk.home.network'), text: (row) => String(row.detail.network ?? '–') },
          ]}
        />
        <p class="hint" safe>
          {texts.say('desk.home.sign-ins-more')}
        </p>
      </section>
    </>
  )
}

export function officerFacts(texts: Texts<DeskTexts>, officer: Officer, today: string) {
  const { unit, absentUntil } = officer
  return [
    {
      term: texts.say('desk.home.roles'),
      text: officer.roles.map((role) => texts.say(`desk.role.${role}`)).join(', '),
    },
    ...(unit ? [{ term: texts.say('desk.home.unit'), text: unit }] : []),
    {
      term: texts.say('desk.home.restricted'),
      text: texts.say(officer.mayOpenRestricted ? 'desk.home.restricted-yes' : 'desk.home.restricted-no'),
    },
    {
      term: texts.say('desk.home.second-step'),
      value: (
        <StatusBadge
          label={texts.say(officer.hasSecondStep ? 'desk.home.second-step-yes' : 'desk.home.second-step-no')}
          tone={officer.hasSecondStep ? 'good' : 'warn'}
        />
      ),
    },
    ...(isAbsent(officer, today) && absentUntil
      ? [
          {
            term: texts.say('desk.home.absence'),
            text: texts.say('desk.home.absent-until', { date: displayDay(absentUntil) }),
          },
        ]
      : []),
  ]
}
