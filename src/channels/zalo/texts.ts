import type { TextDeclaration, Texts } from '../../lib/texts.ts'

/** What the Zalo channel itself says; the words stand in `data/texts/zalo.yaml`. */
export const zaloTexts = {
  'zalo.numbered': ['choices'],
  'zalo.numbered-more': ['choices'],
  'zalo.contact-form.title': [],
  'zalo.contact-form.subtitle': [],
} as const satisfies TextDeclaration

export type ZaloTexts = Texts<typeof zaloTexts>
