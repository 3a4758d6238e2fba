import type { Texts } from '../../lib/texts.ts'
import { StatusBadge } from '../components/badge.tsx'
import {
  Checkboxes,
  Confirm,
  ErrorSummary,
  type FieldErrors,
  FormField,
  PostForm,
  SelectField,
} from '../components/form.tsx'
import { DataTable } from '../components/table.tsx'
import type { DeskTexts } from '../desk-texts.ts'
import { contactKinds, isAbsent, type Officer, roles } from '../officer.ts'
import { oneTimePasswordDays } from '../password.ts'
import { BackLink } from './sign-in-pages.tsx'

type DeskWords = Texts<DeskTexts>

export function OfficerList(props: { texts: DeskWords; officers: readonly Officer[]; today: string }) {
  const { texts, officers, today } = props
  return (
    <>
      <div class="heading">
        <div>
          <h1 safe>{texts.say('desk.officers.title')}</h1>
          <p class="hint" safe>
            {texts.say('desk.officers.count', { count: officers.length })}
          </p>
        </div>
        <a class="button primary" href="/desk/officers/new" safe>
          {texts.say('desk.officers.add')}
        </a>
      </div>
      <DataTable
        caption={texts.say('desk.officers.caption')}
        hasHiddenCaption
        rows={officers}
        empty={{ title: texts.say('desk.officers.caption') }}
        columns={[
          {
            heading: texts.say('desk.officers.name'),
            isRowHeading: true,
            cell: ({ id, name }) => (
              <a href={`/desk/officers/${id}`} safe>
                {name}
              </a>
            ),
          },
          { heading: texts.say('desk.officers.username'), text: ({ username }) => username },
          { heading: texts.say('desk.officers.unit'), text: ({ unit }) => unit ?? '–' },
          {
            heading: texts.say('desk.officers.roles'),
            cell: (officer) => (
              <span class="badges">
                {officer.roles.map((role) => (
                  <StatusBadge label={texts.say(`desk.role.${role}`)} />
                ))}
                {officer.mayOpenRestricted ? (
                  <StatusBadge label={texts.say('desk.officers.restricted-short')} tone="warn" />
                ) : (
                  ''
                )}
              </span>
            ),
          },
          {
            heading: texts.say('desk.officers.state'),
            cell: (officer) => <OfficerState texts={texts} officer={officer} today={today} />,
          },
        ]}
      />
    </>
  )
}

function OfficerState({ texts, officer, today }: { texts: DeskWords; officer: Officer; today: string }) {
  if (officer.disabledAt) return <StatusBadge label={texts.say('desk.officers.disabled')} tone="bad" />
  if (officer.mustChangePassword)
    return <StatusBadge label={texts.say('desk.officers.waiting')} tone="warn" />
  if (isAbsent(officer, today)) return <StatusBadge label={texts.say('desk.officers.absent')} tone="warn" />
  return <StatusBadge label={texts.say('desk.officers.active')} tone="good" />
}

/** What a form about an officer holds, as typed. */
export interface OfficerFormValues {
  username: string
  name: string
  unit: string
  roles: string[]
  restricted: string[]
  contactKind: string
  contactAddress: string
}

export const emptyOfficerForm: OfficerFormValues = {
  username: '',
  name: '',
  unit: '',
  roles: [],
  restricted: [],
  contactKind: '',
  contactAddress: '',
}

export function formOf(officer: Officer): OfficerFormValues {
  return {
    username: officer.username,
    name: officer.name,
    unit: officer.unit ?? '',
    roles: officer.roles,
    restricted: officer.mayOpenRestricted ? ['yes'] : [],
    contactKind: officer.contact?.kind ?? '',
    contactAddress: officer.contact?.address ?? '',
  }
}

