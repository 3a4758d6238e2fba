import { fieldName } from '../field-name.ts'
import type { Procedure } from '../procedure.ts'
import type { AnswerContext } from './answer-card.ts'
import { listItem, shorten } from './display.ts'
import { feeInShort } from './fee-text.ts'
import { channelsInShort, timesInShort } from './method-text.ts'
import { bodyInCharge } from './place-text.ts'

/** Key facts in at most eight lines; what the record lacks is left out, except the fee, which people must not guess. */
export function overviewText(procedure: Procedure, context: AnswerContext): string {
  const { texts } = context
  const lines: string[] = []
  const add = (label: string, text: string | undefined) => {
    if (text) lines.push(texts.say('answer.bullet', { text: texts.say('answer.labelled', { label, text }) }))
  }
  const first = (items: readonly string[] | undefined, maxChars: number) =>
    items?.[0] === undefined ? undefined : shorten(listItem(firstLine(items[0])), maxChars)

  add(texts.say('answer.overview.audience'), shorten(procedure.audience?.join(', ') ?? '', 120))
  add(texts.say('answer.title.documents'), papersInShort(procedure, context))
  add(texts.say('answer.title.time'), timesInShort(procedure))
  const hasDetail = lines.length > 0 || procedure.fee.kind !== 'unknown'
  if (hasDetail) add(texts.say('answer.title.fee'), feeInShort(procedure, texts))
  add(texts.say('answer.title.place'), shorten(procedure.filingPlace ?? '', 200))
  add(texts.say('answer.title.method'), channelsInShort(procedure, texts))
  add(texts.say('answer.title.result'), first(procedure.results, 140))
  add(texts.say('answer.overview.in-charge'), bodyInCharge(procedure, context))
  if (hasDetail || lines.length > 1) return lines.join('\n')

  add(texts.say('answer.overview.issuer'), procedure.issuer)
  add(texts.say('answer.overview.field'), fieldName(procedure.field))
  return [...lines, texts.say('answer.only-listed')].join('\n')
}

function papersInShort({ documents }: Procedure, { texts }: AnswerContext): string | undefined {
  if (!documents) return undefined
  const items = documents[0]!.items
  const names = items.slice(0, 3).map((item) => shorten(listItem(firstLine(item.name)), 70))
  const isMore = items.length > names.length || documents.length > 1
  const cases = documents.length > 1 ? ` (${texts.say('answer.overview.cases')})` : ''
  return names.join('; ') + (isMore ? '; …' : '') + cases
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!
}
