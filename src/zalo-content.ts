import { parseZaloContent, type ZaloContent } from './channels/zalo/content.ts'
import { type ZaloTexts, zaloTexts } from './channels/zalo/texts.ts'
import { type ZaloDeskTexts, zaloDeskTexts } from './desk/zalo/zalo-desk-texts.ts'
import type { CheckTexts } from './lib/checked-yaml.ts'
import type { Problem } from './lib/problem.ts'
import type { TextDeclaration, Texts } from './lib/texts.ts'
import type { Questionnaire } from './surveys/questionnaire.ts'

/** What an office edits about Zalo: `data/zalo.yaml`, `data/texts/zalo.yaml`. */
export interface ZaloContentFiles {
  settings: ZaloContent
  texts: ZaloTexts
  desk: ZaloDeskTexts
}

export function loadZaloContent(
  read: (name: string) => { name: string; text: string },
  texts: <D extends TextDeclaration>(name: string, declared: D) => Texts<D>,
  checks: CheckTexts,
  inUse?: Questionnaire,
): { kind: 'content'; content: ZaloContentFiles } | { kind: 'problems'; problems: Problem[] } {
  const asked = inUse && {
    questions: inUse.items.map(({ id }) => id),
    levels: Object.values(inUse.scale.levels),
  }
  const parsed = parseZaloContent(read('data/zalo.yaml'), checks, asked)
  if (parsed.kind === 'problems') return parsed
  return {
    kind: 'content',
    content: {
      settings: parsed.content,
      texts: texts('zalo', zaloTexts),
      desk: texts('desk-zalo', zaloDeskTexts),
    },
  }
}