export function OfficerForm(props: {
  texts: DeskWords
  action: string
  formToken: string
  values: OfficerFormValues
  isNew: boolean
  errors?: FieldErrors
}) {
  const { texts, action, formToken, values, isNew, errors = {} } = props
  const optional = texts.say('desk.form.optional')
  return (
    <>
      <ErrorSummary errors={errors} texts={texts} />
      <PostForm action={action} formToken={formToken} class="card fields">
        <FormField
          name="name"
          label={texts.say('desk.officers.name')}
          value={values.name}
          error={errors.name}
          maxlength={100}
        />
        <FormField
          name="unit"
          label={texts.say('desk.officers.unit')}
          optional={optional}
          value={values.unit}
          error={errors.unit}
          maxlength={120}
        />
        {isNew ? (
          <FormField
            name="username"
            label={texts.say('desk.officers.username')}
            hint={texts.say('desk.officers.username-hint')}
            value={values.username}
            error={errors.username}
            spellcheck="false"
            maxlength={32}
            isWide
          />
        ) : (
          ''
        )}
        <Checkboxes
          name="roles"
          label={texts.say('desk.officers.roles')}
          error={errors.roles}
          values={values.roles}
          options={roles.map((role) => ({
            value: role,
            label: texts.say(`desk.role.${role}`),
            more: texts.say(`desk.role-more.${role}`),
          }))}
        />
        <Checkboxes
          name="restricted"
          label={texts.say('desk.home.restricted')}
          values={values.restricted}
          options={[
            {
              value: 'yes',
              label: texts.say('desk.officers.restricted'),
              more: texts.say('desk.officers.restricted-hint'),
            },
          ]}
        />
        <SelectField
          name="contactKind"
          label={texts.say('desk.officers.contact-kind')}
          optional={optional}
          value={values.contactKind}
          isWide
          options={[
            { value: '', label: texts.say('desk.officers.contact-none') },
            ...contactKinds.map((kind) => ({
              value: kind,
              label: texts.say(`desk.officers.contact-${kind}`),
            })),
          ]}
        />
        <FormField
          name="contactAddress"
          label={texts.say('desk.officers.contact-address')}
          hint={texts.say('desk.officers.contact-hint')}
          optional={optional}
          value={values.contactAddress}
          error={errors.contactAddress}
          spellcheck="false"
          maxlength={200}
          isWide
        />
        <div class="buttons">
          <button type="submit" class="button primary" safe>
            {texts.say(isNew ? 'desk.officers.submit-add' : 'desk.form.save')}
          </button>
          <a class="button" href="/desk/officers" safe>
            {texts.say('desk.form.cancel')}
          </a>
        </div>
      </PostForm>
    </>
  )
}

export function OfficerActions(props: {
  texts: DeskWords
  officer: Officer
  formToken: string
  isSelf: boolean
}) {
  const { texts, officer, formToken, isSelf } = props
  const path = `/desk/officers/${officer.id}`
  return (
    <section class="card" aria-labelledby="actions">
      <h2 id="actions" safe>
        {texts.say('desk.officers.actions')}
      </h2>
      <div class="buttons">
        <Confirm
          action={`${path}/password`}
          formToken={formToken}
          label={texts.say('desk.officers.reset')}
          question={texts.say('desk.officers.reset-question')}
        />
        {officer.hasSecondStep ? (
          <Confirm
            action={`${path}/second-step`}
            formToken={formToken}
            label={texts.say('desk.officers.remove-second-step')}
            question={texts.say('desk.officers.remove-second-step-question')}
            isDangerous
          />
        ) : (
          ''
        )}
        {officer.disabledAt ? (
          <Confirm
            action={`${path}/enable`}
            formToken={formToken}
            label={texts.say('desk.officers.enable')}
            question={texts.say('desk.officers.enable-question')}
          />
        ) : isSelf ? (
          ''
        ) : (
          <Confirm
            action={`${path}/disable`}
            formToken={formToken}
            label={texts.say('desk.officers.disable')}
            question={texts.say('desk.officers.disable-question')}
            isDangerous
          />
        )}
      </div>
    </section>
  )
}

/** Shown once, as the answer to the form that made it. */
export function HandedOutPassword(props: { texts: DeskWords; username: string; oneTimePassword: string }) {
  const { texts, username, oneTimePassword } = props
  return (
    <>
      <section class="card" aria-labelledby="handed-out">
        <h2 id="handed-out" safe>
          {texts.say('desk.officers.handed-out', { username })}
        </h2>
        <p>
          <code class="secret" id="one-time-password" safe>
            {oneTimePassword}
          </code>
        </p>
        <p safe>{texts.say('desk.officers.handed-out-more', { days: oneTimePasswordDays })}</p>
      </section>
      <BackLink href="/desk/officers" label={texts.say('desk.officers.handed-out-back')} />
    </>
  )
}
