import { waitUntil } from '../wait-until.ts'
import type { EmulatorWithGate } from './emulator.ts'

export interface ShownMessage {
  text: string
  keys: { text: string; callback_data?: string }[]
}

/** A person at the Telegram emulator: writes, taps, and waits for what comes. */
export function telegramChat(emulator: EmulatorWithGate, token: string, id: number) {
  const client = emulator.getClient(token, { userId: id, chatId: id, firstName: 'Ba' })
  const shown = (): ShownMessage[] =>
    emulator.storage.botMessages
      .filter(({ message }) => String(message.chat_id) === String(id))
      .map(({ message }) => {
        const markup = message.reply_markup as { inline_keyboard?: ShownMessage['keys'][] } | undefined
        return { text: String(message.text), keys: markup?.inline_keyboard?.flat() ?? [] }
      })

  async function comes(expected: RegExp, { from, timeoutMs }: { from: number; timeoutMs: number }) {
    const isThere = () =>
      shown()
        .slice(from)
        .some(({ text }) => expected.test(text))
    await waitUntil(`a message like ${expected}`, isThere, timeoutMs).catch((error: unknown) => {
      throw new Error(`${String(error)}; came instead: ${JSON.stringify(shown().slice(from))}`)
    })
    return shown().slice(from)
  }

  async function press(key: { callback_data?: string }): Promise<void> {
    await client.sendCallback(client.makeCallbackQuery(key.callback_data!))
  }

  /** The newest button with this label. */
  function key(label: string) {
    const found = shown()
      .flatMap(({ keys }) => keys)
      .findLast(({ text }) => text === label)
    if (!found) throw new Error(`no button ${label}: ${JSON.stringify(shown().at(-1))}`)
    return found
  }

  return {
    shown,
    key,
    press,
    async say(text: string, expected: RegExp) {
      const from = shown().length
      await client.sendMessage(client.makeMessage(text))
      return comes(expected, { from, timeoutMs: 15_000 })
    },
    async tap(label: string, expected: RegExp) {
      const from = shown().length
      await press(key(label))
      return comes(expected, { from, timeoutMs: 15_000 })
    },
    /** What came, or comes within the time, since `from` messages were shown. */
    waitFor: (expected: RegExp, { from = 0, timeoutMs = 15_000 } = {}) =>
      comes(expected, { from, timeoutMs }),
  }
}
