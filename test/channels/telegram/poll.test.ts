import { describe, expect, it } from 'vitest'
import type { Accept } from '../../../src/channels/channel.ts'
import { AppError } from '../../../src/lib/errors.ts'
import { refusal, type Treatment, tooManyRequests } from '../../support/telegram/fake-bot-api.ts'
import { quickPace, setUp, until } from '../../support/telegram/set-up.ts'
import { person, privateChat, tapUpdate, textUpdate } from '../../support/telegram/updates.ts'

const offsetsOf = (calls: Record<string, unknown>[]) => calls.map(({ offset }) => offset)

describe('row 5 and §9: an update is confirmed only when it is stored', () => {
  it('waits for accept before it asks for more; after a crash Telegram gives the update again', async () => {
    const { telegram, channel, inbox, another } = await setUp()
    const started: string[] = []
    await channel.start((message) => {
      started.push(message.messageId)
      // The database hangs, and then the process dies.
      return new Promise(() => undefined)
    })
    telegram.put(textUpdate(10, 'một'), textUpdate(11, 'hai'))
    await until(() => started.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(telegram.waiting()).toEqual([10, 11])
    expect(started).toEqual(['u10'])

    const next = another()
    await next.start(inbox.accept)
    await until(() => telegram.waiting().length === 0)
    expect(inbox.accepted.map(({ messageId }) => messageId)).toEqual(['u10', 'u11'])
  })

  it('stops at the first that cannot be stored, confirms those before it, and loses none', async () => {
    const { telegram, channel, inbox } = await setUp()
    let isDown = true
    const tried: string[] = []
    const accept: Accept = async (message) => {
      tried.push(message.messageId)
      if (message.messageId === 'u21' && isDown) throw new AppError('STORAGE_UNAVAILABLE', 'down')
      return inbox.accept(message)
    }
    telegram.put(textUpdate(20, 'a'), textUpdate(21, 'b'), textUpdate(22, 'c'))
    await channel.start(accept)
    await until(() => tried.filter((id) => id === 'u21').length >= 3)
    expect(telegram.waiting()).toEqual([21, 22])
    expect(tried).not.toContain('u22')
    isDown = false
    await until(() => telegram.waiting().length === 0)
    expect(inbox.accepted.map(({ text }) => text)).toEqual(['a', 'b', 'c'])
  })

  it('keeps the order of each chat over many batches', async () => {
    const { telegram, channel, inbox } = await setUp()
    const chats = [1, 2, 3].map((id) => ({ ...privateChat, id }))
    for (let n = 0; n < 250; n++) {
      const chat = chats[n % 3]!
      telegram.put(textUpdate(1_000 + n, `${n}`, { chat, from: { ...person, id: chat.id } }))
    }
    await channel.start(inbox.accept)
    await until(() => inbox.accepted.length === 250)
    for (const { id } of chats) {
      const order = inbox.accepted
        .filter(({ conversationId }) => conversationId === `${id}`)
        .map(({ text }) => Number(text))
      expect(order).toEqual(order.toSorted((a, b) => a - b))
    }
  })

  it('passes by what it ignores, and what is no update', async () => {
    const { telegram, channel, inbox } = await setUp()
    telegram.put(
      { update_id: 30, edited_message: {} },
      { update_id: 31, telepathy: 1 },
      { update_id: 32, message: 'not one' },
      textUpdate(33, 'còn đây'),
    )
    await channel.start(inbox.accept)
    await until(() => telegram.waiting().length === 0)
    expect(inbox.accepted.map(({ text }) => text)).toEqual(['còn đây'])
  })

  it('takes update ids that start again from a smaller number, as after a quiet week', async () => {
    const { telegram, channel, inbox } = await setUp({ pace: { ...quickPace, longPollSeconds: 0.05 } })
    telegram.put(textUpdate(900_000_000, 'trước'))
    await channel.start(inbox.accept)
    await until(() => telegram.waiting().length === 0 && telegram.callsOf('getUpdates').length > 3)
    telegram.put(textUpdate(5_000, 'sau'))
    await until(() => inbox.accepted.length === 2)
    expect(inbox.accepted.map(({ messageId }) => messageId)).toEqual(['u900000000', 'u5000'])
  })

  it('asks without an offset first, for messages and taps only', async () => {
    const { telegram, channel, inbox } = await setUp()
    telegram.put(textUpdate(40, 'x'))
    await channel.start(inbox.accept)
    await until(() => telegram.callsOf('getUpdates').length === 2)
    expect(offsetsOf(telegram.callsOf('getUpdates'))).toEqual([undefined, 41])
    expect(telegram.callsOf('getUpdates')[0]).toMatchObject({
      allowed_updates: ['message', 'callback_query'],
      timeout: 50,
      limit: 100,
    })
  })
})

describe('taps', () => {
  it('are answered after they are stored, so that the button stops turning', async () => {
    const { telegram, channel, inbox } = await setUp()
    await channel.start(inbox.accept)
    telegram.put(tapUpdate(50, 'menu'))
    await until(() => telegram.callsOf('answerCallbackQuery').length === 1)
    expect(telegram.callsOf('answerCallbackQuery')).toEqual([{ callback_query_id: '2384765982374650' }])
    expect(inbox.accepted).toHaveLength(1)
  })

  it.each<Treatment>([
    refusal(400, 'Bad Request: query is too old and response timeout expired'),
    'hang',
    'cut',
    'unknown',
  ])('count also when answering them ends in %j', async (treatment) => {
    const { telegram, channel, inbox } = await setUp()
    telegram.treat('answerCallbackQuery', [treatment], true)
    await channel.start(inbox.accept)
    telegram.put(tapUpdate(50, 'menu'), tapUpdate(51, 'menu'), textUpdate(52, 'tiếp'))
    await until(() => telegram.waiting().length === 0)
    expect(inbox.accepted).toHaveLength(3)
  })
})

describe('trouble', () => {
  it.each<Treatment>([
    refusal(502, 'Bad Gateway'),
    'cut',
    'page',
    'hang',
    'hang-midway',
    { status: 200, body: { ok: true, result: 7 } },
  ])('goes on after %j', async (treatment) => {
    const pace = { ...quickPace, answerWithinMs: 100 }
    const { telegram, channel, inbox } = await setUp({ pace })
    telegram.treat('getUpdates', [treatment, treatment])
    telegram.put(textUpdate(60, 'vẫn đến'))
    await channel.start(inbox.accept)
    await until(() => inbox.accepted.length === 1)
    expect(telegram.callsOf('getUpdates').length).toBeGreaterThanOrEqual(3)
  })

  it('waits as long as a 429 asks', async () => {
    const { telegram, channel, inbox } = await setUp()
    telegram.treat('getUpdates', [tooManyRequests(1)])
    telegram.put(textUpdate(61, 'x'))
    const startedAt = performance.now()
    await channel.start(inbox.accept)
    await until(() => inbox.accepted.length === 1)
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990)
  })

  it('waits longer from failure to failure, and never longer than the most', async () => {
    const { telegram, channel, inbox } = await setUp({ pace: { ...quickPace, retryMs: 20, maxRetryMs: 80 } })
    telegram.treat('getUpdates', [refusal(500, 'x')], true)
    await channel.start(inbox.accept)
    await new Promise((resolve) => setTimeout(resolve, 600))
    // 20, 40, 80, 80 …, each half by chance: between 9 and 18 in 600 ms. Without waiting it would be hundreds.
    const calls = telegram.callsOf('getUpdates').length
    expect(calls).toBeGreaterThanOrEqual(4)
    expect(calls).toBeLessThanOrEqual(20)
  })

  it('says clearly that another process polls, goes on slowly, and takes over when that one ends', async () => {
    const { telegram, channel, inbox, another, logged } = await setUp()
    await channel.start(inbox.accept)
    await until(() => telegram.callsOf('getUpdates').length === 1)
    const rival = another({ pace: { ...quickPace, conflictMs: 5_000 } })
    await rival.start(inbox.accept)
    await until(() => logged().includes('another process uses this bot token'))
    await rival.stop()
    await channel.stop()
    const heir = another()
    await heir.start(inbox.accept)
    telegram.put(textUpdate(70, 'ai nghe?'))
    await until(() => inbox.accepted.length === 1)
  })

  it('takes a first 409 for a restart, and calls for someone at the second', async () => {
    const { telegram, channel, inbox, logged } = await setUp()
    const conflict = refusal(409, 'Conflict: terminated by other getUpdates request')
    telegram.treat('getUpdates', [conflict, conflict])
    telegram.put(textUpdate(71, 'x'))
    await channel.start(inbox.accept)
    await until(() => inbox.accepted.length === 1)
    const levels = logged().match(/"level":\d+(?=.*another process uses)/g)
    expect(levels).toEqual(['"level":40', '"level":50'])
  })

  it('does not press a server that never holds the request', async () => {
    const { telegram, channel, inbox } = await setUp({
      pace: { ...quickPace, longPollSeconds: 0, emptyMs: 50 },
    })
    await channel.start(inbox.accept)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(telegram.callsOf('getUpdates').length).toBeLessThanOrEqual(11)
  })

  it('does not press a server that gives the same update for ever', async () => {
    const { telegram, channel, inbox } = await setUp({ pace: { ...quickPace, retryMs: 50, maxRetryMs: 100 } })
    telegram.treat('getUpdates', [{ status: 200, body: { ok: true, result: [textUpdate(80, 'x')] } }], true)
    await channel.start(inbox.accept)
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(telegram.callsOf('getUpdates').length).toBeLessThanOrEqual(14)
    expect(inbox.accepted).toHaveLength(1)
  })
})

