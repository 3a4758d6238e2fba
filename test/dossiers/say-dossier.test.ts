import { expect, test } from 'vitest'
import { dossierStatuses } from '../../src/dossiers/dossier.ts'
import { sayDossier, sayEvent } from '../../src/dossiers/say-dossier.ts'
import { dossier, numbered } from './made-dossier.ts'
import { texts } from './read-dossier-content.ts'

const today = '2026-11-23'
const name = `Hồ sơ ${numbered(1)} – Cấp giấy phép lao động`

test('where a dossier stands', () => {
  expect(sayDossier(dossier(), '2026-11-10', texts)).toBe(
    `${name}: đang xử lý tại Phòng Việc làm.\nNgày hẹn trả kết quả: 12/11/2026.\nThông tin này cập nhật ngày 03/11/2026.`,
  )
  expect(sayDossier(dossier(), today, texts)).toContain('đã quá hẹn 11 ngày so với ngày 12/11/2026')
  const extended = dossier({
    dueDay: '2026-11-30',
    dueChanges: [{ kind: 're-dated', from: '2026-11-12', to: '2026-11-30' }],
  })
  expect(sayDossier(extended, today, texts)).toContain('30/11/2026 (hẹn lần đầu: 12/11/2026)')
  expect(sayDossier(dossier({ status: 'supplement', pausedSince: '2026-11-05' }), today, texts)).toContain(
    'từ ngày 05/11/2026',
  )
  const returned = dossier({ status: 'returned', doneDay: '2026-11-12' })
  expect(sayDossier(returned, today, texts)).not.toContain('hẹn')
})

test('every status has words, and no news shows a hash', () => {
  for (const status of dossierStatuses) {
    const told = sayDossier(dossier({ status, digitsHashes: ['bí-mật'] }), today, texts)
    expect(told).toMatch(new RegExp(`^${name.replace(/\./g, '\\.')}: `))
    expect(told).not.toContain('bí-mật')
    expect(told).not.toMatch(/\{|undefined/)
  }
})

test('news of an event; a step backward is left to a person', () => {
  const event = { id: 'x', code: numbered(1), at: new Date('2026-11-10T03:00:00Z'), isBackward: false }
  const toReady = { ...event, status: { from: 'processing', to: 'ready' } } as const
  expect(sayEvent(toReady, dossier(), texts)).toContain('đã có kết quả')
  expect(sayEvent({ ...event, due: { to: '2026-11-20' } }, dossier(), texts)).toBe(
    `${name}: ngày hẹn trả kết quả đổi thành 20/11/2026.`,
  )
  const both = {
    ...event,
    status: { from: 'accepted', to: 'processing' },
    due: { to: '2026-11-20' },
  } as const
  expect(sayEvent(both, dossier(), texts)?.split('\n')).toHaveLength(2)
  expect(sayEvent({ ...toReady, isBackward: true }, dossier(), texts)).toBeUndefined()
})
