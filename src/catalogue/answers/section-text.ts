import type { Procedure, Section } from '../procedure.ts'
import type { AnswerContext } from './answer-card.ts'
import type { AnswerTexts } from './answer-texts.ts'
import { listItem } from './display.ts'
import { documentsText } from './documents-text.ts'
import { feeText } from './fee-text.ts'
import { methodText, timesInShort, timeText } from './method-text.ts'
import { overviewText } from './overview-text.ts'
import { placeText } from './place-text.ts'

/** The words of one section, from the record alone; undefined when the record lacks it. */
export function sectionText(
  procedure: Procedure,
  section: Section,
  context: AnswerContext,
): string | undefined {
  const { texts } = context
  switch (section) {
    case 'overview':
      return overviewText(procedure, context)
    case 'documents':
      return documentsText(procedure, texts)
    case 'fee':
      return feeText(procedure, context)
    case 'time':
      return timeText(procedure, texts)
    case 'place':
      return placeText(procedure, context)
    case 'method':
      return methodText(procedure, texts)
    case 'steps':
      return bulletList(procedure.steps, texts)
    case 'form':
      return formsText(procedure, texts)
    case 'requirements':
      return bulletList(procedure.requirements, texts)
    case 'result':
      return bulletList(procedure.results, texts)
    case 'legal-basis':
      return bulletList(procedure.legalBasis?.map(legalLine), texts)
  }
}

/** Whether the record has facts for a section; its button is offered only then. */
export function hasSection(procedure: Procedure, section: Section): boolean {
  switch (section) {
    case 'overview':
      return true
    case 'documents':
      return procedure.documents !== undefined
    case 'fee':
      return procedure.fee.kind !== 'unknown'
    case 'time':
      return timesInShort(procedure) !== undefined
    case 'place':
      return procedure.filingPlace !== undefined || procedure.inCharge !== undefined
    case 'method':
      return procedure.methods !== undefined
    case 'steps':
      return procedure.steps !== undefined
    case 'form':
      return procedure.documents?.some((group) => group.items.some((item) => item.form)) ?? false
    case 'requirements':
      return procedure.requirements !== undefined
    case 'result':
      return procedure.results !== undefined
    case 'legal-basis':
      return procedure.legalBasis !== undefined
  }
}

function bulletList(items: readonly string[] | undefined, texts: AnswerTexts): string | undefined {
  const lines = items?.map((item) => listItem(item)).filter((item) => item !== '') ?? []
  return lines.length === 0 ? undefined : lines.map((text) => texts.say('answer.bullet', { text })).join('\n')
}

function formsText(procedure: Procedure, texts: AnswerTexts): string | undefined {
  const items = procedure.documents?.flatMap((group) => group.items) ?? []
  const lines = items.flatMap((item) => {
    if (!item.form) return []
    const document = listItem(item.name)
    const text = document.includes(item.form)
      ? document
      : texts.say('answer.form.line', { form: item.form, document })
    return [texts.say('answer.bullet', { text })]
  })
  if (lines.length === 0) return undefined
  return [...new Set(lines), ...(procedure.url ? [texts.say('answer.form.where')] : [])].join('\n')
}

function legalLine({ number, name }: NonNullable<Procedure['legalBasis']>[number]): string {
  if (!number || !name) return number ?? name ?? ''
  return name.includes(number) ? name : `${number} – ${name}`
}
