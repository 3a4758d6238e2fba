import { expect, test } from 'vitest'
import { parseCatalogueYaml } from '../../../src/catalogue/formats/parse-yaml.ts'
import { formatProblem } from '../../../src/lib/problem.ts'
import { checkTexts } from '../read-content.ts'

const rules = { texts: checkTexts, bodies: new Set(['so-noi-vu', 'ubnd-xa']) }

const good = `about: 'Thử'
procedures:
  - code: '1.014199'
    name: 'Cấp giấy phép lao động'
    field: 'Việc làm'
    inCharge: so-noi-vu
    sourceDate: '2026-07'
    methods:
      - { channel: online, time: '10 ngày làm việc' }
`

function problemsOf(...texts: string[]): string[] {
  const files = texts.map((text, index) => ({ name: `${'abc'[index]}.yaml`, text }))
  const parsed = parseCatalogueYaml(files, rules)
  return parsed.kind === 'problems' ? parsed.problems.map(formatProblem) : []
}

test('a good file becomes procedures; an absent fee is unknown', () => {
  const parsed = parseCatalogueYaml([{ name: 'a.yaml', text: good }], rules)
  expect(parsed).toMatchObject({
    kind: 'procedures',
    procedures: [{ code: '1.014199', fee: { kind: 'unknown' }, methods: [{ channel: 'online' }] }],
  })
})

test('every mistake is named at once, each with its line and what to do', () => {
  const problems = problemsOf(`about: 'Thử'
procedures:
  - code: 1.014199
    name: ''
    field: 'Việc làm'
    sourceDate: 'tháng 7'
    url: http://dichvucong.gov.vn/x
    documnets: []
    steps: []
    fee: { kind: gratis }
    methods:
      - channel: mail
        tim: '10 ngày'
  - code: '1.1'
    field: 'Việc làm'
    sourceDate: '2026-07'
`)
  expect(problems.map((problem) => problem.split(': ')[0])).toEqual([
    'a.yaml:3',
    'a.yaml:4',
    'a.yaml:6',
    'a.yaml:7',
    'a.yaml:8',
    'a.yaml:9',
    'a.yaml:10',
    'a.yaml:12',
    'a.yaml:13',
    'a.yaml:14',
    'a.yaml:14',
  ])
  const all = problems.join('\n')
  expect(all).toContain('«procedures[1].code» phải là chữ')
  expect(all).toContain('Không có mục nào tên «procedures[1].documnets»')
  expect(all).toContain('chỉ nhận: counter, online, post')
  expect(all).toContain('chỉ nhận: unknown, set-by-province, free, stated')
  expect(all).toContain('bắt đầu bằng https://')
  expect(all).toContain('Thiếu mục «procedures[2].name»')
})

test('a code stands once in all files; the second place names the first', () => {
  expect(problemsOf(good, good)).toEqual(['b.yaml:3: Mã 1.014199 đã có ở a.yaml:3. Giữ một bản, bỏ bản kia.'])
  const twice = `${good}${good.split('\n').slice(2).join('\n')}`
  expect(problemsOf(twice)).toEqual(['a.yaml:10: Mã 1.014199 đã có ở a.yaml:3. Giữ một bản, bỏ bản kia.'])
})

test('a body that the agency file does not know is refused', () => {
  expect(problemsOf(good.replace('so-noi-vu', 'so-x'))).toEqual([
    'a.yaml:6: Không có cơ quan nào mang khóa «so-x» trong data/agency.yaml. Dùng một trong: so-noi-vu, ubnd-xa.',
  ])
})

test('broken YAML is told with its line, and nothing of the good file beside it is taken', () => {
  const broken = good.replace("field: 'Việc làm'", "field: 'Việc làm")
  const problems = problemsOf(good.replace('1.014199', '1.014200'), broken)
  expect(problems.length).toBeGreaterThan(0)
  for (const problem of problems) expect(problem).toMatch(/^b\.yaml:\d+: Tệp không đọc được/)
})

test('a file with nothing in it is refused', () => {
  expect(problemsOf('')).not.toEqual([])
  expect(problemsOf("about: 'x'\nprocedures: []\n")).toEqual([
    'a.yaml:2: Mục «procedures» đang để trống. Ghi nội dung hoặc bỏ hẳn mục này.',
  ])
})
