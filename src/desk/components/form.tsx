import type { Texts } from '../../lib/texts.ts'
import type { Markup } from '../desk-page.ts'
import type { DeskTexts } from '../desk-texts.ts'

/** Field name → what is wrong with it. */
export type FieldErrors = Readonly<Record<string, string>>

interface FieldParts {
  name: string
  label: string
  hint?: string
  error?: string | undefined
  /** Said beside the label; fields are required unless this is given. */
  optional?: string
}

export interface FormFieldProps extends FieldParts {
  type?: 'text' | 'password' | 'email' | 'date' | 'search'
  value?: string | undefined
  autocomplete?: string
  inputmode?: 'numeric' | 'text'
  maxlength?: number
  isWide?: boolean
  autofocus?: boolean
  spellcheck?: 'false'
}

/** One line of input with its label, hint and error. */
export function FormField(props: FormFieldProps) {
  const { name, type = 'text', value, autocomplete, inputmode, maxlength, autofocus, spellcheck } = props
  return (
    <div class={props.isWide ? 'field wide' : 'field'}>
      <Label {...props} />
      <input
        id={name}
        name={name}
        type={type}
        value={value}
        required={props.optional === undefined}
        autocomplete={autocomplete ?? 'off'}
        inputmode={inputmode}
        maxlength={maxlength}
        autofocus={autofocus}
        spellcheck={spellcheck}
        autocapitalize={spellcheck === 'false' ? 'none' : undefined}
        aria-invalid={props.error ? 'true' : undefined}
        aria-describedby={describedBy(props)}
      />
    </div>
  )
}

export interface SelectFieldProps extends FieldParts {
  options: readonly { value: string; label: string }[]
  value?: string | undefined
  isWide?: boolean
}

