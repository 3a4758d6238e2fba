import { fieldName } from '../field-name.ts'
import type { Procedure, Section } from '../procedure.ts'
import type { AnswerCard, CardButton } from './answer-card.ts'
import type { AnswerTexts } from './answer-texts.ts'
import { fieldChoice, fieldKey, fieldsChoice, procedureChoice } from './choice-payload.ts'
import { displayName, maxLabelChars, shorten } from './display.ts'

/** Official names run to 1,192 characters; the answer itself shows the whole name. */
const maxNameChars = 220
const fieldsPerPage = 8
const proceduresPerPage = 6

/** "Which of these do you mean?" A tap answers the sections that were asked. */
export function choicesCard(
  procedures: readonly Procedure[],
  asked: readonly Section[],
  texts: AnswerTexts,
): AnswerCard {
  const list = numbered(procedures, asked, 1, texts)
  const intro = texts.say('answer.choices.intro', { count: procedures.length })
  return { text: [intro, ...list.lines].join('\n'), buttons: list.buttons }
}

/** Browsing, first step: the fields (lĩnh vực) of the catalogue, the fullest first. */
export function fieldsCard(procedures: readonly Procedure[], page: number, texts: AnswerTexts): AnswerCard {
  const fields = [...byField(procedures).values()].map(({ field }) => field)
  const shown = pageOf(fields, page, fieldsPerPage)
  return {
    text: [texts.say('answer.fields.intro'), ...pageLine(shown, texts)].join('\n'),
    buttons: [
      ...shown.items.map((field) => ({
        label: shorten(field, maxLabelChars),
        choice: fieldChoice(field, 1),
      })),
      ...pageButtons(shown, fieldsChoice, texts),
    ],
  }
}

/** Browsing, second step: the procedures of one field; a field that is gone leads back to the list. */
export function proceduresOfFieldCard(
  procedures: readonly Procedure[],
  key: string,
  page: number,
  texts: AnswerTexts,
): AnswerCard {
  const found = byField(procedures).get(key)
  if (!found) {
    const fields = fieldsCard(procedures, 1, texts)
    return { ...fields, text: `${texts.say('answer.field.gone')}\n${fields.text}` }
  }
  const { field, procedures: ofField } = found
  const shown = pageOf(ofField, page, proceduresPerPage)
  const list = numbered(shown.items, [], shown.first + 1, texts)
  const intro = texts.say('answer.field.intro', { field, count: ofField.length })
  return {
    text: [intro, ...list.lines, ...pageLine(shown, texts)].join('\n'),
    buttons: [...list.buttons, ...pageButtons(shown, (next) => fieldChoice(field, next), texts)],
  }
}

interface FieldGroup {
  field: string
  procedures: Procedure[]
}

/** A catalogue in use never changes, so its fields are counted once. */
const groupsOf = new WeakMap<readonly Procedure[], ReadonlyMap<string, FieldGroup>>()

/** By key, the fullest field first. */
function byField(procedures: readonly Procedure[]): ReadonlyMap<string, FieldGroup> {
  const known = groupsOf.get(procedures)
  if (known) return known
  const groups = new Map<string, FieldGroup>()
  for (const procedure of procedures) {
    const key = fieldKey(procedure.field)
    const group = groups.get(key)
    if (group) group.procedures.push(procedure)
    else groups.set(key, { field: fieldName(procedure.field), procedures: [procedure] })
  }
  const sorted = new Map(
    [...groups].sort(
      ([, a], [, b]) => b.procedures.length - a.procedures.length || (a.field < b.field ? -1 : 1),
    ),
  )
  groupsOf.set(procedures, sorted)
  return sorted
}

function numbered(
  procedures: readonly Procedure[],
  asked: readonly Section[],
  firstNumber: number,
  texts: AnswerTexts,
): { lines: string[]; buttons: CardButton[] } {
  const properNames = texts.say('answer.proper-names').split(/,\s*/)
  const names = procedures.map((procedure) => {
    return shorten(displayName(procedure.name, properNames), maxNameChars)
  })
  const rows = procedures.map((procedure, index) => {
    const number = firstNumber + index
    const name = names[index]!
    const isTwin = names.filter((other) => other === name).length > 1
    const line =
      isTwin && procedure.issuer
        ? texts.say('answer.choices.item-issuer', { number, name, issuer: procedure.issuer })
        : texts.say('answer.choices.item', { number, name })
    const label = texts.say('answer.choices.button', { number, name: shorten(name, maxLabelChars) })
    return { line, button: { label, choice: procedureChoice(procedure.code, asked) } }
  })
  return { lines: rows.map((row) => row.line), buttons: rows.map((row) => row.button) }
}

interface Page<T> {
  items: T[]
  /** Index of the first item in the whole list. */
  first: number
  page: number
  pages: number
}

/** A page number out of range shows the nearest page: buttons live longer than lists. */
function pageOf<T>(all: readonly T[], page: number, size: number): Page<T> {
  const pages = Math.max(1, Math.ceil(all.length / size))
  const current = Math.min(Math.max(1, page), pages)
  const first = (current - 1) * size
  return { items: all.slice(first, first + size), first, page: current, pages }
}

function pageLine({ page, pages }: Page<unknown>, texts: AnswerTexts): string[] {
  return pages > 1 ? [texts.say('answer.fields.page', { page, pages })] : []
}

function pageButtons(
  { page, pages }: Page<unknown>,
  choice: (page: number) => string,
  texts: AnswerTexts,
): CardButton[] {
  return [
    ...(page < pages ? [{ label: texts.say('answer.page.next'), choice: choice(page + 1) }] : []),
    ...(page > 1 ? [{ label: texts.say('answer.page.previous'), choice: choice(page - 1) }] : []),
  ]
}
