import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Audience, recipientsOf } from '../../../src/desk/notices/recipients.ts'
import { type Officer, roles } from '../../../src/desk/officer.ts'
import { reportQueues } from '../../../src/reports/report.ts'
import { madeOfficer } from '../../support/made-officer.ts'
import { madeReport } from '../../support/made-report.ts'

const today = '2026-11-23'
const idsOf = (officers: readonly Officer[]) => officers.map(({ id }) => id).sort()
const unit = 'Phòng Việc làm'

const intake = madeOfficer('intake', ['intake'])
const intakeR = madeOfficer('intake-r', ['intake'], { mayOpenRestricted: true })
const handler = madeOfficer('handler', ['handler'], { unit })
const deputy = madeOfficer('deputy', ['handler'], { unit: 'Phòng Người có công' })
const head = madeOfficer('head', ['leader', 'handler'], { unit })
const leader = madeOfficer('leader', ['leader'])
const admin = madeOfficer('admin', ['admin'])
const auditor = madeOfficer('auditor', ['auditor'], { mayOpenRestricted: true })
const office = [intake, intakeR, handler, deputy, head, leader, admin, auditor]
const assigned = { state: 'assigned', assignee: 'handler', unit: 'phòng việc làm' } as const

describe('whom something about a report is told', () => {
  it.each([
    ['handler', {}, ['handler']],
    ['unit-head', {}, ['head']],
    ['leader', {}, ['leader']],
    ['intake', {}, ['intake', 'intake-r']],
    ['handler', { assignee: undefined, unit: undefined }, ['intake', 'intake-r']],
    ['unit-head', { assignee: undefined, unit: undefined }, ['leader']],
    ['unit-head', { unit: 'phòng người có công' }, ['leader']],
    // The handler may not open what became restricted; nor may the leaders of this office.
    ['handler', { queue: 'restricted' }, ['intake-r']],
    ['leader', { queue: 'restricted' }, ['intake-r']],
    ['intake', { queue: 'outside' }, ['intake-r']],
    // About the unit: neither the handler of it nor its head.
    ['handler', { concerns: { officers: [], units: ['phòng việc làm'] } }, ['intake', 'intake-r']],
    ['unit-head', { concerns: { officers: [], units: ['phòng việc làm'] } }, ['leader']],
    ['leader', { concerns: { officers: ['leader'], units: [] } }, ['head']],
  ] as const)('%s of a report %j: %j', (audience, given, expected) => {
    const report = madeReport({ ...assigned, ...(given as object) })
    expect(idsOf(recipientsOf(report, [audience], office, today))).toEqual(expected)
  })

  it('the deputy of who is absent, also of another unit; who else when there is none (feature 73)', () => {
    const report = madeReport(assigned)
    const away = { ...handler, absentUntil: today, deputy: 'deputy' }
    const told = (officers: Officer[]) => idsOf(recipientsOf(report, ['handler'], officers, today))
    expect(told([intake, away, deputy])).toEqual(['deputy'])
    expect(told([intake, { ...away, absentUntil: '2026-11-22' }, deputy])).toEqual(['handler'])
    expect(told([intake, { ...handler, disabledAt: new Date(), deputy: 'deputy' }, deputy])).toEqual([
      'deputy',
    ])
    // The deputy is away too, and stands in for the other one: intake gives the work to somebody.
    expect(told([intake, away, { ...deputy, absentUntil: today, deputy: 'handler' }])).toEqual(['intake'])
    // The report is about the deputy.
    const concerned = madeReport({ ...assigned, concerns: { officers: ['deputy'], units: [] } })
    expect(idsOf(recipientsOf(concerned, ['handler'], [intake, away, deputy], today))).toEqual(['intake'])
    // Everybody is away: better told on the first day back than nobody.
    expect(told([{ ...intake, absentUntil: today }, away])).toEqual(['handler'])
  })

  it('never somebody whom the report is about, who may not open its queue, or who is disabled (feature 44)', () => {
    const units = ['Phòng A', 'phòng  B', undefined]
    const officers = fc
      .array(
        fc.record({
          roles: fc.subarray([...roles], { minLength: 1 }),
          unit: fc.constantFrom(...units),
          mayOpenRestricted: fc.boolean(),
          isAbsent: fc.boolean(),
          isDisabled: fc.boolean(),
          deputy: fc.integer({ min: 0, max: 7 }),
        }),
        { minLength: 1, maxLength: 8 },
      )
      .map((list) =>
        list.map(({ unit, isAbsent, isDisabled, deputy, ...given }, index) =>
          madeOfficer(`o${index}`, given.roles, {
            mayOpenRestricted: given.mayOpenRestricted,
            deputy: `o${deputy}`,
            ...(unit === undefined ? {} : { unit }),
            ...(isAbsent ? { absentUntil: today } : {}),
            ...(isDisabled ? { disabledAt: new Date('2026-01-06T02:00:00Z') } : {}),
          }),
        ),
      )
    const audiences = fc.subarray<Audience>(['handler', 'unit-head', 'leader', 'intake'], { minLength: 1 })
    const ids = ['o0', 'o1', 'o2', 'o3', 'o4']
    fc.assert(
      fc.property(
        officers,
        audiences,
        fc.constantFrom(...reportQueues),
        fc.subarray(ids),
        fc.subarray(['phòng a', 'phòng b']),
        fc.option(fc.constantFrom(...ids), { nil: undefined }),
        (list, audience, queue, about, aboutUnits, assignee) => {
          const report = madeReport({
            queue,
            concerns: { officers: about, units: aboutUnits },
            state: 'assigned',
            ...(assignee === undefined ? {} : { assignee, unit: 'phòng a' }),
          })
          const found = recipientsOf(report, audience, list, today)
          expect(new Set(found.map(({ id }) => id)).size).toBe(found.length)
          for (const officer of found) {
            const key = officer.unit?.toLowerCase().replace(/\s+/g, ' ')
            expect(about).not.toContain(officer.id)
            expect(aboutUnits).not.toContain(key)
            expect(officer.disabledAt).toBeUndefined()
            if (queue !== 'general') expect(officer.mayOpenRestricted).toBe(true)
            if (queue === 'outside') expect(officer.roles).not.toContain('leader')
            expect(officer.roles.some((role) => role !== 'admin' && role !== 'auditor')).toBe(true)
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