export function SelectField(props: SelectFieldProps) {
  const { name, options, value, isWide } = props
  return (
    <div class={isWide ? 'field wide' : 'field'}>
      <Label {...props} />
      <select
        id={name}
        name={name}
        aria-invalid={props.error ? 'true' : undefined}
        aria-describedby={describedBy(props)}
      >
        {options.map((option) => (
          <option value={option.value} selected={option.value === (value ?? '')} safe>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  )
}

export interface TextAreaFieldProps extends FieldParts {
  value?: string | undefined
  rows?: number
  maxlength?: number
}

/** @public for pages of cases */
export function TextAreaField(props: TextAreaFieldProps) {
  const { name, value = '', rows = 5, maxlength } = props
  return (
    <div class="field wide">
      <Label {...props} />
      <textarea
        id={name}
        name={name}
        rows={String(rows)}
        maxlength={maxlength}
        required={props.optional === undefined}
        aria-invalid={props.error ? 'true' : undefined}
        aria-describedby={describedBy(props)}
        safe
      >
        {value}
      </textarea>
    </div>
  )
}

export interface CheckboxesProps extends FieldParts {
  options: readonly { value: string; label: string; more?: string }[]
  values: readonly string[]
}

/** Several of a few, each with a line that explains it. */
export function Checkboxes({ name, label, hint, error, options, values }: CheckboxesProps) {
  return (
    <fieldset
      id={name}
      class="field wide"
      tabindex="-1"
      aria-describedby={describedBy({ name, hint, error })}
    >
      <legend safe>{label}</legend>
      {hint ? <Hint name={name} hint={hint} /> : ''}
      {error ? <FieldError name={name} error={error} /> : ''}
      {options.map((option) => (
        <label class="check">
          <input
            type="checkbox"
            name={name}
            value={option.value}
            checked={values.includes(option.value)}
            aria-invalid={error ? 'true' : undefined}
          />
          <span>
            <strong safe>{option.label}</strong>
            {option.more ? <small safe>{option.more}</small> : ''}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

/** One of a few, or none: nothing is chosen beforehand unless `value` says so. */
export function RadioField({
  name,
  label,
  options,
  value,
}: {
  name: string
  label: string
  options: readonly { value: string; label: string }[]
  value?: string | undefined
}) {
  return (
    <fieldset class="field wide radios">
      <legend safe>{label}</legend>
      <div class="radio-row">
        {options.map((option) => (
          <label class="check">
            <input type="radio" name={name} value={option.value} checked={option.value === value} />
            <span safe>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function Label({ name, label, hint, error, optional }: FieldParts) {
  return (
    <>
      <label for={name}>
        <span safe>{label}</span>
        {optional ? (
          <span class="optional" safe>
            {` (${optional})`}
          </span>
        ) : (
          ''
        )}
      </label>
      {hint ? <Hint name={name} hint={hint} /> : ''}
      {error ? <FieldError name={name} error={error} /> : ''}
    </>
  )
}

function Hint({ name, hint }: { name: string; hint: string }) {
  return (
    <p id={`${name}-hint`} class="hint" safe>
      {hint}
    </p>
  )
}

function FieldError({ name, error }: { name: string; error: string }) {
  return (
    <p id={`${name}-error`} class="field-error" safe>
      {error}
    </p>
  )
}

function describedBy({
  name,
  hint,
  error,
}: {
  name: string
  hint?: string | undefined
  error?: string | undefined
}) {
  const ids = [...(hint ? [`${name}-hint`] : []), ...(error ? [`${name}-error`] : [])]
  return ids.length > 0 ? ids.join(' ') : undefined
}

/** All that is wrong at once, each a link to its field; takes the focus when the page opens. */
export function ErrorSummary({ errors, texts }: { errors: FieldErrors; texts: Texts<DeskTexts> }) {
  const list = Object.entries(errors)
  if (list.length === 0) return ''
  return (
    <div id="errors" class="errors" role="alert" tabindex="-1" data-takes-focus>
      <p safe>{texts.say('desk.form.errors')}</p>
      <ul>
        {list.map(([name, error]) => (
          <li>
            <a href={`#${name}`} safe>
              {error}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** A POST with the token that the gate asks for. */
export function PostForm(props: {
  action: string
  formToken: string
  class?: string
  children: Markup | Markup[]
}) {
  return (
    <form method="post" action={props.action} class={props.class} novalidate>
      <input type="hidden" name="formToken" value={props.formToken} />
      {props.children as 'safe'}
    </form>
  )
}

export interface ConfirmProps {
  action: string
  formToken: string
  label: string
  question: string
  isDangerous?: boolean
  /** Shown opened: something in it has to be mended. */
  isOpen?: boolean
  /** More fields, such as the password once more. */
  children?: Markup | Markup[]
}

/** A button that first says what will happen and asks; works without scripts. */
export function Confirm(props: ConfirmProps) {
  const { action, formToken, label, question, isDangerous, isOpen, children } = props
  return (
    <details class="confirm" open={isOpen}>
      <summary class="button" safe>
        {label}
      </summary>
      <PostForm action={action} formToken={formToken} class="confirm-form">
        <p safe>{question}</p>
        {(children ?? '') as 'safe'}
        <button type="submit" class={isDangerous ? 'button danger' : 'button primary'} safe>
          {label}
        </button>
      </PostForm>
    </details>
  )
}

export interface FilterBarProps {
  /** GET; filled in fields stand in the address. */
  action: string
  /** Id of what is replaced when scripts are on. */
  target: string
  submit: string
  clear: string
  children: Markup | Markup[]
}

/** Narrows a list; with scripts only the list is replaced. */
export function FilterBar({ action, target, submit, clear, children }: FilterBarProps) {
  return (
    <form
      method="get"
      action={action}
      class="filters"
      hx-get={action}
      hx-target={`#${target}`}
      hx-select={`#${target}`}
      hx-swap="outerHTML"
      hx-push-url="true"
    >
      {children as 'safe'}
      <div class="filter-buttons">
        <button type="submit" class="button primary" safe>
          {submit}
        </button>
        <a class="button" href={action} safe>
          {clear}
        </a>
      </div>
    </form>
  )
}
