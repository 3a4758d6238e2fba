import { afterEach, describe, expect, it } from 'vitest'
import { conversationOf } from '../../../src/channels/web/parse.ts'
import { FakeClock } from '../../../src/lib/clock.ts'
import { MemoryMailbox } from './memory-mailbox.ts'
import { openWebChat, type WebChat } from './open-web-chat.ts'
import { type EventReader, readEvents } from './read-events.ts'

const sessionId = 'sess-1234_ABCD'
const conversation = conversationOf(sessionId)
const secret = { id: 'secret', text: 'Mã tra cứu: 1234 5678', isSecret: true as const }
const minuteMs = 60_000
const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function open(options: Parameters<typeof openWebChat>[0] = {}): Promise<WebChat> {
  const chat = await openWebChat(options)
  closing.push(() => chat.close())
  return chat
}

async function listen(chat: WebChat, lastEventId = ''): Promise<EventReader> {
  const query = lastEventId && `&lastEventId=${lastEventId}`
  const reader = await readEvents(`${chat.url}/web/events?sessionId=${sessionId}${query}`)
  closing.push(() => reader.close())
  return reader
}

async function say(chat: WebChat, messageId: string, text: string): Promise<number> {
  const response = await fetch(`${chat.url}/web/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sessionId, messageId, text }),
  })
  await response.text()
  return response.status
}

/** What a page that obeys shows: a `clear` empties it. */
function shownBy(reader: EventReader): string[] {
  let shown: string[] = []
  for (const { event, data } of reader.events) {
    if (event === 'clear') shown = []
    else if (event !== 'ready') shown.push((data as { text: string }).text)
  }
  return shown
}

/** The person tells, the bot asks; gives the id of the last event. */
async function tell(chat: WebChat, reader: EventReader): Promise<string> {
  await say(chat, 'm1', 'Họ đòi tiền tôi')
  await chat.channel.send(conversation, { id: 'b1', text: 'Ở đâu?' })
  await say(chat, 'm2', 'Ở quầy 3')
  await reader.until('own', 2)
  const asked = await reader.until('message')
  return asked.at(-1)!.id
}

describe('a secret message', () => {
  it('takes the place of all that was said, on the page and in the mailbox', async () => {
    const chat = await open()
    const reader = await listen(chat)
    await tell(chat, reader)
    expect(await chat.channel.send(conversation, secret)).toEqual({ kind: 'sent' })
    await reader.until('message', 2)
    expect(shownBy(reader)).toEqual([secret.text])
    expect(reader.events.filter(({ event }) => event === 'clear').length).toBeGreaterThan(0)
    expect(reader.events.at(-1)!.data).toEqual(secret)
    const kept = await chat.mailbox.after(conversation, undefined, 100)
    expect(kept.map(({ message }) => message.id)).toEqual(['secret'])
  })

  it('is shown by a reload for ten minutes and not longer', async () => {
    const chat = await open()
    await tell(chat, await listen(chat))
    await chat.channel.send(conversation, secret)
    const shownOnReload = async () => {
      const reader = await listen(chat)
      await reader.until('ready')
      reader.close()
      return shownBy(reader)
    }
    chat.clock.advanceMs(10 * minuteMs - 1)
    expect(await shownOnReload()).toEqual([secret.text])
    chat.clock.advanceMs(1)
    expect(await shownOnReload()).toEqual([])
    await chat.channel.send(conversation, { id: 'b9', text: 'Chào lại' })
    expect(await shownOnReload()).toEqual(['Chào lại'])
  })

  it.each([
    ['within the ten minutes', minuteMs, [secret.text]],
    ['long after', 60 * minuteMs, []],
  ])('is not missed by a page that was offline and comes back %s', async (_, laterMs, expected) => {
    const chat = await open()
    const before = await listen(chat)
    const lastEventId = await tell(chat, before)
    before.close()
    await chat.channel.send(conversation, secret)
    chat.clock.advanceMs(laterMs)
    const after = await listen(chat, lastEventId)
    await after.until('ready')
    expect(after.events[0]!.event).toBe('clear')
    expect(shownBy(after)).toEqual(expected)
  })

  it('leaves what is said after it in place, also once it has expired', async () => {
    const chat = await open({ limits: { keepAliveMs: 20 } })
    const reader = await listen(chat)
    await tell(chat, reader)
    await chat.channel.send(conversation, secret)
    await chat.channel.send(conversation, { id: 'b3', text: 'Việc khác?' })
    await reader.until('message', 3)
    chat.clock.advanceMs(11 * minuteMs)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(shownBy(reader)).toEqual([secret.text, 'Việc khác?'])
    const again = await listen(chat, reader.events.findLast(({ id }) => id)!.id)
    await again.until('ready')
    expect(again.events.map(({ event }) => event)).toEqual(['ready'])
  })

  it('brings back nothing when an old message is delivered once more', async () => {
    const chat = await open()
    const reader = await listen(chat)
    await tell(chat, reader)
    await chat.channel.send(conversation, secret)
    expect(await say(chat, 'm1', 'Họ đòi tiền tôi')).toBe(202)
    expect(await say(chat, 'm2', 'Ở quầy 3')).toBe(202)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const kept = await chat.mailbox.after(conversation, undefined, 100)
    expect(kept.map(({ message }) => message.id)).toEqual(['secret'])
    expect(chat.inbox.accepted).toHaveLength(2)
  })

  it('takes a line with it that is still being written when it comes', async () => {
    let release = () => {}
    const gate = new Promise<void>((resolve) => (release = resolve))
    class SlowMailbox extends MemoryMailbox {
      override async append(...given: Parameters<MemoryMailbox['append']>) {
        if (given[1].from === 'person') await gate
        return super.append(...given)
      }
    }
    const chat = await open({ mailbox: new SlowMailbox() })
    const posting = say(chat, 'm1', 'Họ đòi tiền tôi')
    await expect.poll(() => chat.inbox.accepted.length, { timeout: 5_000 }).toBe(1)
    const sending = chat.channel.send(conversation, secret)
    release()
    await Promise.all([posting, sending])
    const kept = await chat.mailbox.after(conversation, undefined, 100)
    expect(kept.map(({ message }) => message.id)).toEqual(['secret'])
  })

  it('clears the page at another instance as well', async () => {
    const clock = new FakeClock('2026-03-02T01:00:00Z')
    const mailbox = new MemoryMailbox(() => clock.now())
    const here = await open({ mailbox, clock, limits: { pollMs: 30 } })
    const there = await open({ mailbox, clock })
    const reader = await listen(here)
    await tell(here, reader)
    await there.channel.send(conversation, secret)
    await reader.until('message', 2)
    expect(shownBy(reader)).toEqual([secret.text])
  })

  it('sent twice stands once', async () => {
    const chat = await open()
    for (let n = 0; n < 2; n++) expect((await chat.channel.send(conversation, secret)).kind).toBe('sent')
    expect(await chat.mailbox.after(conversation, undefined, 10)).toHaveLength(1)
  })

  it('is asked for again while storage is down, and nothing is shown of it before', async () => {
    const chat = await open()
    chat.mailbox.isDown = true
    expect((await chat.channel.send(conversation, secret)).kind).toBe('retry')
    chat.mailbox.isDown = false
    expect(await chat.mailbox.after(conversation, undefined, 10)).toEqual([])
  })

  it('does not clear other conversations', async () => {
    const chat = await open()
    await chat.channel.send('other', { id: 'o1', text: 'Của người khác' })
    await chat.channel.send(conversation, secret)
    expect(await chat.mailbox.after('other', undefined, 10)).toHaveLength(1)
  })
})
