import { fieldName } from '../field-name.ts'
import { looseKey } from '../loose-key.ts'
import { type Section, sections } from '../procedure.ts'

/**
 * Payloads of catalogue buttons. They hold all that is needed to answer, so a tap works in any dialog state and after a
 * restart. Within 64 bytes, the least that our platforms take (Telegram's callback_data).
 */
export type CatalogueChoice =
  /** `p:<code>:<section>[+<section>…]`; `p:<code>:documents.<n>` asks for the papers of the n-th case, 1 first */
  | { kind: 'procedure'; code: string; sections: Section[]; documentCase?: number }
  /** `f::<page>`, page 1 first */
  | { kind: 'fields'; page: number }
  /** `f:<fieldKey>:<page>` */
  | { kind: 'field'; fieldKey: string; page: number }

const maxSections = 4
const maxFieldKeyChars = 48

export function procedureChoice(code: string, asked: readonly Section[]): string {
  const wanted = asked.length === 0 ? ['overview'] : asked.slice(0, maxSections)
  return `p:${code}:${wanted.join('+')}`
}

export function documentCaseChoice(code: string, documentCase: number): string {
  return `p:${code}:documents.${documentCase}`
}

export function fieldsChoice(page: number): string {
  return `f::${page}`
}

export function fieldChoice(field: string, page: number): string {
  return `f:${fieldKey(field)}:${page}`
}

/** "Việc làm" → "viec-lam". */
export function fieldKey(field: string): string {
  return looseKey(fieldName(field)).replaceAll(' ', '-').slice(0, maxFieldKeyChars)
}

/** Undefined for a payload that is not ours or was forged; never throws. */
export function parseCatalogueChoice(choice: string): CatalogueChoice | undefined {
  const papers = /^p:(\d\.\d{6}):documents\.([1-9]\d?)$/.exec(choice)
  if (papers) {
    return { kind: 'procedure', code: papers[1]!, sections: ['documents'], documentCase: Number(papers[2]) }
  }
  const procedure = /^p:(\d\.\d{6}):([a-z-]+(?:\+[a-z-]+){0,3})$/.exec(choice)
  if (procedure) {
    const asked = procedure[2]!.split('+')
    const known = sections.filter((section) => asked.includes(section))
    if (known.length !== asked.length) return undefined
    return {
      kind: 'procedure',
      code: procedure[1]!,
      sections: asked.flatMap((name) => sections.find((section) => section === name) ?? []),
    }
  }
  const field = /^f:([a-z0-9-]{0,48}):([1-9]\d{0,2})$/.exec(choice)
  if (!field) return undefined
  const page = Number(field[2])
  return field[1] === '' ? { kind: 'fields', page } : { kind: 'field', fieldKey: field[1]!, page }
}
