import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ErrorClass, findZaloError } from '../../../src/channels/zalo/error-table.ts'

type Host = 'openapi' | 'business'

/** The tables of the platform by what is to be done, written down a second time. */
const expected: Record<Host, Record<ErrorClass, string>> = {
  openapi: {
    token: '-216 -220 -124 216 401 -401',
    busy: '-32 -200',
    quota: '-211 -311',
    night: '-234',
    upload: '-100',
    message: '-201 -207 -208 -222 -210 -214 -233 -237 -238 -241 -240 -248 -249 -403 -1340 -1341',
    person: '-213 -217 -218 -227 -230 -232 -244 -305',
    office: '-204 -205 -209 -212 -215 -219 -221 -223 -224 -235 -242 -320 -321',
  },
  business: {
    token: '-124 216 401 -401',
    busy: '-100 -1123',
    quota: '-144 -1441 -147 -160',
    night: '-133',
    upload: '',
    message:
      '-106 -107 -108 -109 -1091 -111 -112 -1121 -1122 -1124 -113 -1131 -116 -121 -122 -123 -126 -127 -128 -129 -130 ' +
      '-132 -134 -142 -143 -148 -149 -150 -1491 -151 -152 -153 -158 -159 -161 -162',
    person: '-110 -114 -118 -119 -139 -140 -141 -1471 -1472',
    office:
      '-101 -102 -103 -104 -105 -115 -117 -120 -1201 -1202 -1241 -125 -131 -135 -1351 -136 -137 -138 -1381 -145 -146',
  },
}

const numbers = (list: string): number[] => (list.match(/-?\d+/g) ?? []).map(Number)
const rows = (['openapi', 'business'] as const).flatMap((host) =>
  Object.entries(expected[host]).flatMap(([errorClass, list]) =>
    numbers(list).map((code) => ({ host, code, errorClass: errorClass as ErrorClass })),
  ),
)

describe('the table of errors', () => {
  it('knows every code of both servers and what to do about it', () => {
    expect(rows).toHaveLength(126)
    for (const { host, code, errorClass } of rows) {
      expect({ host, code, ...findZaloError(host, code) }).toMatchObject({ errorClass, isKnown: true })
      expect(findZaloError(host, code).meaning).not.toBe('')
    }
  })

  it('scenario 37: night, tomorrow, the office, this message, this person', () => {
    const classes = [-133, -144, -115, -108, -118].map((code) => findZaloError('business', code).errorClass)
    expect(classes).toEqual(['night', 'quota', 'office', 'message', 'person'])
  })

  it('keeps the servers apart: one number, two meanings', () => {
    const both = new Map(expected.openapi && rows.map(({ host, code }) => [`${host}:${code}`, code]))
    const shared = numbers(Object.values(expected.openapi).join(' ')).filter((code) =>
      both.has(`business:${code}`),
    )
    expect(shared).toEqual(expect.arrayContaining([-100]))
    expect(findZaloError('openapi', -100).errorClass).toBe('upload')
    expect(findZaloError('business', -100).errorClass).toBe('busy')
    expect(findZaloError('business', -118).errorClass).toBe('person')
    expect(findZaloError('openapi', -118).isKnown).toBe(false)
  })

  it('tells what is tried once more only, and what somebody must hear of', () => {
    expect(findZaloError('openapi', -200)).toMatchObject({ errorClass: 'busy', maxRepeats: 1 })
    expect(findZaloError('business', -1123)).toMatchObject({ errorClass: 'busy', maxRepeats: 1 })
    expect(findZaloError('openapi', -32).maxRepeats).toBeUndefined()
    expect(findZaloError('openapi', -248)).toMatchObject({ errorClass: 'message', isAlarming: true })
  })

  it('never repeats for a code that it does not know, and asks to be mended', () => {
    for (const host of ['openapi', 'business'] as const) {
      for (const code of [-99_999, -1, 7, 500]) {
        expect(findZaloError(host, code)).toMatchObject({
          errorClass: 'message',
          isKnown: false,
          isAlarming: true,
        })
      }
    }
  })
})

const reference = join(import.meta.dirname, '../../../../shared/reference/zalo-openapi.md')
const hasReference = existsSync(reference)
describe.skipIf(!hasReference)(
  `against the reference${hasReference ? '' : ' (skipped: the folder of references is not beside the project)'}`,
  () => {
    it('has each code with the class of the reference', () => {
      const text = readFileSync(reference, 'utf8')
      const first = tableOf(text, '### 7.1')
      const second = tableOf(text, '### 7.2').flatMap((cells) => [cells.slice(0, 3), cells.slice(-3)])
      const found = [
        ...first.flatMap((cells) => codesOf('openapi', cells)),
        ...second.flatMap((cells) => codesOf('business', cells)),
      ]
      // Below its tables the reference adds tokens refused by other codes in prose.
      expect(found).toHaveLength(rows.length - 7)
      for (const { host, code, letter } of found) {
        expect(`${host} ${code} ${letters[findZaloError(host, code).errorClass]}`).toBe(
          `${host} ${code} ${letter}`,
        )
      }
    })
  },
)

const letters: Record<ErrorClass, string> = {
  token: 'R',
  busy: 'B',
  quota: 'Q',
  night: 'N',
  upload: 'U',
  message: 'P',
  person: 'W',
  office: 'H',
}

function tableOf(text: string, heading: string): string[][] {
  const section = text.slice(text.indexOf(heading)).split('\n### ')[0]!
  return section
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|(-|\s*Code)/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

function codesOf(host: Host, [codes = '', , letter = '']: string[]) {
  const list = codes
    .replace(/(-\d+)\.\.(-\d+)/g, (_, from: string, to: string) =>
      rangeOf(Number(from), Number(to)).join(' '),
    )
    .match(/-\d+/g)
  const each = letter.match(/^[A-Z] \/ [A-Z]/) ? letter.split(' / ') : []
  return (list ?? []).map((code, at) => ({ host, code: Number(code), letter: (each[at] ?? letter)[0]! }))
}

const rangeOf = (from: number, to: number): number[] =>
  Array.from({ length: from - to + 1 }, (_, step) => from - step)
