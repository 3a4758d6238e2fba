import { describe, expect, test } from 'vitest'
import { weekdayOf } from '../../src/lib/working-days/day.ts'
import { setDeadline } from '../../src/reports/deadline.ts'
import { holidayFiles, instant, shippedClocks } from './read-clocks.ts'

/**
 * Due dates worked out by hand with a wall calendar, over the shipped tables of 2025–2027, default rules and default
 * hours (07:30–11:30, 13:30–17:00). T2 = Monday … T7 = Saturday, CN = Sunday.
 * event | clock (and case) | due | why
 */
const table = `
# 2025: the turn of the year, Tết 27–31/01, Giỗ Tổ 07/04, 02/05 swapped for Saturday 26/04, 01–02/09
T5 02/01/2025 09:00 | report.forward | T5 09/01/2025 | a plain week
T4 01/01/2025 10:00 | report.forward | T5 09/01/2025 | sent on a holiday, received on 02/01
T6 17/01/2025 16:00 | report.forward | T6 24/01/2025 | the last week before Tết
T6 17/01/2025 17:01 | report.forward | T2 03/02/2025 | one minute late: the fifth day lies after Tết
T6 24/01/2025 10:00 | office.classify | T3 04/02/2025 | the eve of Tết
T6 24/01/2025 10:00 | office.answer | T6 14/02/2025 | ten days after Tết
CN 26/01/2025 08:00 | office.classify | T4 05/02/2025 | Sunday before Tết counts as 03/02
T4 29/01/2025 08:00 | report.forward | T2 10/02/2025 | mùng 1
T2 20/01/2025 09:00 | denunciation.check | T4 05/02/2025 | seven days around Tết
T2 20/01/2025 09:00 | denunciation.check many-places | T2 10/02/2025 | ten days around Tết
T2 31/03/2025 09:00 | denunciation.forward | T3 08/04/2025 | Giỗ Tổ in between
T6 04/04/2025 17:30 | office.classify | T5 10/04/2025 | after hours before a long weekend
T2 07/04/2025 09:00 | report.forward | T3 15/04/2025 | on Giỗ Tổ
T2 21/04/2025 09:00 | report.forward | T7 26/04/2025 | due on the Saturday that is worked
T3 22/04/2025 09:00 | report.forward | T2 28/04/2025 | the worked Saturday counts
T6 25/04/2025 18:00 | office.classify | T3 29/04/2025 | received on the worked Saturday
T7 26/04/2025 10:00 | office.classify | T3 29/04/2025 | on the worked Saturday
T7 26/04/2025 17:05 | office.classify | T2 05/05/2025 | after hours of the worked Saturday
CN 27/04/2025 09:00 | report.forward | T5 08/05/2025 | the Sunday after it is off
T3 29/04/2025 15:00 | report.forward | T6 09/05/2025 | five days off in a row
T6 02/05/2025 09:00 | office.classify | T4 07/05/2025 | the swapped Friday is off
T7 03/05/2025 09:00 | office.answer | T2 19/05/2025 | an ordinary Saturday
T5 28/08/2025 09:00 | office.classify | T4 03/09/2025 | Quốc khánh has two days
T2 25/08/2025 09:00 | report.forward | T4 03/09/2025 | the fifth day after Quốc khánh
T3 02/09/2025 09:00 | report.forward | T4 10/09/2025 | on 02/09
T6 21/11/2025 09:00 | office.classify | T3 25/11/2025 | 24/11 is worked in 2025
T2 24/11/2025 09:00 | report.forward | T2 01/12/2025 | 24/11/2025 is a day of receipt like any other
T2 22/12/2025 09:00 | reception.reply | T4 07/01/2026 | over the turn of the year, 01–02/01/2026 off
T4 31/12/2025 16:59 | report.forward | T6 09/01/2026 | last minute of the year's last working day
T4 31/12/2025 17:01 | report.forward | T7 10/01/2026 | received on 05/01, due on the worked Saturday

# 2026: 02/01 swapped for Saturday 10/01, Tết 16–20/02, 27/04 in lieu, 31/08 swapped for Saturday 22/08, 24/11
T5 01/01/2026 08:00 | office.classify | T4 07/01/2026 | 01/01, then a swapped Friday
T6 02/01/2026 08:00 | denunciation.check | T3 13/01/2026 | seven days with the worked Saturday 10/01
T7 10/01/2026 09:00 | office.classify | T3 13/01/2026 | on the worked Saturday
T7 17/01/2026 09:00 | office.classify | T4 21/01/2026 | on an ordinary Saturday
T2 09/02/2026 09:00 | report.forward | T2 23/02/2026 | four days before Tết, one after
T6 13/02/2026 17:01 | report.forward | T2 02/03/2026 | after hours on the eve of Tết
T3 17/02/2026 00:05 | office.answer | T2 09/03/2026 | mùng 1, just after midnight
T6 13/02/2026 09:00 | reception.reply | T6 06/03/2026 | ten days after Tết
T5 23/04/2026 09:00 | office.classify | T3 28/04/2026 | Giỗ Tổ on Sunday, Monday in lieu
CN 26/04/2026 09:00 | office.classify | T2 04/05/2026 | Giỗ Tổ, its substitute, 30/04 and 01/05
T2 27/04/2026 10:00 | report.forward | T5 07/05/2026 | on the substitute day
T6 24/04/2026 09:00 | report.forward | T4 06/05/2026 | three days off on the way
T2 17/08/2026 09:00 | report.forward | T7 22/08/2026 | due on the worked Saturday
T6 21/08/2026 18:30 | office.classify | T3 25/08/2026 | received on the worked Saturday
T2 24/08/2026 09:00 | report.forward | T5 03/09/2026 | 29/08–02/09 off
T2 24/08/2026 09:00 | denunciation.check | T2 07/09/2026 | the same with seven days
T2 31/08/2026 09:00 | office.classify | T2 07/09/2026 | on the swapped Monday
T5 19/11/2026 09:00 | report.forward | T6 27/11/2026 | 24/11 in between
T2 23/11/2026 09:00 | office.classify | T5 26/11/2026 | 24/11 does not count
T2 23/11/2026 17:01 | office.classify | T6 27/11/2026 | after hours before 24/11
T3 24/11/2026 10:00 | report.forward | T4 02/12/2026 | on 24/11
T2 16/11/2026 09:00 | reception.reply | T3 01/12/2026 | ten days with 24/11
T3 29/12/2026 09:00 | report.forward | T4 06/01/2027 | over the turn of the year
T5 31/12/2026 09:00 | office.classify | T3 05/01/2027 | 01/01/2027 is a Friday
T5 31/12/2026 17:30 | denunciation.forward | T2 11/01/2027 | after hours on 31/12

# 2027: Tết 04–10/02 (two days in lieu), Giỗ Tổ 16/04, 03/05 in lieu, 02–03/09, 24/11
T6 01/01/2027 09:00 | office.classify | T4 06/01/2027 | on 01/01
T2 01/02/2027 09:00 | report.forward | T2 15/02/2027 | two days before Tết, three after
T4 03/02/2027 09:00 | office.classify | T6 12/02/2027 | the eve of Tết
T4 03/02/2027 17:00 | office.answer | T4 24/02/2027 | the last minute still counts
T5 04/02/2027 09:00 | report.forward | T5 18/02/2027 | the first day of Tết
T4 10/02/2027 09:00 | denunciation.check | T2 22/02/2027 | on a substitute day
T5 15/04/2027 09:00 | office.classify | T3 20/04/2027 | Giỗ Tổ on Friday
T2 26/04/2027 09:00 | report.forward | T4 05/05/2027 | 30/04, and 03/05 in lieu of Saturday 01/05
T7 01/05/2027 09:00 | office.classify | T5 06/05/2027 | on a holiday that is a Saturday
T2 30/08/2027 09:00 | report.forward | T4 08/09/2027 | 02–03/09
T4 01/09/2027 17:30 | office.classify | T4 08/09/2027 | after hours before 02/09
T6 19/11/2027 09:00 | report.forward | T2 29/11/2027 | 24/11 is a Wednesday
T4 24/11/2027 09:00 | denunciation.check | T2 06/12/2027 | on 24/11
T2 13/12/2027 09:00 | office.answer | T2 27/12/2027 | no holiday at Christmas
T6 24/12/2027 09:00 | report.forward | T6 31/12/2027 | the last working day that is known

# Calendar days: 30, 60, 90 from acceptance; 15, 30 for internal reports; the day of the event is never moved
T4 01/10/2025 10:00 | denunciation.solve | T6 31/10/2025 | ends on a working day
T6 05/06/2026 10:00 | denunciation.solve | T2 06/07/2026 | ends on Sunday 05/07
T2 19/01/2026 10:00 | denunciation.solve | T2 23/02/2026 | ends on 18/02, in Tết
T2 02/03/2026 10:00 | denunciation.solve complex | T2 04/05/2026 | sixty days end on 01/05
T2 30/11/2026 10:00 | denunciation.solve very-complex | T2 01/03/2027 | ninety days end on Sunday 28/02
T2 09/11/2026 10:00 | corruption-report.check | T4 25/11/2026 | fifteen days end on 24/11
T2 09/11/2026 10:00 | corruption-report.check complex | T4 09/12/2026 | thirty days
T6 07/08/2026 10:00 | corruption-report.check | T7 22/08/2026 | ends on a worked Saturday and stays
T6 06/11/2026 20:00 | corruption-report.check | T2 23/11/2026 | sent in the evening, counted from that day
`

