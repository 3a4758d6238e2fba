import type { OfficeHours } from '../lib/working-days/holiday-calendar.ts'
import type { ClockRule, ClockSettings } from './clock-settings.ts'

/**
 * The version of a rule in force on a day.
 *
 * @param clock what is timed, such as `report.forward`
 * @param day "2026-11-23", the day of the event
 */
export function ruleOn(rules: readonly ClockRule[], clock: string, day: string): ClockRule | undefined {
  return rules.find((rule) => rule.clock === clock && isInForce(rule, day))
}

/** Every rule that an event on that day sets going. */
export function rulesStartedBy(
  rules: readonly ClockRule[],
  event: ClockRule['event'],
  day: string,
): ClockRule[] {
  return rules.filter((rule) => rule.event === event && isInForce(rule, day))
}

/** The hours that the office has published in `data/agency.yaml`, else the default ones of `data/clocks.yaml`. */
export function officeHoursOf(
  published: readonly OfficeHours[],
  settings: Pick<ClockSettings, 'officeHours'>,
): readonly OfficeHours[] {
  return published.length > 0 ? published : settings.officeHours
}

function isInForce({ validFrom, validTo }: ClockRule, day: string): boolean {
  return (validFrom ?? '') <= day && day <= (validTo ?? '9999')
}