describe('stop', () => {
  it('ends a request that is held, within two seconds, and confirms what was stored', async () => {
    const { telegram, channel, inbox } = await setUp()
    await channel.start(inbox.accept)
    telegram.put(textUpdate(90, 'cuối'))
    await until(() => telegram.callsOf('getUpdates').length === 2)
    const startedAt = performance.now()
    await channel.stop()
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    expect(telegram.waiting()).toEqual([])
    telegram.put(textUpdate(91, 'muộn'))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(inbox.accepted.map(({ text }) => text)).toEqual(['cuối'])
    expect(telegram.waiting()).toEqual([91])
  })

  it('waits for the message that is being stored, and leaves the others with Telegram', async () => {
    const { telegram, channel, inbox } = await setUp()
    let finish: (() => void) | undefined
    telegram.put(textUpdate(92, 'đang lưu'), textUpdate(93, 'để lại'))
    await channel.start(async (message) => {
      await new Promise<void>((resolve) => {
        finish = resolve
      })
      return inbox.accept(message)
    })
    await until(() => finish !== undefined)
    const stopped = channel.stop()
    finish?.()
    await stopped
    expect(inbox.accepted.map(({ text }) => text)).toEqual(['đang lưu'])
    expect(telegram.waiting()).toEqual([93])
  })

  it('ends a wait after a failure at once', async () => {
    const { telegram, channel, inbox } = await setUp({
      pace: { ...quickPace, retryMs: 60_000, maxRetryMs: 60_000 },
    })
    telegram.treat('getUpdates', [refusal(500, 'x')], true)
    await channel.start(inbox.accept)
    await until(() => telegram.callsOf('getUpdates').length === 1)
    const startedAt = performance.now()
    await channel.stop()
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })
})
