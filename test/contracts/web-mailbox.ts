import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Mailbox, MailboxLine } from '../../src/channels/web/mailbox.ts'

export interface MailboxHarness {
  /** Two instances of the service on the same storage. */
  mailbox: Mailbox
  other: Mailbox
  now(): Date
  close(): Promise<void>
}

/** What the web channel needs of a mailbox, whatever keeps it. */
export function mailboxContract(name: string, open: () => Promise<MailboxHarness>): void {
  describe(`${name}: what every mailbox does`, () => {
    let harness: MailboxHarness
    beforeAll(async () => {
      harness = await open()
    })
    afterAll(async () => {
      await harness.close()
    })

    const bot = (id: string, text = id): MailboxLine => ({ from: 'bot', message: { id, text } })
    const ids = async (conversation: string, sequence: number | undefined, limit = 100) =>
      (await harness.mailbox.after(conversation, sequence, limit)).map((line) => line.message.id)

    it('gives both sides back whole and in order', async () => {
      const lines: MailboxLine[] = [
        { from: 'person', message: { id: 'a:1', text: 'Lệ phí?\n"$gt" <b>' } },
        {
          from: 'bot',
          message: {
            id: 'a:1#0',
            text: 'Không thu 👍🏽',
            buttons: [
              { label: 'Hồ sơ', choice: 'ask:documents' },
              { label: 'Nộp', url: 'https://dichvucong.gov.vn/?a=1&b=2' },
            ],
          },
        },
        { from: 'person', message: { id: 'a:2', choice: 'ask:documents' } },
        { from: 'bot', message: { id: 'a:2#0', text: 'Mã tra cứu: 1234', isSecret: true } },
      ]
      for (const line of lines) await harness.mailbox.append('a', line)
      const found = await harness.other.after('a', undefined, 10)
      expect(found.map(({ sequence: _, ...line }) => line)).toEqual(lines)
      const sequences = found.map(({ sequence }) => sequence)
      expect(sequences).toEqual([...new Set(sequences)].sort((x, y) => x - y))
      expect(sequences.every(Number.isSafeInteger)).toBe(true)
    })

    it('stores a line once, however often it comes', async () => {
      for (let n = 0; n < 3; n++) await harness.mailbox.append('b', bot('b:1#0'))
      await Promise.all(Array.from({ length: 5 }, () => harness.other.append('b', bot('b:1#1'))))
      expect(await ids('b', undefined)).toEqual(['b:1#0', 'b:1#1'])
    })

    it('gives the lines after a sequence, as many as asked for, and the newest without one', async () => {
      for (let n = 1; n <= 7; n++) await harness.mailbox.append('c', bot(`c:${n}`))
      const all = await harness.mailbox.after('c', undefined, 100)
      expect(await ids('c', all[2]!.sequence, 2)).toEqual(['c:4', 'c:5'])
      expect(await ids('c', undefined, 3)).toEqual(['c:5', 'c:6', 'c:7'])
      expect(await ids('c', all[6]!.sequence)).toEqual([])
      expect(await ids('nobody', undefined)).toEqual([])
    })

    it('never shows a later line before an earlier one, with two instances writing at once', async () => {
      const seen: string[] = []
      let last = 0
      let isWriting = true
      const reading = (async () => {
        while (isWriting || (await harness.mailbox.after('d', last, 1)).length > 0) {
          for (const line of await harness.mailbox.after('d', last, 100)) {
            last = line.sequence
            seen.push(line.message.id)
          }
          await new Promise((resolve) => setTimeout(resolve, 1))
        }
      })()
      await harness.mailbox.append('d', bot('d:0'))
      await Promise.all(
        Array.from({ length: 24 }, (_, n) =>
          (n % 2 ? harness.mailbox : harness.other).append('d', bot(`d:${n + 1}`)),
        ),
      )
      isWriting = false
      await reading
      expect(seen).toHaveLength(25)
      expect(new Set(seen).size).toBe(25)
      expect(seen).toEqual(await ids('d', undefined))
    })

    it('tells where something was said since a time', async () => {
      await harness.other.append('e', bot('e:1'))
      const [line] = await harness.mailbox.after('e', undefined, 1)
      const changed = await harness.mailbox.changedSince(new Date(harness.now().getTime() - 1_000))
      expect(changed).toContainEqual({ conversationId: 'e', sequence: line!.sequence })
    })

    it('forgets one conversation, and what is said afterwards stands above the numbers given before', async () => {
      for (let n = 1; n <= 5; n++) await harness.mailbox.append('f', bot(`f:${n}`))
      await harness.mailbox.append('g', bot('g:1'))
      const last = (await harness.mailbox.after('f', undefined, 1))[0]!.sequence
      await harness.mailbox.forget('f')
      await harness.other.forget('f')
      expect(await ids('f', undefined)).toEqual([])
      expect(await ids('f', last - 2)).toEqual([])
      expect(await ids('g', undefined)).toEqual(['g:1'])
      await harness.other.append('f', bot('f:6'))
      expect(await ids('f', last)).toEqual(['f:6'])
      expect(await ids('f', undefined)).toEqual(['f:6'])
    })

    it('gives a line until it expires, and tells of it like of any other until then', async () => {
      const inMs = (ms: number) => ({ expiresAt: new Date(harness.now().getTime() + ms) })
      await harness.mailbox.append('h', bot('h:1'), inMs(-1))
      await harness.mailbox.append('h', bot('h:2'), inMs(60_000))
      expect(await ids('h', undefined)).toEqual(['h:2'])
      const [line] = await harness.other.after('h', 1, 10)
      expect(line!.message.id).toBe('h:2')
      const changed = await harness.other.changedSince(new Date(harness.now().getTime() - 1_000))
      expect(changed).toContainEqual({ conversationId: 'h', sequence: line!.sequence })
    })
  })
}
