import { randomBytes } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { checkPdf } from '../../../src/reports/evidence/check-pdf.ts'
import { objectStream, pdf } from './made-files.ts'

describe('checking a PDF', () => {
  const active: [name: string, bytes: () => Buffer][] = [
    [
      'a script at opening',
      () => pdf({ catalog: '/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>' }),
    ],
    ['a name tree of scripts', () => pdf({ catalog: '/Names << /JavaScript 5 0 R >>' })],
    ['a script under an escaped name', () => pdf({ catalog: '/OpenAction << /S /#4Aava#53cript >>' })],
    ['a program to start', () => pdf({ catalog: '/OpenAction << /S /Launch /F (cmd.exe) >>' })],
    ['a file inside', () => pdf({ objects: ['<< /Type /EmbeddedFile /Length 0 >>\nstream\n\nendstream'] })],
    ['a tree of files', () => pdf({ catalog: '/Names << /EmbeddedFiles 5 0 R >>' })],
    ['an XFA form', () => pdf({ catalog: '/AcroForm << /XFA 5 0 R >>' })],
    ['a film with controls', () => pdf({ objects: ['<< /Subtype /RichMedia >>'] })],
    [
      'a script in an object stream',
      () => pdf({ objects: [objectStream('5 0 << /S /JavaScript /JS (x) >>')] }),
    ],
    [
      'a script in the second object stream',
      () => pdf({ objects: [objectStream('5 0 << >>'), objectStream('6 0 << /JS (x) >>')] }),
    ],
    [
      'a script behind a picture',
      () => pdf({ objects: [picture(randomBytes(5_000)), '<< /S /JavaScript >>'] }),
    ],
  ]
  test.each(active)('finds %s', (_, bytes) => {
    expect(checkPdf(bytes())).toBe('pdf-active')
  })

  test('finds encryption in a trailer and in a cross-reference stream', () => {
    expect(checkPdf(pdf({ trailer: '/Encrypt 9 0 R' }))).toBe('pdf-locked')
    expect(checkPdf(pdf({ trailer: '/Encrypt << /Filter /Standard >>' }))).toBe('pdf-locked')
    expect(
      checkPdf(pdf({ objects: ['<< /Type /XRef /Encrypt 9 0 R /Length 0 >>\nstream\n\nendstream'] })),
    ).toBe('pdf-locked')
  })

  test('takes harmless ones, also when bytes of a picture spell a dangerous name', () => {
    expect(checkPdf(pdf())).toBeUndefined()
    expect(checkPdf(pdf({ version: '2.0' }))).toBeUndefined()
    expect(
      checkPdf(
        pdf({ objects: [picture(Buffer.from('…/JS /JavaScript /Launch /Encrypt 1 0 R…', 'latin1'))] }),
      ),
    ).toBeUndefined()
    expect(
      checkPdf(pdf({ objects: [objectStream('5 0 << /Type /Font /BaseFont /JSong >>')] })),
    ).toBeUndefined()
    expect(checkPdf(pdf({ catalog: '/Metadata 5 0 R /Lang (vi-VN)' }))).toBeUndefined()
  })

  test('takes no half ones and nothing with much hung on behind', () => {
    const whole = pdf()
    for (let length = 0; length < whole.length - 8; length += 7) {
      expect(checkPdf(whole.subarray(0, length))).toBe('pdf-not-readable')
    }
    expect(checkPdf(Buffer.concat([whole, randomBytes(4_000)]))).toBe('pdf-not-readable')
    expect(checkPdf(Buffer.concat([Buffer.from('x'), whole]))).toBe('pdf-not-readable')
    expect(checkPdf(pdf({ version: '9.9' }))).toBe('pdf-not-readable')
  })

  test('unpacks no bomb', () => {
    const bomb = objectStream('\0'.repeat(64 * 1024 * 1024))
    const many = pdf({ objects: Array(40).fill(bomb) })
    expect(many.length).toBeLessThan(4 * 1024 * 1024)
    const started = performance.now()
    expect(checkPdf(many)).toBe('pdf-not-readable')
    const severalSmall = Array(20).fill(objectStream(' '.repeat(1024 * 1024)))
    expect(checkPdf(pdf({ objects: severalSmall }))).toBe('pdf-not-readable')
    expect(checkPdf(pdf({ objects: severalSmall.slice(0, 10) }))).toBeUndefined()
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  test('refuses objects that it cannot look into, and looks into unpacked ones', () => {
    const damaged = '<< /Type /ObjStm /Filter /FlateDecode >>\nstream\nnot deflated\nendstream'
    expect(checkPdf(pdf({ objects: [damaged] }))).toBe('pdf-not-readable')
    expect(checkPdf(pdf({ objects: [damaged], trailer: '/Encrypt 9 0 R' }))).toBe('pdf-locked')
    const plain = (content: string) => `<< /Type /ObjStm >>\nstream\n${content}\nendstream`
    expect(checkPdf(pdf({ objects: [plain('5 0 << /JS (x) >>')] }))).toBe('pdf-active')
    expect(checkPdf(pdf({ objects: [plain('5 0 << /Type /Font >>')] }))).toBeUndefined()
  })

  test('is quick with the largest file, however it is made', () => {
    const size = 10 * 1024 * 1024
    const end = '\nstartxref\n0\n%%EOF\n'
    const started = performance.now()
    for (const filler of [
      'stream\n',
      'stream\nendstream',
      '/ObjStm stream\r\n',
      '<<',
      '#4A',
      ' ',
      'endstream',
    ]) {
      const body = filler.repeat(Math.floor((size - 100) / filler.length))
      expect(checkPdf(Buffer.from(`%PDF-1.7\n${body}${end}`, 'latin1'))).toBeUndefined()
    }
    expect(performance.now() - started).toBeLessThan(8_000)
  })
})

function picture(content: Buffer): string {
  return `<< /Type /XObject /Subtype /Image /Length ${content.length} >>\nstream\n${content.toString('latin1')}\nendstream`
}

test('the made object streams are real ones', () => {
  expect(objectStream('x')).toContain(deflateSync(Buffer.from('x')).toString('latin1'))
})
