import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Desk } from '../desk-page.ts'
import { type Gate, type SignedIn, stagePaths } from '../gate.ts'
import {
  EnrolForm,
  NewPasswordForm,
  RecoveryCodes,
  SecondStepForm,
  SignInForm,
} from '../pages/sign-in-pages.tsx'
import {
  hashPassword,
  maxPasswordChars,
  minPasswordChars,
  passwordFault,
  verifyPassword,
} from '../password.ts'
import { enrolmentUri, newRecoveryCodes, newSecondStepSecret, timeStepOf } from '../second-step.ts'
import type { SecretBox } from '../secret-box.ts'
import type { Sessions } from '../session.ts'
import type { SignIn } from '../sign-in.ts'
import { readForm } from './read-form.ts'

export interface SignInRouteParts {
  desk: Desk
  gate: Gate
  sessions: Sessions
  signIn: SignIn
  box: SecretBox
  agencyName: string
}

const typed = z.string().max(1_000)
const signInForm = z.object({ username: typed, password: typed, next: typed.optional() })
const codeForm = z.object({ code: typed })
const passwordForm = z.object({ current: typed.optional(), password: typed, again: typed })
const enrolForm = z.object({ code: typed, password: typed.optional() })
const signInQuery = z.object({
  next: typed.optional().catch(undefined),
  out: typed.optional().catch(undefined),
})

