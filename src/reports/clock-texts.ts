import type { TextDeclaration, Texts } from '../lib/texts.ts'
import { workingDayTexts } from '../lib/working-days/working-day-texts.ts'

/** Everything said about clocks, in `data/texts/clocks.yaml`. */
export const clockTexts = {
  ...workingDayTexts,
  'clock.check.overlap': ['id', 'other', 'clock'],
  'clock.check.same-id': ['id'],
  'clock.check.no-article': ['id'],
  'clock.check.reversed-validity': ['id'],
  'clock.check.days': ['id'],
  'clock.check.shorter': ['id', 'when'],
  'clock.check.step-order': [],
  'clock.role.handler': [],
  'clock.role.unit-head': [],
  'clock.role.leader': [],
  'clock.remind.before': ['title', 'code', 'percent', 'left'],
  'clock.remind.due': ['title', 'code', 'left'],
} as const satisfies TextDeclaration

export type ClockTexts = Texts<typeof clockTexts>
