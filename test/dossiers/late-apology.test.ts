import { describe, expect, it } from 'vitest'
import type { ApologyDraft } from '../../src/dossiers/late-apology.ts'
import { approveApology, draftApology } from '../../src/dossiers/late-apology.ts'
import { dossier, numbered } from './made-dossier.ts'
import { texts } from './read-dossier-content.ts'

const agency = 'Sở Nội vụ tỉnh Khánh Hòa'
const drafted = (one = dossier(), today = '2026-11-13') => draftApology(one, today) as ApologyDraft

describe('an apology', () => {
  it('is drafted from the day before the promise runs out', () => {
    expect(draftApology(dossier(), '2026-11-10')).toEqual({ kind: 'none' })
    expect(draftApology(dossier(), '2026-11-11')).toMatchObject({ kind: 'for-approval', daysOver: -1 })
    expect(draftApology(dossier(), '2026-11-13')).toEqual({
      kind: 'for-approval',
      id: `apology:${numbered(1)}:2026-11-12`,
      code: numbered(1),
      procedureName: 'Cấp giấy phép lao động',
      unit: 'Phòng Việc làm',
      dueDay: '2026-11-12',
      daysOver: 1,
    })
  })

  it('is owed for nothing that is done, paused, closed or without a promise', () => {
    const today = '2026-11-20'
    for (const one of [
      dossier({ status: 'returned', doneDay: '2026-11-19' }),
      dossier({ status: 'supplement', pausedSince: '2026-11-10' }),
      dossier({ status: 'withdrawn' }),
      dossier({ status: 'registered' }),
    ]) {
      expect(draftApology(one, today)).toEqual({ kind: 'none' })
    }
    const { firstDueDay: _first, dueDay: _due, ...unpromised } = dossier()
    expect(draftApology(unpromised, today)).toEqual({ kind: 'none' })
  })

  it('is owed again when the new day is not kept either, under another id', () => {
    const again = dossier({
      dueDay: '2026-11-20',
      dueChanges: [{ kind: 're-dated', from: '2026-11-12', to: '2026-11-20' }],
    })
    expect(draftApology(again, '2026-11-13')).toEqual({ kind: 'none' })
    expect(draftApology(again, '2026-11-21')).toMatchObject({
      id: `apology:${numbered(1)}:2026-11-20`,
      firstDueDay: '2026-11-12',
    })
  })

  it('goes out in the words of the office only after a person gave reason and day', () => {
    const decision = {
      approvedBy: 'lan',
      reason: ' chờ kết quả\nxác minh của Công an. ',
      newDueDay: '2026-11-20',
    }
    const frame = { today: '2026-11-13', agency, texts }
    expect(approveApology(drafted(), dossier(), decision, frame)).toEqual({
      kind: 'approved',
      id: `apology:${numbered(1)}:2026-11-12`,
      code: numbered(1),
      approvedBy: 'lan',
      newDueDay: '2026-11-20',
      text: `Hồ sơ ${numbered(1)} chưa có kết quả đúng hẹn ngày 12/11/2026. ${agency} xin lỗi Ông/Bà. Lý do: chờ kết quả xác minh của Công an. Ngày hẹn mới: 20/11/2026.`,
    })
    const withLink = approveApology(drafted(), dossier(), { ...decision, link: 'https://a.vn/1' }, frame)
    expect(withLink).toMatchObject({ text: expect.stringContaining('\nVăn bản xin lỗi: https://a.vn/1') })
    const refused = (parts: object, one = dossier()) =>
      approveApology(drafted(), one, { ...decision, ...parts }, frame)
    expect(refused({ reason: ' . ' })).toEqual({ kind: 'refused', reason: 'no-reason' })
    expect(refused({ newDueDay: '2026-11-12' })).toEqual({ kind: 'refused', reason: 'day-not-later' })
    const done = dossier({ status: 'ready', doneDay: '2026-11-13' })
    expect(refused({}, done)).toEqual({ kind: 'refused', reason: 'not-late-any-more' })
  })
})
