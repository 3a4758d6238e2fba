import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fillTemplate,
  parseReplyTemplates,
  replyFields,
  templatesFor,
  unfilledFields,
} from '../../src/desk/reply-templates.ts'
import { checkTexts } from '../reports/read-clocks.ts'
import { shippedTemplates } from './report-parts.ts'

const parse = (text: string) => parseReplyTemplates({ name: 'reply-templates.yaml', text }, checkTexts)

describe('the file of templates', () => {
  it('is shipped with something for every reply, and none that could be sent as it stands', () => {
    const templates = shippedTemplates()
    for (const reply of ['ask', 'tell', 'answer'] as const)
      expect(templates.filter((template) => template.for === reply).length).toBeGreaterThan(1)
    for (const { text } of templates) expect(unfilledFields(text)).not.toEqual([])
  })

  it('is refused with the line of each mistake', () => {
    const problems = parse(
      [
        'templates:',
        "  - { id: a, title: A, for: ask, text: 'Chào {ten}' }",
        "  - { id: a, title: B, for: ask, text: 'Chào {caseNumber}' }",
        "  - { id: c, title: C, for: shout, text: 'x' }",
      ].join('\n'),
    )
    expect(problems).toMatchObject({ kind: 'problems', problems: [{ line: 4 }] })
    const names = parse(
      [
        'templates:',
        "  - { id: a, title: A, for: ask, text: 'Chào {ten}' }",
        "  - { id: a, title: B, for: ask, text: 'Chào {caseNumber}' }",
      ].join('\n'),
    )
    expect(names).toMatchObject({ kind: 'problems', problems: [{ line: 2 }, { line: 3 }] })
  })
})

describe('a template', () => {
  it('is offered by reply, kind, state and procedure, that of the procedure first', () => {
    const parsed = parse(
      [
        'templates:',
        '  - { id: all, title: A, for: ask, text: x }',
        '  - { id: own, title: B, for: ask, procedure: "1.1", text: x }',
        '  - { id: delay, title: C, for: ask, kinds: [delay], text: x }',
        '  - { id: late, title: D, for: ask, states: [forwarded], text: x }',
        '  - { id: other, title: E, for: tell, text: x }',
      ].join('\n'),
    )
    if (parsed.kind === 'problems') throw new Error('wrong file')
    const ids = (report: Parameters<typeof templatesFor>[2]) =>
      templatesFor(parsed.templates, 'ask', report).map(({ id }) => id)
    expect(ids({ kind: 'feedback', state: 'received', procedureCode: '1.1' })).toEqual(['own', 'all'])
    expect(ids({ kind: 'delay', state: 'forwarded' })).toEqual(['all', 'delay', 'late'])
  })

  it('is filled with the facts that are there and leaves the rest open', () => {
    const text = '{caseNumber}: {procedure}, hạn {dueDay}, {kết quả}'
    const filled = fillTemplate({ text }, { caseNumber: 'PA-1', dueDay: '01/12/2026' })
    expect(filled).toBe('PA-1: {procedure}, hạn 01/12/2026, {kết quả}')
    expect(unfilledFields(filled)).toEqual(['{procedure}', '{kết quả}'])
    expect(fillTemplate({ text: '{constructor} {toString}' }, {})).toBe('{constructor} {toString}')
  })

  it('is complete when and only when every place is filled', () => {
    const facts = Object.fromEntries(replyFields.map((field) => [field, `«${field}»`]))
    fc.assert(
      fc.property(fc.subarray([...replyFields]), fc.subarray([...replyFields]), (used, known) => {
        const text = used.map((field) => `{${field}}`).join(', ')
        const given = Object.fromEntries(known.map((field) => [field, facts[field]!]))
        const missing = used.filter((field) => !known.includes(field))
        expect(unfilledFields(fillTemplate({ text }, given))).toEqual(missing.map((field) => `{${field}}`))
      }),
    )
  })
})

it('finds the places of a form that are still open, and takes ordinary dots for ordinary', () => {
  for (const open of ['{lý do}', '{}', 'Ngày ……', 'Ngày .......', 'Ngày ____'])
    expect(unfilledFields(`Chào. ${open}.`), open).toHaveLength(1)
  for (const plain of ['Chờ đã…', 'Vâng...', 'Số 1.000.000', 'a_b', '{ mở mà\nkhông đóng }'])
    expect(unfilledFields(plain), plain).toEqual([])
})