/** From the sign-in to the point where an officer may work, and out again. */
export function addSignInRoutes(scope: FastifyInstance, parts: SignInRouteParts): void {
  const { desk, gate, sessions, signIn, box, agencyName } = parts
  const { texts, officers, audit, clock } = desk

  /** Whatever is still missing, else where the officer wanted to go. */
  async function goOn(request: FastifyRequest, reply: FastifyReply, signedIn: SignedIn, notice?: string) {
    if (signedIn.stage !== 'complete') return desk.goTo(request, reply, stagePaths[signedIn.stage], notice)
    return desk.goTo(request, reply, await takeReturnTo(signedIn), notice)
  }

  async function takeReturnTo({ session }: SignedIn): Promise<string> {
    if (session.returnTo === undefined) return stagePaths.complete
    await sessions.change(session, { returnTo: undefined })
    return session.returnTo
  }

  function showSignIn(
    request: FastifyRequest,
    reply: FastifyReply,
    form: {
      username?: string
      next?: string | undefined
      problem?: string
      notice?: string
      status?: number
    },
  ) {
    const { status, ...shown } = form
    return desk.show(request, reply, {
      title: texts.say('desk.sign-in.title'),
      body: <SignInForm texts={texts} agencyName={agencyName} {...shown} />,
      ...(status === undefined ? {} : { status }),
    })
  }

  scope.get('/sign-in', async (request, reply) => {
    const signedIn = await gate.find(request)
    if (signedIn) return reply.redirect(stagePaths[signedIn.stage], 303)
    const { next, out } = signInQuery.parse(request.query)
    const notice = out
      ? texts.say('desk.sign-in.ended')
      : gate.hasCookie(request)
        ? texts.say('desk.sign-in.expired')
        : undefined
    return showSignIn(request, reply, { next: ownPath(next), ...(notice ? { notice } : {}) })
  })

  scope.post('/sign-in', async (request, reply) => {
    const form = readForm(signInForm, request.body)
    const next = ownPath(form?.next)
    if (!form?.username.trim() || !form.password) {
      const problem = texts.say('desk.sign-in.incomplete')
      return showSignIn(request, reply, { username: form?.username ?? '', next, problem, status: 422 })
    }
    const { username, password } = form
    const outcome = await signIn.signIn({
      username,
      password,
      address: request.ip,
      ...(next ? { returnTo: next } : {}),
    })
    switch (outcome.kind) {
      case 'refused': {
        const problem = texts.say('desk.sign-in.refused')
        return showSignIn(request, reply, { username, next, problem, status: 422 })
      }
      case 'throttled': {
        reply.header('retry-after', outcome.minutes * 60)
        const problem = texts.say('desk.sign-in.throttled', { minutes: outcome.minutes })
        return showSignIn(request, reply, { username, next, problem, status: 429 })
      }
      case 'signed-in': {
        const earlier = await gate.find(request)
        if (earlier) await sessions.end(earlier.session)
        return goOn(request, reply, await gate.enter(request, reply, outcome.started))
      }
    }
  })

  scope.post('/sign-out', async (request, reply) => {
    const { officer, session } = gate.signedIn(request)
    await sessions.end(session)
    await audit.append({ officer: officer.id, action: 'sign-out', subject: `officer:${officer.id}` })
    gate.leave(reply)
    return reply.redirect('/desk/sign-in?out=1', 303)
  })

  function showSecondStep(request: FastifyRequest, reply: FastifyReply, problem?: string, status = 200) {
    const { officer, session } = gate.signedIn(request)
    return desk.show(request, reply, {
      title: texts.say('desk.second-step.title'),
      body: (
        <SecondStepForm
          texts={texts}
          username={officer.username}
          formToken={session.formToken}
          problem={problem}
        />
      ),
      status,
    })
  }

  scope.get('/second-step', async (request, reply) => {
    const signedIn = gate.signedIn(request)
    return signedIn.stage === 'second-step' ? showSecondStep(request, reply) : goOn(request, reply, signedIn)
  })

  scope.post('/second-step', async (request, reply) => {
    const signedIn = gate.signedIn(request)
    if (signedIn.stage !== 'second-step') return goOn(request, reply, signedIn)
    const code = readForm(codeForm, request.body)?.code ?? ''
    const outcome = await signIn.passSecondStep(signedIn.officer, signedIn.session, code)
    switch (outcome.kind) {
      case 'refused':
        return showSecondStep(request, reply, texts.say('desk.second-step.refused'), 422)
      case 'throttled': {
        const { minutes } = outcome
        return showSecondStep(request, reply, texts.say('desk.second-step.throttled', { minutes }), 429)
      }
      case 'passed': {
        const entered = await gate.enter(request, reply, outcome.started)
        const notice = outcome.withRecoveryCode ? texts.say('desk.second-step.recovery-used') : undefined
        return goOn(request, reply, entered, notice)
      }
    }
  })

  function showNewPassword(request: FastifyRequest, reply: FastifyReply, errors?: Record<string, string>) {
    const { officer, session } = gate.signedIn(request)
    return desk.show(request, reply, {
      title: texts.say('desk.password.title'),
      body: (
        <NewPasswordForm
          texts={texts}
          formToken={session.formToken}
          username={officer.username}
          isForced={officer.mustChangePassword}
          {...(errors ? { errors } : {})}
        />
      ),
      status: errors ? 422 : 200,
    })
  }

  const mayChangePassword = ({ stage }: SignedIn) => stage === 'new-password' || stage === 'complete'

  scope.get('/new-password', async (request, reply) => {
    const signedIn = gate.signedIn(request)
    return mayChangePassword(signedIn) ? showNewPassword(request, reply) : goOn(request, reply, signedIn)
  })

  scope.post('/new-password', async (request, reply) => {
    const signedIn = gate.signedIn(request)
    if (!mayChangePassword(signedIn)) return goOn(request, reply, signedIn)
    const { officer, session } = signedIn
    const form = readForm(passwordForm, request.body) ?? { password: '', again: '' }
    const errors = await newPasswordErrors(signedIn, form)
    if (errors) return showNewPassword(request, reply, errors)

    await officers.setPassword(officer.id, await hashPassword(form.password), undefined)
    const started = await sessions.renew(session)
    await sessions.endAllOf(officer.id, started.session)
    await audit.append({ officer: officer.id, action: 'password-changed', subject: `officer:${officer.id}` })
    const entered = await gate.enter(request, reply, started)
    const notice = texts.say('desk.password.changed')
    if (officer.mustChangePassword) return goOn(request, reply, entered, notice)
    return desk.goTo(request, reply, '/desk/account', notice)
  })

  async function newPasswordErrors(
    { officer, session }: SignedIn,
    form: z.infer<typeof passwordForm>,
  ): Promise<Record<string, string> | undefined> {
    if (!officer.mustChangePassword) {
      const own = await signIn.isOwnPassword(officer, session, form.current ?? '')
      if (own.kind === 'throttled') {
        return { current: texts.say('desk.sign-in.throttled', { minutes: own.minutes }) }
      }
      if (own.kind === 'wrong') return { current: texts.say('desk.password.wrong-current') }
    }
    const fault = passwordFault(form.password, officer.username)
    switch (fault) {
      case 'too-short':
        return { password: texts.say('desk.password.too-short', { count: minPasswordChars }) }
      case 'too-long':
        return { password: texts.say('desk.password.too-long', { count: maxPasswordChars }) }
      case 'holds-username':
      case 'too-simple':
        return { password: texts.say(`desk.password.${fault}`) }
      case undefined:
    }
    if (form.password !== form.again) return { again: texts.say('desk.password.differs') }
    const before = await officers.findCredentials(officer.id)
    if (before && (await verifyPassword(before.passwordHash, form.password))) {
      return { password: texts.say('desk.password.same') }
    }
    return undefined
  }

  async function showEnrol(request: FastifyRequest, reply: FastifyReply, errors?: Record<string, string>) {
    const { officer, session } = gate.signedIn(request)
    const secret = session.enrolling ? box.open(session.enrolling) : newSecondStepSecret()
    if (!session.enrolling) await sessions.change(session, { enrolling: box.seal(secret) })
    return desk.show(request, reply, {
      title: texts.say('desk.enrol.title'),
      body: (
        <EnrolForm
          texts={texts}
          formToken={session.formToken}
          secret={secret}
          uri={enrolmentUri(secret, { issuer: agencyName, username: officer.username })}
          asksPassword={officer.hasSecondStep}
          mayLeave={gate.signedIn(request).stage === 'complete'}
          {...(errors ? { errors } : {})}
        />
      ),
      status: errors ? 422 : 200,
    })
  }

  const mayEnrol = ({ stage }: SignedIn) => stage === 'enrol' || stage === 'complete'

  scope.get('/enrol', async (request, reply) => {
    const signedIn = gate.signedIn(request)
    return mayEnrol(signedIn) ? showEnrol(request, reply) : goOn(request, reply, signedIn)
  })

  scope.post('/enrol', async (request, reply) => {
    const signedIn = gate.signedIn(request)
    const { officer, session } = signedIn
    if (!mayEnrol(signedIn) || !session.enrolling) return goOn(request, reply, signedIn)
    const form = readForm(enrolForm, request.body) ?? { code: '' }
    if (officer.hasSecondStep) {
      const own = await signIn.isOwnPassword(officer, session, form.password ?? '')
      if (own.kind === 'throttled') {
        const problem = texts.say('desk.sign-in.throttled', { minutes: own.minutes })
        return showEnrol(request, reply, { password: problem })
      }
      if (own.kind === 'wrong') {
        return showEnrol(request, reply, { password: texts.say('desk.password.wrong-current') })
      }
    }
    const lastTimeStep = timeStepOf(form.code, box.open(session.enrolling), clock.now())
    if (lastTimeStep === undefined) {
      return showEnrol(request, reply, { code: texts.say('desk.second-step.refused') })
    }
    const { codes, hashes } = newRecoveryCodes()
    await officers.setSecondStep(officer.id, {
      secret: session.enrolling,
      lastTimeStep,
      recoveryHashes: hashes,
    })
    const started = await sessions.renew(session, { secondStepAt: clock.now() })
    await sessions.endAllOf(officer.id, started.session)
    await audit.append({
      officer: officer.id,
      action: 'second-step-enrolled',
      subject: `officer:${officer.id}`,
    })
    const entered = await gate.enter(request, reply, started)
    const nextPath = entered.stage === 'complete' ? await takeReturnTo(entered) : stagePaths[entered.stage]
    return desk.show(request, reply, {
      title: texts.say('desk.enrol.done'),
      body: <RecoveryCodes texts={texts} codes={codes} nextPath={nextPath} />,
    })
  })
}

/** A page of the desk, whatever else an address may try to be. */
export function ownPath(given: string | undefined): string | undefined {
  if (!given?.startsWith('/desk') || !URL.canParse(given, 'http://desk.invalid')) return undefined
  const { origin, pathname, search } = new URL(given, 'http://desk.invalid')
  const isOwn = origin === 'http://desk.invalid' && (pathname === '/desk' || pathname.startsWith('/desk/'))
  return isOwn && pathname !== '/desk/sign-in' ? pathname + search : undefined
}
