import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold } from '../../../src/catalogue/entry.ts'
import { type KnownOfficer, routeReport } from '../../../src/reports/case/routing.ts'
import { reportKinds } from '../../../src/reports/report.ts'
import { reportSettings } from '../open-reports.ts'

const officers: KnownOfficer[] = [
  { id: 'ba', name: 'Trần Văn Ba', unit: 'Phòng Việc làm', isLeader: false },
  { id: 'ba-2', name: 'Trần Văn Bá', unit: 'Phòng  Người có công', isLeader: false },
  { id: 'lan', name: 'Lan', isLeader: false },
  { id: 'duc', name: 'Đỗ Đức', isLeader: false },
  { id: 'head', name: 'Nguyễn Thị Minh Khai', unit: 'Ban Giám đốc', isLeader: true },
]

const route = (story: string, more: { people?: string; place?: string; counter?: string } = {}) => {
  const { counter, ...words } = more
  const payment = counter === undefined ? {} : { payment: { counter } }
  return routeReport({ kind: 'feedback', content: { story, ...words, ...payment } }, officers, reportSettings)
}

describe('whom a report is about', () => {
  it.each([
    ['Ông Trần Văn Bá đòi thêm tiền', ['ba', 'ba-2']],
    ['ong tran van ba doi tien', ['ba', 'ba-2']],
    ['TRẦN-VĂN-BA, cán bộ một cửa', ['ba', 'ba-2']],
    ['gặp anh do duc ở quầy', ['duc']],
    ['Bà Nguyễn Thị Minh Khai và ông Đỗ Đức', ['duc', 'head']],
    ['đường Nguyễn Thị Minh-Khai', ['head']],
    ['ông Trần Văn Bảy', []],
    ['hoa lan nở, ba lần đến', []],
    ['', []],
  ])('finds in "%s" %j', (story, expected) => {
    expect(route(story).concerns.officers.sort()).toEqual(expected)
  })

  it('looks into every field in which a person may name somebody', () => {
    for (const field of ['people', 'place', 'counter'] as const) {
      expect(route('...', { [field]: 'chỗ ông Đỗ Đức' }).concerns.officers, field).toEqual(['duc'])
    }
    // Words of two fields are no name together.
    expect(route('Đến gặp Đỗ', { place: 'Đức Trọng' }).concerns.officers).toEqual([])
  })

  it('finds units, however they are typed, and names them one way', () => {
    expect(route('cả phong viec lam đều thế').concerns.units).toEqual(['phòng việc làm'])
    expect(route('Phòng người có  công, PHÒNG VIỆC LÀM').concerns.units).toEqual([
      'phòng việc làm',
      'phòng người có công',
    ])
  })

  it('finds a name in any surroundings, with marks or without', () => {
    const around = fc.stringMatching(/^[ .,;:!?()"\n-]{0,3}$/)
    const words = fc.constantFrom('hôm qua', 'đòi 500 nghìn', 'cán bộ', '')
    const styles = fc.constantFrom(
      (name: string) => name,
      (name: string) => name.toUpperCase(),
      (name: string) => fold(name),
      (name: string) => name.normalize('NFD'),
    )
    const named = officers.filter(({ name }) => name.includes(' '))
    fc.assert(
      fc.property(
        fc.constantFrom(...named),
        styles,
        words,
        around,
        around,
        words,
        ({ id, name }, style, before, left, right, after) => {
          const story = `${before} ${left}${style(name)}${right} ${after}`
          expect(route(story).concerns.officers).toContain(id)
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('the queue', () => {
  it('is that of the kind, and the outside one when a leader is named', () => {
    for (const kind of reportKinds) {
      const content = { story: 'Chờ lâu.' }
      expect(routeReport({ kind, content }, officers, reportSettings).queue).toBe(reportSettings.queues[kind])
      const about = { ...content, people: 'bà Minh Khai, Nguyễn Thị Minh Khai' }
      expect(routeReport({ kind, content: about }, officers, reportSettings).queue).toBe('outside')
    }
    expect(reportSettings.queues['informal-payment']).toBe('restricted')
    // The room of the leaders is not yet a leader.
    expect(route('Ban Giám đốc').queue).toBe('general')
  })
})
