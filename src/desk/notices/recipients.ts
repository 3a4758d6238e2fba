import { isInScope, reportScope, unitKey } from '../../reports/case/access.ts'
import type { ReminderRole } from '../../reports/clock-settings.ts'
import type { ReportSummary } from '../../reports/report.ts'
import type { Officer } from '../officer.ts'
import { presentOne } from '../reports/choose-handler.ts'
import { viewerOf } from '../reports/report-desk.ts'

/** Whom of the officers something about a report is told. */
export type Audience = ReminderRole | 'intake'

/**
 * The officers for an audience, none of whom the report is about and all of whom may open its queue. Who is absent or
 * disabled is replaced by the deputy; nobody owns nothing: without a handler who can act it is intake's, without a head
 * of the unit the leaders', and what no leader may see is intake's again.
 */
export function recipientsOf(
  report: ReportSummary,
  audience: readonly Audience[],
  officers: readonly Officer[],
  today: string,
): Officer[] {
  const byId = new Map(officers.map((officer) => [officer.id, officer]))
  const found = new Map<string, Officer>()
  for (const one of audience) for (const officer of foundFor(one)) found.set(officer.id, officer)
  return [...found.values()]

  function foundFor(one: Audience): Officer[] {
    switch (one) {
      case 'handler': {
        const handler = report.assignee === undefined ? undefined : byId.get(report.assignee)
        return firstOf(handler ? [handler] : [], intake)
      }
      case 'unit-head': {
        const { unit } = report
        const heads = unit === undefined ? [] : leaders().filter((officer) => isOfUnit(officer, unit))
        return firstOf(heads, officeLeaders, leaders, intake)
      }
      case 'leader':
        return firstOf(officeLeaders(), leaders, intake)
      case 'intake':
        return firstOf(intake())
    }
  }

  /** Those of the first group in which somebody can be told; else whoever is absent but may see it. */
  function firstOf(group: readonly Officer[], ...others: (() => readonly Officer[])[]): Officer[] {
    const groups = [() => group, ...others]
    for (const next of groups) {
      const present = next().flatMap((officer) => presentFor(officer) ?? [])
      if (present.length > 0) return present
    }
    for (const next of groups) {
      const absent = next().filter((officer) => !officer.disabledAt && maySee(officer, report))
      if (absent.length > 0) return absent
    }
    return []
  }

  function presentFor(officer: Officer): Officer | undefined {
    const present = presentOne(officer, officers, today)
    return present && maySee(present, report) ? present : undefined
  }

  function intake(): Officer[] {
    return officers.filter(({ roles }) => roles.includes('intake'))
  }
  function leaders(): Officer[] {
    return officers.filter(({ roles }) => roles.includes('leader'))
  }
  /** Of the whole office, not of one unit. */
  function officeLeaders(): Officer[] {
    return leaders().filter(({ unit }) => unit === undefined)
  }
}

/**
 * Whether a notice of a report may reach an officer: its queue is open to them and it is not about them. That it is
 * theirs to handle is not asked, since a deputy does another's work.
 */
export function maySee(officer: Officer, report: ReportSummary): boolean {
  const scope = reportScope(viewerOf(officer))
  if (!scope) return false
  const { only: _only, ...wide } = scope
  return isInScope(report, wide)
}

const isOfUnit = ({ unit }: Officer, wanted: string): boolean =>
  unit !== undefined && unitKey(unit) === unitKey(wanted)
