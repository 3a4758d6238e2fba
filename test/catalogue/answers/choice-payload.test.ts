import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  documentCaseChoice,
  fieldChoice,
  fieldKey,
  fieldsChoice,
  parseCatalogueChoice,
  procedureChoice,
} from '../../../src/catalogue/answers/choice-payload.ts'
import { sections } from '../../../src/catalogue/procedure.ts'
import { shippedProcedures } from '../read-content.ts'

const bytes = (text: string) => new TextEncoder().encode(text).length

test('what a button carries is understood again, in order, within 64 bytes', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^\d\.\d{6}$/),
      fc.subarray([...sections], { maxLength: 4 }),
      (code, asked) => {
        const payload = procedureChoice(code, asked)
        expect(bytes(payload)).toBeLessThanOrEqual(64)
        const expected = asked.length === 0 ? ['overview'] : asked
        expect(parseCatalogueChoice(payload)).toEqual({ kind: 'procedure', code, sections: expected })
      },
    ),
  )
  expect(parseCatalogueChoice(documentCaseChoice('1.014199', 14))).toEqual({
    kind: 'procedure',
    code: '1.014199',
    sections: ['documents'],
    documentCase: 14,
  })
  expect(parseCatalogueChoice(fieldsChoice(2))).toEqual({ kind: 'fields', page: 2 })
})

test('every field of the shipped catalogue has a key of its own that fits', () => {
  const fields = new Set(shippedProcedures().map(({ field }) => field.replace(/ \(G07.*\)/, '')))
  const keys = new Set([...fields].map(fieldKey))
  expect(keys.size).toBe(fields.size)
  for (const field of fields) {
    const payload = fieldChoice(field, 12)
    expect(bytes(payload)).toBeLessThanOrEqual(64)
    expect(parseCatalogueChoice(payload)).toEqual({ kind: 'field', fieldKey: fieldKey(field), page: 12 })
  }
})

test.each([
  '',
  'p:1.014199',
  'p:1.014199:',
  'p:1.014199:fees',
  'p:1.014199:fee+',
  'p:1.014199:fee+fee+fee+fee+fee',
  'p:1.0141999:fee',
  'p:1.014199:documents.0',
  'p:1.014199:documents.100',
  'p:1.014199:fee.1',
  'f:viec-lam:0',
  'f:viec-lam:-1',
  'f:Việc:1',
  'f::',
  's1:x',
  'p:1.014199:fee\n',
  '__proto__',
])('forged or foreign: %j', (payload) => {
  expect(parseCatalogueChoice(payload)).toBeUndefined()
})

test('no text whatever makes it throw', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((tail) => `p:1.014199:${tail}`),
      ),
      (text) => {
        parseCatalogueChoice(text)
      },
    ),
  )
})
