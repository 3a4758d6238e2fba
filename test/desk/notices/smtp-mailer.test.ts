import { afterAll, beforeAll, expect, it } from 'vitest'
import { createSmtpMailer } from '../../../src/desk/notices/smtp-mailer.ts'
import { createLog } from '../../../src/lib/log.ts'
import { type FakeSmtpServer, startSmtpServer } from './smtp-server.ts'

let server: FakeSmtpServer
const lines: string[] = []
const log = createLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } })
const message = { subject: 'Kênh phản ánh: có việc cần xem', text: 'Phản ánh mới.\nMã: PA-261123-2345-6' }
const from = 'Một cửa <motcua@example.gov.vn>'

beforeAll(async () => {
  server = await startSmtpServer()
})
afterAll(() => server?.close())

/** What a mail program shows, whichever way the mail was encoded. */
function readMail(source: string): { subject: string; body: string; headers: string } {
  const [headers = '', ...rest] = source.split('\r\n\r\n')
  const encoded = /^Subject: ((?:.|\r\n[ \t])*)/m.exec(headers)?.[1] ?? ''
  const subject = encoded.replace(/\s*=\?UTF-8\?([BQ])\?([^?]*)\?=\s*/gi, (_, way: string, words: string) =>
    way.toUpperCase() === 'B'
      ? Buffer.from(words, 'base64').toString('utf8')
      : quoted(words.replaceAll('_', ' ')),
  )
  const body = rest.join('\r\n\r\n')
  if (/base64/i.test(headers)) {
    return { headers, subject, body: Buffer.from(body, 'base64').toString('utf8') }
  }
  return { headers, subject, body: quoted(body.replaceAll('=\r\n', '')) }
}

function quoted(words: string): string {
  const bytes = words.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

it('hands a mail with Vietnamese words to the server', async () => {
  const send = createSmtpMailer({ url: server.url, from, log })
  expect(await send('lan.anh@example.gov.vn', message)).toEqual({ kind: 'sent' })
  const [mail] = server.mails
  expect(mail).toMatchObject({
    from: expect.stringContaining('<motcua@example.gov.vn>'),
    to: 'RCPT TO:<lan.anh@example.gov.vn>',
  })
  const { subject, body, headers } = readMail(mail!.source)
  expect(subject).toBe(message.subject)
  expect(body.trim().replaceAll('\r\n', '\n')).toBe(message.text)
  expect(headers).toContain('Auto-Submitted: auto-generated')
})

it.each([
  ['RCPT', '550 5.1.1 lan.anh@example.gov.vn unknown', 'refused'],
  ['RCPT', '450 4.2.0 greylisted', 'unreachable'],
  ['MAIL', '421 4.7.0 busy', 'unreachable'],
] as const)('answers %s: %s with %s, without the address in the log', async (command, reply, fault) => {
  server.refusals.push({ command, reply })
  const send = createSmtpMailer({ url: server.url, from, log })
  expect(await send('lan.anh@example.gov.vn', message)).toEqual({ kind: 'fault', fault })
  expect(lines.join()).toContain(fault)
  expect(lines.join()).not.toContain('lan.anh')
})

it('says that a server which is not there is out of reach', async () => {
  const gone = await startSmtpServer()
  await gone.close()
  const send = createSmtpMailer({ url: gone.url, from, log })
  expect(await send('lan.anh@example.gov.vn', message)).toEqual({ kind: 'fault', fault: 'unreachable' })
})

it('does not let an address smuggle in others', async () => {
  const before = server.commands.length
  const send = createSmtpMailer({ url: server.url, from, log })
  await send('a@example.gov.vn>\r\nRCPT TO:<b@example.com', message)
  const given = server.commands.slice(before)
  expect(given.length).toBeGreaterThan(0)
  expect(given.filter((line) => /^RCPT TO:<b@/i.test(line))).toEqual([])
})
