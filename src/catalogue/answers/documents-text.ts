import type { Procedure } from '../procedure.ts'
import type { AnswerTexts } from './answer-texts.ts'
import { listItem } from './display.ts'

type DocumentGroup = NonNullable<Procedure['documents']>[number]
type DocumentItem = DocumentGroup['items'][number]

/** A phone shows about 500 characters at a time; past this a list of cases is no answer to "which papers?". */
const maxWholeChars = 8_000

/**
 * Every paper of the record. When there are several cases, the papers that all of them need are said once, before the
 * cases. What is still too long to read (the work permit has fourteen cases, 55,000 characters in the national record)
 * is asked for case by case: see `documentCases`.
 */
export function documentsText(procedure: Procedure, texts: AnswerTexts): string | undefined {
  const whole = wholeText(procedure, texts)
  if (whole === undefined || documentCases(procedure, texts).length === 0) return whole
  const { general, cases } = splitGroups(procedure)
  return [
    texts.say('answer.documents.by-case'),
    ...(general.length > 0
      ? [[texts.say('answer.documents.general'), ...bullets(formFirst(general), texts)].join('\n')]
      : []),
    [
      texts.say('answer.documents.which-case'),
      ...cases.map((group) => texts.say('answer.bullet', { text: listItem(group.when!) })),
    ].join('\n'),
  ].join('\n\n')
}

/** The cases that a person has to choose from, in order; none when the whole list can be read at once. */
export function documentCases(procedure: Procedure, texts: AnswerTexts): string[] {
  const { cases } = splitGroups(procedure)
  if (cases.length < 2 || (wholeText(procedure, texts)?.length ?? 0) <= maxWholeChars) return []
  return cases.map((group) => listItem(group.when!))
}

/** The papers of one case, 1 first; undefined when there is no such case (any more). */
export function documentCaseText(
  procedure: Procedure,
  documentCase: number,
  texts: AnswerTexts,
): string | undefined {
  const group = splitGroups(procedure).cases[documentCase - 1]
  if (!group) return undefined
  const when = listItem(group.when!)
  return [texts.say('answer.documents.case', { when }), ...bullets(formFirst(group.items), texts)].join('\n')
}

function splitGroups({ documents = [] }: Procedure): { general: DocumentItem[]; cases: DocumentGroup[] } {
  return {
    general: documents.filter((group) => group.when === undefined).flatMap((group) => group.items),
    cases: documents.filter((group) => group.when !== undefined),
  }
}

function wholeText(procedure: Procedure, texts: AnswerTexts): string | undefined {
  if (!procedure.documents) return undefined
  const sets =
    procedure.dossierSets === undefined
      ? []
      : [texts.say('answer.documents.sets', { count: procedure.dossierSets })]
  const { general, cases } = splitGroups(procedure)
  if (cases.length === 0) return [...bullets(formFirst(general), texts), ...sets].join('\n')

  const common = cases.length > 1 ? papersOfEveryCase(cases, texts) : []
  const commonBullets = new Set(bullets(common, texts))
  const blocks = [
    general.length > 0 ? [texts.say('answer.documents.general'), ...bullets(formFirst(general), texts)] : [],
    commonBullets.size > 0 ? [texts.say('answer.documents.every-case'), ...commonBullets] : [],
    ...cases.map((group) => {
      const when = listItem(group.when!)
      const own = bullets(formFirst(group.items), texts).filter((line) => !commonBullets.has(line))
      if (own.length === 0) return [texts.say('answer.documents.case-common-only', { when })]
      return [texts.say('answer.documents.case', { when }), ...own]
    }),
  ].filter((block) => block.length > 0)
  const intro = cases.length > 1 ? [texts.say('answer.documents.by-case')] : []
  return [...intro, ...sets, ...blocks.map((block) => block.join('\n'))].join('\n\n')
}

function papersOfEveryCase(cases: readonly DocumentGroup[], texts: AnswerTexts): DocumentItem[] {
  const [first, ...others] = cases.map((group) => {
    return new Map(group.items.map((item) => [bullet(item, texts), item]))
  })
  const shared = [...first!].filter(([line]) => others.every((other) => other.has(line)))
  return formFirst(shared.map(([, item]) => item))
}

/** The source lists papers in any order, often with the application form last. */
function formFirst(items: readonly DocumentItem[]): DocumentItem[] {
  return [...items].sort((a, b) => Number(b.form !== undefined) - Number(a.form !== undefined))
}

function bullets(items: readonly DocumentItem[], texts: AnswerTexts): string[] {
  return items.map((item) => bullet(item, texts))
}

function bullet(item: DocumentItem, texts: AnswerTexts): string {
  const name = listItem(item.name)
  const details = [
    ...(item.originals ? [texts.say('answer.documents.originals', { count: item.originals })] : []),
    ...(item.copies ? [texts.say('answer.documents.copies', { count: item.copies })] : []),
    ...(item.form && !name.includes(item.form)
      ? [texts.say('answer.documents.form', { form: item.form })]
      : []),
  ]
  return texts.say('answer.bullet', { text: details.length > 0 ? `${name} (${details.join('; ')})` : name })
}
