import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAnswersCsv } from '../../../src/surveys/index/read-answers-csv.ts'
import { surveyTexts } from '../read-surveys.ts'

const read = (text: string) => readAnswersCsv({ name: 'phieu.csv', text }, surveyTexts)
const problems = (text: string) => {
  const result = read(text)
  if (result.kind !== 'problems') throw new Error('no problems')
  return result.problems.map(({ line, message }) => `${line ?? '-'}: ${message}`)
}
const csv = (...lines: string[]) => ['form,item,group,level', ...lines, ''].join('\n')

describe('answers of a file', () => {
  it('become forms; an empty level is no answer; groups and items come in the order of their numbers', () => {
    const result = read(csv('1,G2.1,G2,5', '1,G1.10,G1,', '2,G1.9,G1,1', '2,G2.1,G2,4'))
    expect(result).toEqual({
      kind: 'answers',
      forms: [
        {
          asked: [
            { item: 'G2.1', answer: 5 },
            { item: 'G1.10', answer: 'unanswered' },
          ],
        },
        {
          asked: [
            { item: 'G1.9', answer: 1 },
            { item: 'G2.1', answer: 4 },
          ],
        },
      ],
      layout: {
        groups: [
          {
            id: 'G1',
            name: 'G1',
            weight: 1,
            items: [
              { id: 'G1.9', weight: 1 },
              { id: 'G1.10', weight: 1 },
            ],
          },
          { id: 'G2', name: 'G2', weight: 1, items: [{ id: 'G2.1', weight: 1 }] },
        ],
      },
    })
  })

  it.each([
    ['semicolons and a byte order mark', '\uFEFFform;item;group;level\r\n1;15;I;5\r\n'],
    ['tabs and capitals', 'Form\tItem\tGroup\tLevel\n1\t15\tI\t5\n'],
    ['columns in another order, one more, quotes and blanks', 'level,note,group,item,form\n" 5 ",x,I,15,1\n'],
    ['empty lines', 'form,item,group,level\n\n1,15,I,5\n\n'],
  ])('are read with %s', (_, text) => {
    expect(read(text)).toMatchObject({
      kind: 'answers',
      forms: [{ asked: [{ item: '15', answer: 5 }] }],
    })
  })

  it('with mistakes are refused whole, every mistake with its line', () => {
    const found = problems(
      csv(
        '1,15,I,5',
        '1,15,I,4',
        '2,15,II,5',
        '2,16,I,6',
        '2,17,I,Hài lòng',
        ',18,I,5',
        '3,18,I,0',
        '3,19,I,4.5',
      ),
    )
    expect(found).toEqual([
      '3: Phiếu 1 đã có câu 15 ở dòng 2. Giữ một dòng.',
      '4: Câu 15 ghi nhóm II, nhưng ở dòng 2 là nhóm I. Sửa cho giống nhau.',
      '5: Mức «6» không hợp lệ. Chỉ ghi 1, 2, 3, 4, 5 hoặc để trống.',
      '6: Mức «Hài lòng» không hợp lệ. Chỉ ghi 1, 2, 3, 4, 5 hoặc để trống.',
      '7: Thiếu mã phiếu, câu hoặc nhóm. Điền đủ ba cột đầu.',
      '8: Mức «0» không hợp lệ. Chỉ ghi 1, 2, 3, 4, 5 hoặc để trống.',
      '9: Mức «4.5» không hợp lệ. Chỉ ghi 1, 2, 3, 4, 5 hoặc để trống.',
    ])
  })

  it.each([
    ['nothing', '', /không có câu trả lời nào/],
    ['a header only', 'form,item,group,level\n', /không có câu trả lời nào/],
    [
      'another header',
      'phieu,cau,nhom,muc\n1,15,I,5\n',
      /Dòng đầu phải có đủ các cột: form,item,group,level/,
    ],
    ['a short line', 'form,item,group,level\n1,15,I\n', /không đủ cột/],
    ['an open quote', 'form,item,group,level\n1,"15,I,5\n', /sai dấu nháy/],
  ])('of %s are refused', (_, text, message) => {
    expect(problems(text).join('\n')).toMatch(message)
  })

  it('never throw, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(['answers', 'problems']).toContain(read(`form,item,group,level\n${text}`).kind)
      }),
      { numRuns: 300 },
    )
  })
})
