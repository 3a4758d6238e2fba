import { z } from 'zod'
import { unitKey } from '../../reports/case/access.ts'
import type { ReportAction } from '../../reports/case/change-report.ts'
import { type Report, reportKinds, reportOutcomes } from '../../reports/report.ts'
import type { Officer } from '../officer.ts'
import { unfilledFields } from '../reply-templates.ts'
import type { ReportDeskTexts } from '../report-texts.ts'
import { type HandlerChoice, handlerChoices } from './choose-handler.ts'
import type { DeskAction } from './may-act.ts'
import { keyOfUnit } from './report-desk.ts'

/**
 * What a form sent: texts by name, nothing else. A name with brackets (`assignee[$ne]`) is a name like any other that no
 * form of ours has.
 */
const formSchema = z.record(z.string().max(100), z.union([z.string(), z.array(z.string()).max(500)]))

/** Everything that was typed, so that a page can show it again. */
export class TypedForm {
  readonly #fields: Readonly<Record<string, string | string[]>>

  constructor(body: unknown) {
    const parsed = formSchema.safeParse(body ?? {})
    this.#fields = parsed.success ? parsed.data : {}
  }

  /** '' when it is not there; the first when it came twice. */
  one(name: string): string {
    const value = Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined
    return ([value].flat()[0] ?? '').normalize('NFC')
  }

  /** `undefined` when the form was not sent at all: then what stands in the record is shown. */
  has(name: string): boolean {
    return Object.hasOwn(this.#fields, name)
  }

  all(name: string): string[] {
    const value = Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined
    return value === undefined ? [] : [value].flat()
  }

  /** The same with one field changed. */
  with(name: string, value: string): TypedForm {
    return new TypedForm({ ...this.#fields, [name]: value })
  }
}

export type FieldErrors = Record<string, string>

/** Longer texts would not arrive as one message, and no form needs them. */
export const maxTextChars = 3_000
const maxReasonChars = 1_000
const maxNameChars = 300

export type ReadAction =
  | { kind: 'action'; action: ReportAction; deputy?: Officer }
  /** The number of another report, still to be looked up. */
  | { kind: 'join'; caseNumber: string }
  | { kind: 'wrong'; errors: FieldErrors }

/** What an officer wants done, from the form of that action; every mistake at once, by field. */
export function readAction(
  action: DeskAction,
  form: TypedForm,
  context: { report: Report; officers: readonly Officer[]; today: string; texts: ReportDeskTexts },
): ReadAction {
  const { report, officers, texts } = context
  const errors: FieldErrors = {}
  const text = (name: string, missing: string, maxChars = maxReasonChars): string => {
    const typed = form.one(name).replaceAll('\r\n', '\n').trim()
    if (typed === '') errors[name] = missing
    else if (typed.length > maxChars)
      errors[name] = texts.say('desk-reports.error.too-long', { count: maxChars })
    return typed
  }
  const reason = (name: string) => text(name, texts.say('desk-reports.error.reason'))
  /** Goes to the reporter: nothing of a template may be left open in it. */
  const message = (name: string) => {
    const typed = text(name, texts.say('desk-reports.error.text'), maxTextChars)
    const open = unfilledFields(typed)
    if (open.length > 0)
      errors[name] = texts.say('desk-reports.error.unfilled', { fields: open.slice(0, 5).join(', ') })
    return typed
  }
  const done = (read: ReportAction, deputy?: Officer): ReadAction =>
    Object.keys(errors).length > 0
      ? { kind: 'wrong', errors }
      : { kind: 'action', action: read, ...(deputy ? { deputy } : {}) }

  switch (action) {
    case 'assign': {
      const choice = findChoice(handlerChoices(report, officers, context.today), form.one('assignee'))
      if (!choice) {
        return { kind: 'wrong', errors: { assignee: texts.say('desk-reports.error.assignee') } }
      }
      const { officer, goesTo } = choice
      const unit = keyOfUnit(goesTo)
      return done(
        { kind: 'assign', to: goesTo.id, ...(unit === undefined ? {} : { unit }) },
        goesTo.id === officer.id ? undefined : goesTo,
      )
    }
    case 'start':
      return done({ kind: 'start' })
    case 'ask':
      return done({ kind: 'ask', text: message('askText') })
    case 'tell':
      return done({ kind: 'tell', text: message('tellText') })
    case 'answer': {
      const outcome = reportOutcomes.find((one) => one === form.one('answerOutcome'))
      if (!outcome) errors.answerOutcome = texts.say('desk-reports.error.outcome')
      return done({ kind: 'answer', text: message('answerText'), outcome: outcome ?? 'undetermined' })
    }
    case 'forward': {
      const to = text('forwardTo', texts.say('desk-reports.error.forward-to'), maxNameChars)
      return done({ kind: 'forward', to, reason: reason('forwardReason') })
    }
    case 'reclassify': {
      const to = reportKinds.find((kind) => kind === form.one('reclassifyTo'))
      if (!to || to === report.kind) errors.reclassifyTo = texts.say('desk-reports.error.kind')
      return done({ kind: 'reclassify', to: to ?? report.kind, reason: reason('reclassifyReason') })
    }
    case 'concern': {
      const ids = form.all('concernOfficers')
      const units = form.all('concernUnits').map(unitKey)
      const known = new Set([...knownUnits(officers).keys(), ...report.concerns.units])
      const isKnown = (id: string) =>
        report.concerns.officers.includes(id) || officers.some((officer) => officer.id === id)
      if (!ids.every(isKnown)) errors.concernOfficers = texts.say('desk-reports.error.concern')
      if (!units.every((unit) => known.has(unit)))
        errors.concernUnits = texts.say('desk-reports.error.concern')
      return done({
        kind: 'mark-concern',
        officers: [...new Set(ids)],
        units: [...new Set(units)],
        isAboutLeader: form.one('concernLeader') === 'yes',
        reason: reason('concernReason'),
      })
    }
    case 'join':
      return { kind: 'join', caseNumber: form.one('joinTo') }
    case 'close':
      return done({ kind: 'close', reason: reason('closeReason') })
  }
}

/** Units of officers as they are compared → as somebody wrote them. */
export function knownUnits(officers: readonly Officer[]): Map<string, string> {
  const units = officers.flatMap(({ unit }) => (unit === undefined ? [] : [[unitKey(unit), unit] as const]))
  return new Map(units)
}

function findChoice(choices: readonly HandlerChoice[], id: string): HandlerChoice | undefined {
  return choices.find(({ officer }) => officer.id === id)
}
