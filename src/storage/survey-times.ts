const hourMs = 3_600_000

/** Exact times tell who it was; the hour is enough for every figure. */
export function cutToHour(at: Date): Date {
  return new Date(Math.floor(at.getTime() / hourMs) * hourMs)
}

/** The end of the hour: where a time must not be taken for an earlier one. */
export function endOfHour(at: Date): Date {
  return new Date(Math.ceil(at.getTime() / hourMs) * hourMs)
}
