/** 97.5 % point of the normal distribution. */
const z = 1.959963984540054

/**
 * The 95 % interval that Wilson's score test gives for a share (Wilson 1927). Unlike ± it never leaves 0–1, is lopsided
 * near the ends, and is not empty when everybody says the same.
 *
 * @param n may be a fraction: an effective sample size
 */
export function wilson(share: number, n: number): { low: number; high: number } {
  const denominator = 1 + (z * z) / n
  const centre = (share + (z * z) / (2 * n)) / denominator
  const half = (z / denominator) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))
  return {
    low: Math.max(0, Math.min(share, centre - half)),
    high: Math.min(1, Math.max(share, centre + half)),
  }
}

/**
 * How many independent yes-no answers would be as uncertain as this estimate: share × (1 − share) ÷ variance, cut for
 * few forms as Korn and Graubard (1998) do, because the variance itself is then a guess.
 */
export function effectiveSize(share: number, variance: number, forms: number): number {
  const cut = z / studentQuantile(forms - 1)
  return ((share * (1 - share)) / variance) * cut * cut
}

/**
 * How many people may hold an opinion that none of n has voiced: the upper end of Wilson's interval for 0 of n. A mean of
 * levels must allow for it, for a rare worst answer moves the mean far and a sample without one looks too sure of itself.
 */
export function unseenShare(n: number): number {
  return (z * z) / (n + z * z)
}

/** 97.5 % points of Student's distribution; between rows the row before, which is wider. */
const studentRows: readonly (readonly [degrees: number, quantile: number])[] = [
  [1, 12.7062],
  [2, 4.30265],
  [3, 3.18245],
  [4, 2.77645],
  [5, 2.57058],
  [6, 2.44691],
  [7, 2.36462],
  [8, 2.306],
  [9, 2.26216],
  [10, 2.22814],
  [12, 2.17881],
  [14, 2.14479],
  [16, 2.11991],
  [18, 2.10092],
  [20, 2.08596],
  [25, 2.05954],
  [30, 2.04227],
  [40, 2.02108],
  [60, 2.0003],
  [120, 1.97993],
  [240, 1.9699],
  [500, 1.96472],
  [1000, 1.96234],
]

function studentQuantile(degrees: number): number {
  let quantile = studentRows[0]![1]
  for (const [from, value] of studentRows) if (degrees >= from) quantile = value
  return quantile
}
