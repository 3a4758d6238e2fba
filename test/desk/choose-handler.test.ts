import { describe, expect, it } from 'vitest'
import type { Officer } from '../../src/desk/officer.ts'
import { handlerChoices, presentOne } from '../../src/desk/reports/choose-handler.ts'
import { isOrphan } from '../../src/desk/reports/orphan-reports.ts'
import { instant } from '../reports/read-clocks.ts'
import { madeReport } from '../support/made-report.ts'

const today = '2026-11-23'

function officer(id: string, given: Partial<Officer> = {}): Officer {
  return {
    id,
    username: id,
    name: id,
    roles: ['handler'],
    mayOpenRestricted: false,
    createdAt: instant('01/11/2026 08:00'),
    hasSecondStep: true,
    mustChangePassword: false,
    ...given,
  }
}
const names = (report: Parameters<typeof handlerChoices>[0], officers: Officer[]) =>
  handlerChoices(report, officers, today).map(({ officer: { id }, goesTo }) => `${id}→${goesTo.id}`)

describe('who can be given a report', () => {
  it('is a handler who is not disabled, not concerned, did not have it before, and would see it', () => {
    const officers = [
      officer('free'),
      officer('intake', { roles: ['intake'] }),
      officer('disabled', { disabledAt: instant('01/11/2026 08:00') }),
      officer('named'),
      officer('colleague', { unit: 'Phòng  KHÁC' }),
      officer('before'),
      officer('restricted', { mayOpenRestricted: true }),
      officer('leader', { roles: ['leader', 'handler'], mayOpenRestricted: true }),
    ]
    const given = { concerns: { officers: ['named'], units: ['phòng khác'] }, pastHandlers: ['before'] }
    expect(names(madeReport(given), officers)).toEqual([
      'free→free',
      'restricted→restricted',
      'leader→leader',
    ])
    expect(names(madeReport({ ...given, queue: 'restricted' }), officers)).toEqual([
      'restricted→restricted',
      'leader→leader',
    ])
    expect(names(madeReport({ ...given, queue: 'outside' }), officers)).toEqual(['restricted→restricted'])
  })

  it('is the deputy of who is absent, and nobody when deputies end or go round in a circle', () => {
    const away = { absentUntil: '2026-11-23' }
    const officers = [
      officer('a', { ...away, deputy: 'b' }),
      officer('b', { ...away, deputy: 'c' }),
      officer('c'),
      officer('d', { ...away, deputy: 'e' }),
      officer('e', { ...away, deputy: 'd' }),
      officer('f', { ...away, deputy: 'gone' }),
      officer('g', { ...away, deputy: 'h' }),
      officer('h', { disabledAt: instant('01/11/2026 08:00'), deputy: 'c' }),
      officer('back', { absentUntil: '2026-11-22' }),
    ]
    expect(names(madeReport(), officers)).toEqual(['a→c', 'b→c', 'c→c', 'g→c', 'back→back'])
    expect(presentOne(officers[3]!, officers, today)).toBeUndefined()
    // The deputy is as little concerned as the handler would have to be.
    expect(names(madeReport({ concerns: { officers: ['c'], units: [] } }), officers)).toEqual(['back→back'])
  })
})

describe('a report that nobody can move on (feature 73)', () => {
  const intake = officer('intake', { roles: ['intake'] })
  const handler = officer('handler')

  it('is one without an active officer who may see it and work on it', () => {
    expect(isOrphan(madeReport(), [intake], today)).toBe(false)
    expect(isOrphan(madeReport(), [handler], today)).toBe(true)
    expect(isOrphan(madeReport({ queue: 'restricted' }), [intake, handler], today)).toBe(true)
    expect(isOrphan(madeReport({ concerns: { officers: ['intake'], units: [] } }), [intake], today)).toBe(
      true,
    )
    expect(isOrphan(madeReport(), [{ ...intake, absentUntil: '2026-12-01' }], today)).toBe(true)
    expect(isOrphan(madeReport(), [{ ...intake, disabledAt: instant('01/11/2026 08:00') }], today)).toBe(true)
    expect(isOrphan(madeReport(), [officer('admin', { roles: ['admin', 'auditor'] })], today)).toBe(true)
  })

  it('is not one whose handler is there', () => {
    const own = madeReport({ state: 'in-progress', assignee: 'handler' })
    expect(isOrphan(own, [handler], today)).toBe(false)
    expect(isOrphan(own, [{ ...handler, absentUntil: '2026-12-01' }], today)).toBe(true)
    expect(isOrphan(own, [{ ...handler, absentUntil: '2026-12-01' }, intake], today)).toBe(false)
    expect(isOrphan({ ...own, queue: 'restricted' }, [handler], today)).toBe(true)
  })
})
