import type { Texts } from '../../lib/texts.ts'
import { Confirm, ErrorSummary, type FieldErrors, FormField, PostForm } from '../components/form.tsx'
import { QrCode } from '../components/qr-code.tsx'
import type { DeskTexts } from '../desk-texts.ts'
import { maxPasswordChars, minPasswordChars } from '../password.ts'

type DeskWords = Texts<DeskTexts>

/** Something that is wrong with the whole form, or good to know before it. */
function Message({ text, isBad }: { text: string | undefined; isBad?: boolean }) {
  if (!text) return ''
  return (
    <p class={isBad ? 'errors' : 'notice'} role={isBad ? 'alert' : 'status'} safe>
      {text}
    </p>
  )
}

export function SignInForm(props: {
  texts: DeskWords
  agencyName: string
  username?: string
  next?: string | undefined
  problem?: string | undefined
  notice?: string | undefined
}) {
  const { texts, agencyName, username, next, problem, notice } = props
  return (
    <>
      <p class="lead" safe>
        {texts.say('desk.sign-in.intro', { agency: agencyName })}
      </p>
      <Message text={notice} />
      <Message text={problem} isBad />
      <form method="post" action="/desk/sign-in" class="card narrow" novalidate>
        {next ? <input type="hidden" name="next" value={next} /> : ''}
        <FormField
          name="username"
          label={texts.say('desk.sign-in.username')}
          value={username}
          autocomplete="username"
          spellcheck="false"
          maxlength={100}
          autofocus={!username}
          isWide
        />
        <FormField
          name="password"
          type="password"
          label={texts.say('desk.sign-in.password')}
          autocomplete="current-password"
          maxlength={200}
          autofocus={Boolean(username)}
          isWide
        />
        <button type="submit" class="button primary wide" safe>
          {texts.say('desk.sign-in.submit')}
        </button>
      </form>
      <p class="aside" safe>
        {texts.say('desk.sign-in.forgotten')}
      </p>
      <p class="aside">
        <a href="/" safe>
          {texts.say('desk.sign-in.citizens')}
        </a>
      </p>
    </>
  )
}

export function SecondStepForm(props: {
  texts: DeskWords
  username: string
  formToken: string
  problem?: string | undefined
}) {
  const { texts, username, formToken, problem } = props
  return (
    <>
      <p class="lead" safe>
        {texts.say('desk.second-step.intro', { username })}
      </p>
      <Message text={problem} isBad />
      <PostForm action="/desk/second-step" formToken={formToken} class="card narrow">
        <FormField
          name="code"
          label={texts.say('desk.second-step.code')}
          hint={texts.say('desk.second-step.code-hint')}
          autocomplete="one-time-code"
          spellcheck="false"
          maxlength={30}
          autofocus
          isWide
        />
        <button type="submit" class="button primary wide" safe>
          {texts.say('desk.second-step.submit')}
        </button>
      </PostForm>
    </>
  )
}

export function NewPasswordForm(props: {
  texts: DeskWords
  formToken: string
  username: string
  isForced: boolean
  errors?: FieldErrors
}) {
  const { texts, formToken, username, isForced, errors = {} } = props
  return (
    <>
      {isForced ? (
        <p class="lead" safe>
          {texts.say('desk.password.forced')}
        </p>
      ) : (
        ''
      )}
      <ErrorSummary errors={errors} texts={texts} />
      <PostForm action="/desk/new-password" formToken={formToken} class="card narrow">
        <input type="text" name="username" value={username} autocomplete="username" hidden readonly />
        {isForced ? (
          ''
        ) : (
          <FormField
            name="current"
            type="password"
            label={texts.say('desk.password.current')}
            error={errors.current}
            autocomplete="current-password"
            maxlength={200}
            isWide
          />
        )}
        <FormField
          name="password"
          type="password"
          label={texts.say('desk.password.new')}
          hint={texts.say('desk.password.advice', { count: minPasswordChars })}
          error={errors.password}
          autocomplete="new-password"
          maxlength={2 * maxPasswordChars}
          isWide
        />
        <FormField
          name="again"
          type="password"
          label={texts.say('desk.password.again')}
          error={errors.again}
          autocomplete="new-password"
          maxlength={2 * maxPasswordChars}
          isWide
        />
        <button type="submit" class="button primary wide" safe>
          {texts.say('desk.password.submit')}
        </button>
      </PostForm>
      {isForced ? '' : <BackLink href="/desk/account" label={texts.say('desk.form.cancel')} />}
    </>
  )
}

