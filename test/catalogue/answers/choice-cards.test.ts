import { describe, expect, test } from 'vitest'
import {
  choicesCard,
  fieldsCard,
  proceduresOfFieldCard,
} from '../../../src/catalogue/answers/choice-cards.ts'
import { parseCatalogueChoice } from '../../../src/catalogue/answers/choice-payload.ts'
import { type Procedure, procedureSchema } from '../../../src/catalogue/procedure.ts'
import { answerWords, shippedProcedures } from '../read-content.ts'

const shipped = shippedProcedures()
const procedure = (code: string, name: string, issuer: string): Procedure =>
  procedureSchema.parse({ code, name, issuer, field: 'Việc làm', sourceDate: '2026-07' })

test('a choice is numbered, a tap answers what was asked', () => {
  const card = choicesCard(
    [
      procedure('1.000001', 'Cấp giấy phép', 'Bộ Nội vụ'),
      procedure('1.000002', 'Cấp lại giấy phép', 'Bộ Nội vụ'),
    ],
    ['fee', 'time'],
    answerWords,
  )
  expect(card).toEqual({
    text: 'Tôi tìm thấy 2 thủ tục gần với câu hỏi. Anh/Chị đang hỏi về thủ tục nào?\n1. Cấp giấy phép\n2. Cấp lại giấy phép',
    buttons: [
      { label: '1. Cấp giấy phép', choice: 'p:1.000001:fee+time' },
      { label: '2. Cấp lại giấy phép', choice: 'p:1.000002:fee+time' },
    ],
  })
})

test('procedures of the same name are told apart by who published them', () => {
  const { text } = choicesCard(
    [procedure('1.000001', 'A', 'UBND tỉnh Lạng Sơn'), procedure('1.000002', 'A', 'Bộ Nội vụ')],
    [],
    answerWords,
  )
  expect(text).toContain('1. A (UBND tỉnh Lạng Sơn)\n2. A (Bộ Nội vụ)')
})

describe('browsing', () => {
  test('following every button reaches every procedure once', () => {
    const reached: string[] = []
    const visit = (page: number) => {
      for (const { choice } of fieldsCard(shipped, page, answerWords).buttons) {
        const tapped = parseCatalogueChoice(choice!)
        if (tapped?.kind === 'field') visitField(tapped.fieldKey, tapped.page)
        else if (tapped?.kind === 'fields' && tapped.page > page) visit(tapped.page)
      }
    }
    const visitField = (key: string, page: number) => {
      const card = proceduresOfFieldCard(shipped, key, page, answerWords)
      for (const { choice } of card.buttons) {
        const tapped = parseCatalogueChoice(choice!)
        if (tapped?.kind === 'procedure') reached.push(tapped.code)
        else if (tapped?.kind === 'field' && tapped.page > page) visitField(key, tapped.page)
      }
    }
    visit(1)
    expect(reached.sort()).toEqual(shipped.map(({ code }) => code).sort())
  })

  test('pages out of range show the nearest page; a field that is gone leads back to the list', () => {
    expect(fieldsCard(shipped, 999, answerWords).buttons.length).toBeGreaterThan(0)
    expect(proceduresOfFieldCard(shipped, 'viec-lam', 999, answerWords).text).toContain('Lĩnh vực Việc làm')
    const gone = proceduresOfFieldCard(shipped, 'khong-con', 1, answerWords)
    expect(gone.text).toContain('đã thay đổi')
    expect(parseCatalogueChoice(gone.buttons[0]!.choice!)?.kind).toBe('field')
  })

  test('an empty catalogue gives an empty list, no error', () => {
    expect(fieldsCard([], 1, answerWords).buttons).toEqual([])
  })
})
