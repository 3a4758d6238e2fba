import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseChoicePayload } from '../../../../src/conversation/dialogs/choice-payload.ts'
import {
  type DossierTap,
  dossierChoice,
  parseDossierChoice,
  selfReportAnswers,
} from '../../../../src/conversation/dialogs/dossier/dossier-choice.ts'
import { dossierTyped } from '../../../../src/conversation/dialogs/dossier/dossier-typed.ts'
import { numbered } from '../../../dossiers/made-dossier.ts'

const id = 'a1'.repeat(12)
const taps: DossierTap[] = [
  { action: 'code', code: numbered(1) },
  { action: 'follow' },
  { action: 'unfollow', link: id },
  { action: 'slip', token: `${'A_-'.repeat(7)}z` },
  { action: 'filed', procedure: '1.014199', day: '2026-02-28' },
  ...selfReportAnswers.map((answer) => ({ action: 'answer' as const, report: id, answer })),
]

describe('buttons about dossiers', () => {
  it('come back as they were sent, within the 64 bytes of Telegram', () => {
    for (const tap of taps) {
      const choice = dossierChoice(tap)
      expect(Buffer.byteLength(choice)).toBeLessThanOrEqual(64)
      expect(parseChoicePayload(choice)).toEqual({ kind: 'dossier', tap })
    }
  })

  it.each([
    'd:',
    'd:f:1.014199:2026-02-30',
    'd:f:1.014199',
    'd:u:xyz',
    'd:r:zz:late',
    `d:r:${id}:later`,
    `d:u:${id}:x`,
    'd:s:',
    'd:follow:1',
  ])('are nothing when altered: %s', (choice) => expect(parseDossierChoice(choice)).toBeUndefined())

  it('never throw, and what is understood says the same again', () => {
    const pieces = fc.array(
      fc.constantFrom('d', ':', 'c', 'f', 'r', 'u', 's', '1.014199', '2026-11-03', id, 'late', '-', '9'),
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          pieces.map((parts) => parts.join('')),
        ),
        (choice) => {
          const tap = parseDossierChoice(choice)
          if (tap) expect(dossierChoice(tap)).toBe(choice)
        },
      ),
    )
  })
})

describe('what is typed about dossiers', () => {
  const at = new Date('2026-11-23T02:00:00Z')
  const asked = { step: 'digits-asked' as const, at, code: numbered(1), isSlip: false }

  it.each([
    ['3456', '3456'],
    ['３４５６', '3456'],
    [' 34 56 ', '3456'],
    ['4 số cuối là 3456', '3456'],
    ['dạ 3456 ạ', '3456'],
    ['0905123456', '3456'],
    ['sđt 0905.123.456 nhé', '3456'],
  ])('«%s» is for the digits that were asked', (text, digits) => {
    expect(dossierTyped(text, asked, false)).toEqual({ kind: 'digits', digits })
  })

  it.each([
    'năm 2026 có gì mới không, tôi muốn hỏi về trợ cấp thất nghiệp và bảo hiểm',
    'giấy phép lao động',
    '1.014199 cần gì',
  ])('«%s» is not', (text) => expect(dossierTyped(text, asked, false)).toBeUndefined())

  it('takes nothing from a report that is being written, but a slip', () => {
    for (const text of ['3456', numbered(1)]) expect(dossierTyped(text, asked, true)).toBeUndefined()
    const token = 'A'.repeat(22)
    expect(dossierTyped(`/start d_${token}`, undefined, true)).toEqual({ kind: 'slip', token })
    expect(dossierTyped(`/start@some_bot d_${token}`, undefined, true)).toEqual({ kind: 'slip', token })
  })

  it('finds a code however it is typed, and never a telephone, a date or a procedure', () => {
    for (const text of [
      numbered(7),
      numbered(7).toLowerCase(),
      numbered(7).replaceAll('-', ' – '),
      `mã: ${numbered(7)}.`,
    ]) {
      expect(dossierTyped(text, undefined, false)?.kind, text).toBe('code')
    }
    for (const text of [
      '0905 123 456',
      '23-11-2026',
      '1.014199',
      'A4-2 tờ',
      '1234 5678 9012 3456 7',
      'PA-261123-ABCD-E',
    ]) {
      expect(dossierTyped(text, undefined, false), text).toBeUndefined()
    }
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (text, isBusy) => {
        dossierTyped(text, asked, isBusy)
      }),
    )
  })
})
