import { displayAmount, displayDate, shorten } from './answers/display.ts'
import type { FormatTexts } from './formats/format-texts.ts'
import type { Procedure } from './procedure.ts'

/** What a procedure lost and gained in one part, in words; the whole text of a step would hide what changed. */
const maxValueChars = 120
const maxValues = 3

type Part = Exclude<keyof Procedure, 'code'>

/** One line a part that differs, more where a list lost and gained entries. */
export function describeChange(
  before: Procedure,
  after: Procedure,
  parts: readonly (keyof Procedure)[],
  texts: FormatTexts,
): string[] {
  return parts.flatMap((part) => (part === 'code' ? [] : describePart(before, after, part, texts)))
}

function describePart(before: Procedure, after: Procedure, key: Part, texts: FormatTexts): string[] {
  const part = texts.say(`check.part.${key}`)
  const old = valuesOf(before, key, texts)
  const next = valuesOf(after, key, texts)
  if (old.length <= 1 && next.length <= 1) {
    const short = (value: string | undefined) =>
      value === undefined ? texts.say('check.diff-none') : shorten(value, maxValueChars)
    const words = { part, before: short(old[0]), after: short(next[0]) }
    return [texts.say('check.diff-field', words)]
  }
  const lost = old.filter((value) => !next.includes(value))
  const gained = next.filter((value) => !old.includes(value))
  return [
    ...(lost.length > 0 ? [texts.say('check.diff-lost', { part, value: listOf(lost, texts) })] : []),
    ...(gained.length > 0 ? [texts.say('check.diff-gained', { part, value: listOf(gained, texts) })] : []),
    // The same entries in another order or number.
    ...(lost.length + gained.length === 0
      ? [texts.say('check.diff-field', { part, before: listOf(old, texts), after: listOf(next, texts) })]
      : []),
  ]
}

function listOf(values: readonly string[], texts: FormatTexts): string {
  const shown = values.slice(0, maxValues).map((value) => shorten(value.replace(/\s+/g, ' '), maxValueChars))
  const list = shown.join('; ')
  const count = values.length - shown.length
  return count > 0 ? texts.say('check.diff-and-more', { values: list, count }) : list
}

function valuesOf(procedure: Procedure, key: Part, texts: FormatTexts): string[] {
  switch (key) {
    case 'name':
    case 'localCode':
    case 'field':
    case 'issuer':
    case 'executingAgency':
    case 'inCharge':
    case 'url':
    case 'filingPlace':
    case 'dossierSets': {
      const value = procedure[key]
      return value === undefined ? [] : [String(value)]
    }
    case 'sourceDate':
    case 'goneSince': {
      const value = procedure[key]
      return value === undefined ? [] : [displayDate(value)]
    }
    case 'levels': {
      const levels = procedure.levels?.map((level) => texts.say(`check.value.${level}`)) ?? []
      return levels.length > 0 ? [levels.join(', ')] : []
    }
    case 'decision': {
      const { number, date } = procedure.decision ?? {}
      return number === undefined ? [] : [date ? `${number}, ${displayDate(date)}` : number]
    }
    case 'aliases':
    case 'audience':
    case 'steps':
    case 'requirements':
    case 'results':
      return procedure[key] ?? []
    case 'documents':
      return (procedure.documents ?? []).flatMap(({ when, items }) =>
        items.map(({ name, originals, copies, form }) =>
          join([when, name, originals && `${originals}`, copies && `+ ${copies}`, form]),
        ),
      )
    case 'fee':
      return feeValues(procedure.fee, texts)
    case 'methods':
      return methodValues(procedure.methods, texts)
    case 'legalBasis':
      return procedure.legalBasis?.map(({ number, name }) => join([number, name])) ?? []
    case 'local':
      return (procedure.local ?? []).map(({ decision, time, methods, fee, place }) => {
        const values = [time, ...methodValues(methods, texts), ...(fee ? feeValues(fee, texts) : []), place]
        return join([...values, decision.number, displayDate(decision.date), decision.by])
      })
    case 'replaces':
      return procedure.replaces?.map(({ code, name }) => join([code, name])) ?? []
  }
}

function feeValues(fee: Procedure['fee'], texts: FormatTexts): string[] {
  if (fee.kind !== 'stated') return [texts.say(`check.value.${fee.kind}`)]
  return fee.lines.map(({ amountVnd, note }) => {
    const amount = displayAmount(amountVnd)
    return note
      ? texts.say('check.value.amount-note', { amount, note })
      : texts.say('check.value.amount', { amount })
  })
}

function methodValues(methods: Procedure['methods'], texts: FormatTexts): string[] {
  return (
    methods?.map(({ channel, time, note }) => join([texts.say(`check.value.${channel}`), time, note])) ?? []
  )
}

function join(parts: readonly (string | number | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '' && part !== 0).join(', ')
}
