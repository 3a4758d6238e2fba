/** "2026-11-23" → "23/11/2026". */
export function vietnameseDay(day: string): string {
  return day.split('-').reverse().join('/')
}
