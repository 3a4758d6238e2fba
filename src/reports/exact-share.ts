/**
 * A share in hundredths of a percent, rounded half to even, in whole numbers throughout: what a reader with a calculator
 * gets. Undefined when there is nothing to divide by: no share is not a share of 100.
 */
export function shareOf(part: number, whole: number): number | undefined {
  if (whole === 0) return undefined
  const scaled = part * 10_000
  const down = Math.floor(scaled / whole)
  const rest = (scaled - down * whole) * 2
  return rest > whole || (rest === whole && down % 2 === 1) ? down + 1 : down
}

/** 6667 → "66,67" */
export function wordShare(hundredths: number): string {
  return `${Math.floor(hundredths / 100)},${String(hundredths % 100).padStart(2, '0')}`
}
