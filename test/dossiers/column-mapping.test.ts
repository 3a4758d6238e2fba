import { expect, test } from 'vitest'
import { columnKey } from '../../src/dossiers/column-key.ts'
import { parseColumnMapping } from '../../src/dossiers/column-mapping.ts'
import { dossierStatuses } from '../../src/dossiers/dossier.ts'
import { checks, shippedContent, texts } from './read-dossier-content.ts'

const { mapping } = shippedContent()

test.each([
  'Ngày hẹn trả',
  'NGÀY HẸN TRẢ',
  'NgayHenTra',
  'ngay_hen_tra',
  ' Ngày  hẹn-trả (*) ',
  'Ngày hẹn trả'.normalize('NFD'),
])('%s is one column', (header) => {
  expect(columnKey(header)).toBe('ngayhentra')
  expect(mapping.columnOf(header)).toBe('due')
})

test('columns about persons are left out by name, others are unknown', () => {
  for (const header of ['Họ tên người nộp', 'CCCD', 'Địa chỉ', 'Ghi chú', 'Email']) {
    expect(mapping.columnOf(header)).toBeUndefined()
    expect(mapping.isLeftOut(header)).toBe(true)
  }
  expect(mapping.isLeftOut('Cột lạ')).toBe(false)
})

test('the ten official statuses are known, each under its own name', () => {
  const official = [
    'Mới đăng ký',
    'Được tiếp nhận',
    'Không được tiếp nhận',
    'Đang xử lý',
    'Yêu cầu bổ sung giấy tờ',
    'Yêu cầu thực hiện nghĩa vụ tài chính',
    'Công dân yêu cầu rút hồ sơ',
    'Dừng xử lý',
    'Đã xử lý xong',
    'Đã trả kết quả',
  ]
  expect(official.map((name) => mapping.statusOf(name)).sort()).toEqual([...dossierStatuses].sort())
  expect(mapping.statusNames().sort()).toEqual([...official].sort())
  expect(mapping.statusOf('Đang bay')).toBeUndefined()
  expect(mapping.channelOf('BCCI')).toBe('post')
})

test('a name that stands for two things is a problem with its line', () => {
  const lists = (keys: readonly string[], name: (key: string) => string) =>
    keys.map((key) => `  ${key}: [${name(key)}]`).join('\n')
  const columns =
    'code procedureCode procedureName field unit channel telephone received due firstDue newDue done returned status updated pausedFrom pausedUntil pauseDecision'.split(
      ' ',
    )
  const yaml = (column: (key: string) => string) =>
    `columns:\n${lists(columns, column)}\nleftOut: [Họ tên]\nstatuses:\n${lists(dossierStatuses, (key) => key)}\nchannels:\n${lists(['counter', 'online', 'post'], (key) => key)}\n`
  const file = (text: string) => parseColumnMapping({ name: 'cot.yaml', text }, checks, texts)
  expect(file(yaml((key) => key)).kind).toBe('mapping')
  expect(file(yaml((key) => (key === 'due' || key === 'newDue' ? 'Ngày hẹn' : key)))).toEqual({
    kind: 'problems',
    problems: [
      { file: 'cot.yaml', line: 12, message: expect.stringContaining('«Ngày hẹn» đã dùng cho mục due') },
    ],
  })
  expect(file(yaml((key) => (key === 'unit' ? 'họ TÊN' : key))).kind).toBe('problems')
  expect(file('columns: {}\n').kind).toBe('problems')
})
