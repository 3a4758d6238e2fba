import type { TextDeclaration } from './texts.ts'

/** What checkers of edited YAML files say, in `data/texts/checks.yaml`. */
export const checkTexts = {
  'check.not-yaml': ['reason'],
  'check.missing': ['key'],
  'check.unknown-key': ['key'],
  'check.wrong-type': ['key', 'expected'],
  'check.wrong-choice': ['key', 'choices'],
  'check.wrong-format': ['key'],
  'check.wrong-code': ['key'],
  'check.wrong-url': ['key'],
  'check.wrong-date': ['key'],
  'check.empty': ['key'],
  'check.wrong': ['key'],
  'check.type.string': [],
  'check.type.number': [],
  'check.type.boolean': [],
  'check.type.array': [],
  'check.type.object': [],
} as const satisfies TextDeclaration
