import { isInScope, reportScope } from '../../reports/case/access.ts'
import type { ReportSummary } from '../../reports/report.ts'
import { isAbsent, type Officer } from '../officer.ts'
import { keyOfUnit, viewerOf } from './report-desk.ts'

/** An officer to whom a report can be given, and who gets it: the deputy when the officer is absent (features row 73). */
export interface HandlerChoice {
  officer: Officer
  goesTo: Officer
}

/**
 * Handlers who are there or have a deputy who is, who are not concerned, did not handle it before it was reopened, and
 * would see the report once it is theirs.
 */
export function handlerChoices(
  report: ReportSummary,
  officers: readonly Officer[],
  today: string,
): HandlerChoice[] {
  return officers
    .filter((officer) => !officer.disabledAt && officer.roles.includes('handler'))
    .flatMap((officer) => {
      // Absent or not, whom a report is about is not named as the one it could be for.
      if (isConcerned(report, officer)) return []
      const goesTo = presentOne(officer, officers, today)
      return goesTo && canHandle(report, goesTo) ? [{ officer, goesTo }] : []
    })
}

/** The officer, or whoever stands in for them; undefined when the deputies end with nobody, or with each other. */
export function presentOne(
  officer: Officer,
  officers: readonly Officer[],
  today: string,
): Officer | undefined {
  const seen = new Set<string>()
  let one: Officer | undefined = officer
  while (one && !seen.has(one.id)) {
    if (!one.disabledAt && !isAbsent(one, today)) return one
    seen.add(one.id)
    const deputy: string | undefined = one.deputy
    one = officers.find(({ id }) => id === deputy)
  }
  return undefined
}

export function canHandle(report: ReportSummary, officer: Officer): boolean {
  if (officer.disabledAt || !officer.roles.includes('handler')) return false
  if (isConcerned(report, officer) || report.pastHandlers.includes(officer.id)) return false
  const scope = reportScope(viewerOf(officer))
  return (
    scope !== undefined && isInScope({ ...report, assignee: officer.id, unit: keyOfUnit(officer) }, scope)
  )
}

function isConcerned({ concerns }: ReportSummary, officer: Officer): boolean {
  const unit = keyOfUnit(officer)
  return concerns.officers.includes(officer.id) || (unit !== undefined && concerns.units.includes(unit))
}
