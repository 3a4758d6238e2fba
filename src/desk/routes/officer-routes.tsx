import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import { addOfficer, newHandedOutPassword } from '../add-officer.ts'
import type { Desk } from '../desk-page.ts'
import type { Officer, OfficerDetails } from '../officer.ts'
import { checkOfficerForm, type OfficerForm as OfficerFormInput, officerForm } from '../officer-form.ts'
import {
  emptyOfficerForm,
  formOf,
  HandedOutPassword,
  OfficerActions,
  OfficerForm,
  OfficerList,
} from '../pages/officers-pages.tsx'
import type { Sessions } from '../session.ts'
import { readForm } from './read-form.ts'

export interface OfficerRouteParts {
  desk: Desk
  sessions: Sessions
}

interface OfficerRoute {
  Params: { id: string }
}

/** Accounts of officers, for administrators. */
export function addOfficerRoutes(scope: FastifyInstance, { desk, sessions }: OfficerRouteParts): void {
  const { texts, officers, audit, clock } = desk

  scope.get('/officers', async (request, reply) =>
    desk.show(request, reply, {
      title: texts.say('desk.officers.title'),
      hasOwnHeading: true,
      body: <OfficerList texts={texts} officers={await officers.list()} today={vietnamDay(clock.now())} />,
    }),
  )

  function showNew(
    request: FastifyRequest,
    reply: FastifyReply,
    values: OfficerFormInput,
    errors?: Record<string, string>,
  ) {
    return desk.show(request, reply, {
      title: texts.say('desk.officers.add'),
      body: (
        <OfficerForm
          texts={texts}
          action="/desk/officers"
          formToken={desk.signedIn(request).session.formToken}
          values={values}
          isNew
          {...(errors ? { errors } : {})}
        />
      ),
      status: errors ? 422 : 200,
    })
  }

  scope.get('/officers/new', (request, reply) => showNew(request, reply, emptyOfficerForm))

  scope.post('/officers', async (request, reply) => {
    const by = desk.signedIn(request).officer.id
    const form = readForm(officerForm, request.body) ?? emptyOfficerForm
    const checked = checkOfficerForm(form, texts, { isNew: true })
    if (checked.kind === 'wrong') return showNew(request, reply, form, checked.errors)
    const added = await addOfficer({ officers, audit, clock, by }, checked.username, checked.details)
    if (added.kind === 'username-taken') {
      return showNew(request, reply, form, { username: texts.say('desk.officers.error-username-taken') })
    }
    return desk.show(request, reply, {
      title: texts.say('desk.officers.added'),
      body: (
        <HandedOutPassword
          texts={texts}
          username={checked.username}
          oneTimePassword={added.oneTimePassword}
        />
      ),
    })
  })

  function showOne(
    request: FastifyRequest,
    reply: FastifyReply,
    officer: Officer,
    values: OfficerFormInput,
    errors?: Record<string, string>,
  ) {
    const { officer: self, session } = desk.signedIn(request)
    return desk.show(request, reply, {
      title: officer.name,
      body: (
        <>
          <OfficerForm
            texts={texts}
            action={`/desk/officers/${officer.id}`}
            formToken={session.formToken}
            values={values}
            isNew={false}
            {...(errors ? { errors } : {})}
          />
          <OfficerActions
            texts={texts}
            officer={officer}
            formToken={session.formToken}
            isSelf={officer.id === self.id}
          />
        </>
      ),
      status: errors ? 422 : 200,
    })
  }

  scope.get<OfficerRoute>('/officers/:id', async (request, reply) => {
    const officer = await officers.find(request.params.id)
    return officer ? showOne(request, reply, officer, formOf(officer)) : desk.notFound(request, reply)
  })

  scope.post<OfficerRoute>('/officers/:id', async (request, reply) => {
    const self = desk.signedIn(request).officer
    const officer = await officers.find(request.params.id)
    if (!officer) return desk.notFound(request, reply)
    const form = readForm(officerForm, request.body) ?? emptyOfficerForm
    const checked = checkOfficerForm(form, texts, { isNew: false })
    if (checked.kind === 'wrong') return showOne(request, reply, officer, form, checked.errors)
    // The last administrator cannot be lost this way: whoever removes the role from others keeps it.
    if (officer.id === self.id && !checked.details.roles.includes('admin')) {
      return showOne(request, reply, officer, form, { roles: texts.say('desk.officers.error-own-admin') })
    }
    const { deputy, absentUntil } = officer
    const details = { ...checked.details, deputy, absentUntil }
    await officers.change(officer.id, details)
    await audit.append({
      officer: self.id,
      action: 'officer-changed',
      subject: `officer:${officer.id}`,
      detail: {
        changed: changedFields(officer, details),
        roles: details.roles,
        mayOpenRestricted: details.mayOpenRestricted,
      },
    })
    return desk.goTo(request, reply, `/desk/officers/${officer.id}`, texts.say('desk.officers.changed'))
  })

  scope.post<OfficerRoute>('/officers/:id/password', async (request, reply) => {
    const officer = await officers.find(request.params.id)
    if (!officer) return desk.notFound(request, reply)
    const { oneTimePassword, passwordHash, oneTimeUntil } = await newHandedOutPassword(clock)
    await officers.setPassword(officer.id, passwordHash, oneTimeUntil)
    await sessions.endAllOf(officer.id)
    await record(request, 'password-reset', officer)
    return desk.show(request, reply, {
      title: texts.say('desk.officers.reset-done'),
      body: <HandedOutPassword texts={texts} username={officer.username} oneTimePassword={oneTimePassword} />,
    })
  })

  scope.post<OfficerRoute>('/officers/:id/second-step', async (request, reply) => {
    const officer = await officers.find(request.params.id)
    if (!officer) return desk.notFound(request, reply)
    await officers.setSecondStep(officer.id, undefined)
    await sessions.endAllOf(officer.id)
    await record(request, 'second-step-removed', officer)
    const notice = texts.say('desk.officers.second-step-removed')
    return desk.goTo(request, reply, `/desk/officers/${officer.id}`, notice)
  })

  scope.post<OfficerRoute>('/officers/:id/disable', async (request, reply) => {
    const officer = await officers.find(request.params.id)
    if (!officer) return desk.notFound(request, reply)
    const path = `/desk/officers/${officer.id}`
    if (officer.id === desk.signedIn(request).officer.id) {
      return desk.goTo(request, reply, path, texts.say('desk.officers.not-yourself'))
    }
    await officers.setDisabled(officer.id, clock.now())
    await sessions.endAllOf(officer.id)
    await record(request, 'officer-disabled', officer)
    return desk.goTo(request, reply, path, texts.say('desk.officers.disabled-done'))
  })

  scope.post<OfficerRoute>('/officers/:id/enable', async (request, reply) => {
    const officer = await officers.find(request.params.id)
    if (!officer) return desk.notFound(request, reply)
    await officers.setDisabled(officer.id, undefined)
    await record(request, 'officer-enabled', officer)
    const notice = texts.say('desk.officers.enabled-done')
    return desk.goTo(request, reply, `/desk/officers/${officer.id}`, notice)
  })

  async function record(
    request: FastifyRequest,
    action: 'password-reset' | 'second-step-removed' | 'officer-disabled' | 'officer-enabled',
    { id }: Officer,
  ): Promise<void> {
    await audit.append({ officer: desk.signedIn(request).officer.id, action, subject: `officer:${id}` })
  }
}

/** Names only: what a name or an address was changed to is nobody's business in the audit. */
function changedFields(before: OfficerDetails, after: OfficerDetails): string[] {
  const fields = ['name', 'unit', 'roles', 'mayOpenRestricted', 'contact'] as const
  return fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
}
