import { createServer, type Server, type Socket } from 'node:net'

export interface ReceivedMail {
  from: string
  to: string
  /** Headers and body as they came over the wire. */
  source: string
}

/** As much of an SMTP server (RFC 5321) as one mail needs; what it refuses is told beforehand. */
export interface FakeSmtpServer {
  url: string
  mails: ReceivedMail[]
  /** Every line that was not part of a mail. */
  commands: string[]
  /** Answers the next MAIL or RCPT commands with this. */
  refusals: { command: 'MAIL' | 'RCPT'; reply: string }[]
  close(): Promise<void>
}

export async function startSmtpServer(): Promise<FakeSmtpServer> {
  const mails: ReceivedMail[] = []
  const commands: string[] = []
  const refusals: FakeSmtpServer['refusals'] = []
  const sockets = new Set<Socket>()

  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    socket.setEncoding('utf8').write('220 fake ESMTP\r\n')
    let buffer = ''
    let mail: ReceivedMail = { from: '', to: '', source: '' }
    let isData = false
    socket.on('data', (chunk: string) => {
      buffer += chunk
      for (;;) {
        const end = isData ? buffer.indexOf('\r\n.\r\n') : buffer.indexOf('\r\n')
        if (end < 0) return
        const line = buffer.slice(0, end)
        buffer = buffer.slice(end + (isData ? 5 : 2))
        socket.write(answer(line))
      }
    })

    function answer(line: string): string {
      if (isData) {
        isData = false
        mails.push({ ...mail, source: line })
        return '250 kept\r\n'
      }
      commands.push(line)
      const command = line.split(/[ :]/, 1)[0]!.toUpperCase()
      const refused = refusals.findIndex((one) => one.command === command)
      if (refused >= 0) return `${refusals.splice(refused, 1)[0]!.reply}\r\n`
      switch (command) {
        case 'EHLO':
        case 'HELO':
          return '250-fake\r\n250 8BITMIME\r\n'
        case 'MAIL':
          mail = { from: line, to: '', source: '' }
          return '250 ok\r\n'
        case 'RCPT':
          mail.to = line
          return '250 ok\r\n'
        case 'DATA':
          isData = true
          return '354 go on\r\n'
        case 'QUIT':
          socket.end('221 bye\r\n')
          return ''
        default:
          return '250 ok\r\n'
      }
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    commands,
    refusals,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