export function EnrolForm(props: {
  texts: DeskWords
  formToken: string
  secret: string
  uri: string
  /** Replaces a second step that is there: only with the password. */
  asksPassword: boolean
  mayLeave: boolean
  errors?: FieldErrors
}) {
  const { texts, formToken, secret, uri, asksPassword, mayLeave, errors = {} } = props
  return (
    <>
      <p class="lead" safe>
        {texts.say('desk.enrol.intro')}
      </p>
      <ErrorSummary errors={errors} texts={texts} />
      <PostForm action="/desk/enrol" formToken={formToken} class="card narrow">
        <ol class="steps">
          <li safe>{texts.say('desk.enrol.step-1')}</li>
          <li>
            <span safe>{texts.say('desk.enrol.step-2')}</span>
            <QrCode content={uri} label={texts.say('desk.enrol.qr')} />
            <details class="by-hand">
              <summary safe>{texts.say('desk.enrol.by-hand')}</summary>
              <code class="secret" id="secret" safe>
                {secret.replace(/(.{4})(?=.)/g, '$1 ')}
              </code>
            </details>
          </li>
          <li safe>{texts.say('desk.enrol.step-3')}</li>
        </ol>
        <FormField
          name="code"
          label={texts.say('desk.second-step.code')}
          error={errors.code}
          autocomplete="one-time-code"
          inputmode="numeric"
          maxlength={10}
          isWide
        />
        {asksPassword ? (
          <FormField
            name="password"
            type="password"
            label={texts.say('desk.password.current')}
            error={errors.password}
            autocomplete="current-password"
            maxlength={200}
            isWide
          />
        ) : (
          ''
        )}
        <button type="submit" class="button primary wide" safe>
          {texts.say('desk.enrol.submit')}
        </button>
      </PostForm>
      {mayLeave ? <BackLink href="/desk/account" label={texts.say('desk.enrol.later')} /> : ''}
    </>
  )
}

export function RecoveryCodes(props: { texts: DeskWords; codes: readonly string[]; nextPath: string }) {
  const { texts, codes, nextPath } = props
  return (
    <section class="card narrow" aria-labelledby="codes-title">
      <h2 id="codes-title" safe>
        {texts.say('desk.enrol.codes-title')}
      </h2>
      <p safe>{texts.say('desk.enrol.codes-intro')}</p>
      <ul class="codes">
        {codes.map((code) => (
          <li>
            <code safe>{code}</code>
          </li>
        ))}
      </ul>
      <a class="button primary wide" href={nextPath} safe>
        {texts.say('desk.enrol.codes-noted')}
      </a>
    </section>
  )
}

export function NewRecoveryCodes(props: { texts: DeskWords; formToken: string; error?: string | undefined }) {
  const { texts, formToken, error } = props
  return (
    <Confirm
      action="/desk/account/recovery-codes"
      formToken={formToken}
      label={texts.say('desk.account.new-codes')}
      question={texts.say('desk.account.new-codes-question')}
      isOpen={error !== undefined}
    >
      <FormField
        name="password"
        type="password"
        label={texts.say('desk.password.current')}
        error={error}
        autocomplete="current-password"
        maxlength={200}
      />
    </Confirm>
  )
}

export function BackLink({ href, label }: { href: string; label: string }) {
  return (
    <p class="aside">
      <a href={href} safe>
        {label}
      </a>
    </p>
  )
}
