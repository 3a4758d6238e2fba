import type { Texts } from '../../lib/texts.ts'
import { StatusBadge } from '../components/badge.tsx'
import { ErrorSummary, type FieldErrors, FormField, PostForm, SelectField } from '../components/form.tsx'
import { DataTable, Facts } from '../components/table.tsx'
import type { DeskTexts } from '../desk-texts.ts'
import { displayInstant } from '../display-time.ts'
import type { Officer } from '../officer.ts'
import type { Session } from '../session.ts'
import { officerFacts } from './home-page.tsx'
import { NewRecoveryCodes } from './sign-in-pages.tsx'

export function AccountPage(props: {
  texts: Texts<DeskTexts>
  officer: Officer
  session: Session
  sessions: readonly Session[]
  deputies: readonly Officer[]
  today: string
  errors?: FieldErrors
  codesError?: string | undefined
}) {
  const { texts, officer, session, sessions, deputies, today, errors = {}, codesError } = props
  const { contact } = officer
  const { formToken } = session
  return (
    <>
      <ErrorSummary errors={errors} texts={texts} />
      <section class="card" aria-labelledby="details">
        <h2 id="details" safe>
          {texts.say('desk.account.details')}
        </h2>
        <Facts
          facts={[
            { term: texts.say('desk.account.name'), text: officer.name },
            { term: texts.say('desk.officers.username'), text: officer.username },
            ...officerFacts(texts, officer, today),
            {
              term: texts.say('desk.account.contact'),
              text: contact
                ? `${texts.say(`desk.officers.contact-${contact.kind}`)}: ${contact.address}`
                : texts.say('desk.account.contact-none'),
            },
          ]}
        />
        <p class="hint" safe>
          {texts.say('desk.account.details-hint')}
        </p>
      </section>
      <section class="card" aria-labelledby="security">
        <h2 id="security" safe>
          {texts.say('desk.account.security')}
        </h2>
        <div class="buttons">
          <a class="button" href="/desk/new-password" safe>
            {texts.say('desk.account.change-password')}
          </a>
          <a class="button" href="/desk/enrol" safe>
            {texts.say(officer.hasSecondStep ? 'desk.account.enrol-again' : 'desk.account.enrol')}
          </a>
          {officer.hasSecondStep ? (
            <NewRecoveryCodes texts={texts} formToken={formToken} error={codesError} />
          ) : (
            ''
          )}
        </div>
        <h3 safe>{texts.say('desk.account.sessions')}</h3>
        <DataTable
          caption={texts.say('desk.account.sessions')}
          hasHiddenCaption
          rows={sessions}
          empty={{ title: texts.say('desk.home.no-sign-ins') }}
          columns={[
            {
              heading: texts.say('desk.account.session-started'),
              text: ({ createdAt }) => displayInstant(createdAt),
              isRowHeading: true,
            },
            {
              heading: texts.say('desk.account.session-seen'),
              text: ({ lastSeenAt }) => displayInstant(lastSeenAt),
              isShort: true,
            },
            { heading: texts.say('desk.home.network'), text: ({ network }) => network },
            {
              heading: texts.say('desk.officers.state'),
              cell: ({ id }) =>
                id === session.id ? (
                  <StatusBadge label={texts.say('desk.account.session-here')} tone="good" />
                ) : (
                  <StatusBadge label={texts.say('desk.account.session-elsewhere')} />
                ),
            },
          ]}
        />
        {sessions.length > 1 ? (
          <PostForm action="/desk/account/other-sessions" formToken={formToken}>
            <button type="submit" class="button" safe>
              {texts.say('desk.account.end-others')}
            </button>
          </PostForm>
        ) : (
          ''
        )}
      </section>
      <section class="card" aria-labelledby="absence">
        <h2 id="absence" safe>
          {texts.say('desk.account.absence')}
        </h2>
        <p class="hint" safe>
          {texts.say('desk.account.absence-hint')}
        </p>
        <PostForm action="/desk/account/absence" formToken={formToken} class="fields">
          <FormField
            name="absentUntil"
            type="date"
            label={texts.say('desk.account.absent-until')}
            optional={texts.say('desk.form.optional')}
            value={officer.absentUntil}
            error={errors.absentUntil}
          />
          <SelectField
            name="deputy"
            label={texts.say('desk.account.deputy')}
            optional={texts.say('desk.form.optional')}
            value={officer.deputy}
            error={errors.deputy}
            options={[
              { value: '', label: texts.say('desk.form.choose') },
              ...deputies.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
          <button type="submit" class="button primary" safe>
            {texts.say('desk.form.save')}
          </button>
        </PostForm>
      </section>
    </>
  )
}
