import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import type { AuditAction } from '../audit/audit-log.ts'
import type { Desk, DeskSection, Markup } from '../desk-page.ts'
import { startOfDay } from '../display-time.ts'
import type { Officer } from '../officer.ts'
import { AccountPage } from '../pages/account-page.tsx'
import { HomePage } from '../pages/home-page.tsx'
import { RecoveryCodes } from '../pages/sign-in-pages.tsx'
import { newRecoveryCodes } from '../second-step.ts'
import type { Sessions } from '../session.ts'
import type { SignIn } from '../sign-in.ts'
import { readForm } from './read-form.ts'

export interface AccountRouteParts {
  desk: Desk
  sessions: Sessions
  signIn: SignIn
  sections: readonly DeskSection[]
}

const signInActions = [
  'sign-in',
  'sign-in-failed',
  'sign-in-throttled',
  'second-step-failed',
  'recovery-code-used',
  'password-reset',
] as const satisfies readonly AuditAction[]
const signInsShown = 8

const absenceForm = z.object({ absentUntil: z.string().max(20), deputy: z.string().max(50) })
const passwordForm = z.object({ password: z.string().max(1_000) })

/** The first page, and what officers see and change about themselves. */
export function addAccountRoutes(
  scope: FastifyInstance,
  { desk, sessions, signIn, sections }: AccountRouteParts,
): void {
  const { texts, officers, audit, clock } = desk

  scope.get('/', async (request, reply) => {
    const { officer } = desk.signedIn(request)
    const signIns = await audit.list(
      { subject: `officer:${officer.id}`, actions: signInActions },
      { limit: signInsShown },
    )
    const work: Markup[] = []
    for (const section of sections) {
      const part = await section.home?.(desk, officer)
      if (part !== undefined) work.push(part)
    }
    return desk.show(request, reply, {
      title: texts.say('desk.home.hello', { name: officer.name }),
      body: (
        <HomePage
          texts={texts}
          officer={officer}
          today={vietnamDay(clock.now())}
          signIns={signIns}
          work={work}
        />
      ),
    })
  })

  async function deputiesOf(officer: Officer): Promise<Officer[]> {
    return (await officers.list()).filter(({ id, disabledAt }) => id !== officer.id && !disabledAt)
  }

  async function showAccount(
    request: FastifyRequest,
    reply: FastifyReply,
    faults: { errors?: Record<string, string>; codesError?: string; typed?: Partial<Officer> } = {},
  ) {
    const { officer, session } = desk.signedIn(request)
    const { typed, ...shown } = faults
    return desk.show(request, reply, {
      title: texts.say('desk.account.title'),
      body: (
        <AccountPage
          texts={texts}
          officer={{ ...officer, ...typed }}
          session={session}
          sessions={await sessions.listOf(officer.id)}
          deputies={await deputiesOf(officer)}
          today={vietnamDay(clock.now())}
          {...shown}
        />
      ),
      status: shown.errors || shown.codesError ? 422 : 200,
    })
  }

  scope.get('/account', (request, reply) => showAccount(request, reply))

  scope.post('/account/absence', async (request, reply) => {
    const { officer } = desk.signedIn(request)
    const form = readForm(absenceForm, request.body) ?? { absentUntil: '?', deputy: '' }
    const absentUntil = form.absentUntil || undefined
    const deputy = form.deputy || undefined
    const errors: Record<string, string> = {}
    if (absentUntil && (!startOfDay(absentUntil) || absentUntil < vietnamDay(clock.now()))) {
      errors.absentUntil = texts.say('desk.account.wrong-date')
    }
    if (deputy && !(await deputiesOf(officer)).some(({ id }) => id === deputy)) {
      errors.deputy = texts.say('desk.account.wrong-deputy')
    }
    if (Object.keys(errors).length > 0) {
      const known = errors.deputy ? undefined : deputy
      return showAccount(request, reply, { errors, typed: { absentUntil, deputy: known } })
    }
    const { name, unit, roles, mayOpenRestricted, contact } = officer
    await officers.change(officer.id, { name, unit, roles, mayOpenRestricted, contact, deputy, absentUntil })
    await audit.append({
      officer: officer.id,
      action: 'absence-changed',
      subject: `officer:${officer.id}`,
      detail: { ...(absentUntil ? { absentUntil } : {}), ...(deputy ? { deputy } : {}) },
    })
    return desk.goTo(request, reply, '/desk/account', texts.say('desk.account.absence-saved'))
  })

  scope.post('/account/other-sessions', async (request, reply) => {
    const { officer, session } = desk.signedIn(request)
    await sessions.endAllOf(officer.id, session)
    await audit.append({ officer: officer.id, action: 'sessions-ended', subject: `officer:${officer.id}` })
    return desk.goTo(request, reply, '/desk/account', texts.say('desk.account.ended-others'))
  })

  scope.post('/account/recovery-codes', async (request, reply) => {
    const { officer, session } = desk.signedIn(request)
    if (!officer.hasSecondStep) return desk.goTo(request, reply, '/desk/enrol')
    const password = readForm(passwordForm, request.body)?.password ?? ''
    const own = await signIn.isOwnPassword(officer, session, password)
    if (own.kind === 'throttled') {
      const codesError = texts.say('desk.sign-in.throttled', { minutes: own.minutes })
      return showAccount(request, reply, { codesError })
    }
    if (own.kind === 'wrong') {
      return showAccount(request, reply, { codesError: texts.say('desk.password.wrong-current') })
    }
    const { codes, hashes } = newRecoveryCodes()
    await officers.setRecoveryHashes(officer.id, hashes)
    await audit.append({
      officer: officer.id,
      action: 'recovery-codes-renewed',
      subject: `officer:${officer.id}`,
    })
    return desk.show(request, reply, {
      title: texts.say('desk.account.new-codes-title'),
      body: <RecoveryCodes texts={texts} codes={codes} nextPath="/desk/account" />,
    })
  })
}
