import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OwnStorage, ownStorage } from '../support/own-storage.ts'
import { type ServiceProcess, startServiceProcess } from '../support/service-process.ts'
import { EmulatorWithGate, freePort } from '../support/telegram/emulator.ts'
import { waitUntil } from '../support/wait-until.ts'

const token = '666:emulated_token'
const workPermit = 'lam giay phep lao dong cho nguoi nuoc ngoai can giay to gi'

interface Key {
  text: string
  callback_data?: string
  url?: string
}

/** What the person sees of one message. */
interface Shown {
  text: string
  keys: Key[]
}

/**
 * A citizen on Telegram, by telegram-test-api, which was written by others: the real service fetches from it and sends
 * to it. Numbers in names are rows of the feature list.
 */
describe.concurrent('a citizen on Telegram', () => {
  let storage: OwnStorage
  let emulator: EmulatorWithGate
  let service: ServiceProcess

  beforeAll(async () => {
    storage = await ownStorage()
    emulator = new EmulatorWithGate({ port: await freePort(), host: '127.0.0.1', storeTimeout: 600 })
    await emulator.start()
    service = await startServiceProcess({
      ...storage.settings,
      TELEGRAM_BOT_TOKEN: token,
      TELEGRAM_API_ROOT: emulator.config.apiURL,
    })
  }, 60_000)
  afterAll(async () => {
    await service?.stop()
    await emulator?.stop()
    await storage?.remove()
  })

  let chats = 1_000
  function openChat() {
    chats += 1
    const id = chats
    const client = emulator.getClient(token, { userId: id, chatId: id, firstName: 'Lan' })
    const shown = (): Shown[] =>
      emulator.storage.botMessages
        .filter(({ message }) => String(message.chat_id) === String(id))
        .map(({ message }) => {
          const markup = message.reply_markup as { inline_keyboard?: Key[][] } | undefined
          return { text: String(message.text), keys: markup?.inline_keyboard?.flat() ?? [] }
        })
    /** Everything that comes after `act` until a message that matches has come. */
    async function answer(act: () => Promise<unknown>, expected: RegExp): Promise<Shown[]> {
      const before = shown().length
      await act()
      const isThere = () =>
        shown()
          .slice(before)
          .some(({ text }) => expected.test(text))
      await waitUntil(`an answer like ${expected}`, isThere).catch((error: unknown) => {
        const seen = shown()
          .slice(before)
          .map(({ text }) => text)
        throw new Error(`${String(error)}; came instead: ${JSON.stringify(seen)}`)
      })
      return shown().slice(before)
    }
    return {
      shown,
      ask: (text: string, expected = /./) =>
        answer(() => client.sendMessage(client.makeMessage(text)), expected),
      tap: (choice: string, expected = /./) =>
        answer(() => client.sendCallback(client.makeCallbackQuery(choice)), expected),
      send: (fields: object, expected: RegExp) =>
        answer(() => client.sendMessage(client.makeMessage('', fields)), expected),
      command: (text: string, expected = /./) =>
        answer(() => client.sendCommand(client.makeCommand(text)), expected),
      client,
    }
  }
  const textOf = (messages: Shown[]) => messages.map(({ text }) => text).join('\n')
  const keysOf = (messages: Shown[]) => messages.flatMap(({ keys }) => keys)

  it('row 2: is told once that a machine answers, and gets the papers with their source (rows 18, 23)', async () => {
    const chat = openChat()
    const papers = await chat.ask(workPermit, /Chi tiết: https:\/\/dichvucong\.gov\.vn/)
    expect(papers[0]!.text).toContain('hệ thống trả lời tự động')
    expect(textOf(papers)).toContain('Giấy tờ cần nộp')
    expect(textOf(papers)).toContain('Hộ chiếu còn')
    expect(textOf(papers)).toContain('1.014199')
    expect(textOf(papers)).toContain('526/QĐ-BNV')
    expect(textOf(papers)).toMatch(/Dữ liệu (ngày|tháng) [\d/]+/)
    expect(Math.max(...papers.map(({ text }) => text.length))).toBeLessThanOrEqual(4096)
    const again = await chat.ask('1.014199')
    expect(textOf(again)).not.toContain('hệ thống trả lời tự động')
  })

  it('rows 22, 24, 27: the fee asked after it is that of the same procedure, and no number is made up', async () => {
    const chat = openChat()
    await chat.ask('1.014199 cần giấy tờ gì', /Chi tiết/)
    const fee = textOf(await chat.ask('phí bao nhiêu'))
    expect(fee).toContain('giấy phép lao động')
    expect(fee).toContain('1.014199')
    expect(fee).toContain('Hội đồng nhân dân tỉnh')
    expect(fee).not.toMatch(/miễn phí|không phải nộp/i)
    expect(fee).not.toMatch(/\d\s?(đồng|đ\b|VNĐ)/)
  })

  it('rows 2, 26: an inline button answers, and answers again when tapped again later', async () => {
    const chat = openChat()
    const papers = await chat.ask('1.014199 cần giấy tờ gì', /Chi tiết/)
    const key = keysOf(papers).find(({ text }) => text === 'Phí, lệ phí')
    expect(Buffer.byteLength(key!.callback_data!)).toBeLessThanOrEqual(64)
    const once = await chat.tap(key!.callback_data!, /Hội đồng nhân dân tỉnh/)
    expect(once).toHaveLength(1)
    const again = await chat.tap(key!.callback_data!, /Hội đồng nhân dân tỉnh/)
    expect(again.map(({ text }) => text)).toEqual(once.map(({ text }) => text))
  })

  it('rows 21, 25: everyday words, abbreviations, and what is not its business', async () => {
    const chat = openChat()
    const benefit = await chat.ask('trợ cấp thất nghiệp', /Hưởng trợ cấp thất nghiệp/)
    expect(textOf(benefit)).toMatch(/(Thủ tục: |1\. )Hưởng trợ cấp thất nghiệp/)
    const funeral = await chat.ask('tro cap mai tang nguoi co cong')
    const offered = [textOf(funeral), ...keysOf(funeral).map(({ text }) => text)].join('\n')
    expect(offered).toMatch(/mai táng|từ trần/)
    const training = await chat.ask('dk hoc nghe')
    expect(textOf(training)).toMatch(/học nghề|đào tạo nghề|chưa tìm thấy/i)
    expect(keysOf(training).length).toBeGreaterThan(0)
    const cooking = await chat.ask('cách nấu phở')
    expect(textOf(cooking)).toContain('ngoài các thủ tục hành chính')
    expect(keysOf(cooking).map(({ text }) => text)).toContain('Gặp cán bộ')
  })

  it('rows 2, 28: commands, a picture, and a button that was never ours', async () => {
    const chat = openChat()
    expect(keysOf(await chat.command('/start')).map(({ text }) => text)).toContain('Hỏi thủ tục')
    expect(textOf(await chat.command('/trogiup', /Gõ mã thủ tục/))).toContain('Xem theo lĩnh vực')
    expect(textOf(await chat.command('/gapcanbo', /cán bộ/))).toContain('Sở Nội vụ')
    const photo = [{ file_id: 'f', file_unique_id: 'u', width: 1, height: 1 }]
    await chat.send({ text: undefined, photo }, /chưa xem được ảnh/)
    expect(textOf(await chat.tap('p:9.999999:fee'))).toContain('không có thủ tục mã 9.999999')
    expect(textOf(await chat.tap('$where:1'))).toContain('không còn dùng được')
  })

  it('row 9: ten people at once each get their own answer, in the order of their questions', async () => {
    const codes = ['1.014199', '1.014748']
    const people = Array.from({ length: 10 }, () => openChat())
    await Promise.all(
      people.map(async (person, n) => {
        const order = n % 2 === 0 ? codes : codes.toReversed()
        for (const code of order) await person.client.sendMessage(person.client.makeMessage(code))
        const isDone = () => person.shown().filter(({ text }) => /Mã \d/.test(text)).length === 2
        await waitUntil('both answers', isDone, 15_000)
        const given = person.shown().flatMap(({ text }) => /Mã (\d\.\d{6})/.exec(text)?.[1] ?? [])
        expect(given).toEqual(order)
      }),
    )
  })
})