const rows = table
  .split('\n')
  .filter((line) => line && !line.startsWith('#'))
  .map((line) => line.split('|').map((cell) => cell.trim()) as [string, string, string, string])

const { clocks, calendar } = shippedClocks()

describe('row 40: due dates worked out by hand', () => {
  test('are at least sixty, over three years', () => {
    expect(rows.length).toBeGreaterThanOrEqual(60)
    for (const year of ['2025', '2026', '2027']) {
      expect(rows.filter(([event]) => event.includes(`/${year}`)).length).toBeGreaterThanOrEqual(15)
    }
  })

  test.each(rows)('%s | %s → %s (%s)', (event, clockAndCase, due) => {
    const [clock, when] = clockAndCase.split(' ') as [string, string?]
    const at = instant(event.slice(3))
    expect(weekdayLabel(isoDay(event.slice(3, 13)))).toBe(event.slice(0, 2))
    const set = setDeadline(clocks.rules, calendar, { clock, at, ...(when ? { when } : {}) })
    expect(set.kind).toBe('deadline')
    if (set.kind !== 'deadline') return
    const { dueDay, dueAt } = set.deadline
    expect(`${weekdayLabel(dueDay)} ${dueDay.split('-').reverse().join('/')}`).toBe(due)
    expect(dueAt).toEqual(instant(`${due.slice(3)} 17:00`))
  })

  test('beyond the last table there is no date, but the year that is missing', () => {
    const at = instant('27/12/2027 09:00')
    expect(setDeadline(clocks.rules, calendar, { clock: 'report.forward', at })).toEqual({
      kind: 'no-calendar',
      year: 2028,
    })
    expect(setDeadline(clocks.rules, calendar, { clock: 'denunciation.solve', at })).toEqual({
      kind: 'no-calendar',
      year: 2028,
    })
  })

  test('before the first table too, and for a gap in the middle', () => {
    const early = { clock: 'report.forward', at: instant('31/12/2024 09:00') }
    expect(setDeadline(clocks.rules, calendar, early)).toEqual({ kind: 'no-calendar', year: 2024 })
    const withGap = shippedClocks(
      [],
      holidayFiles.filter(({ name }) => !name.includes('2026')),
    )
    const over = { clock: 'office.answer', at: instant('29/12/2025 09:00') }
    expect(setDeadline(clocks.rules, withGap.calendar, over)).toEqual({ kind: 'no-calendar', year: 2026 })
  })
})

function isoDay(day: string): string {
  return day.split('/').reverse().join('-')
}

function weekdayLabel(day: string): string {
  return ['', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'CN'][weekdayOf(day)]!
}
