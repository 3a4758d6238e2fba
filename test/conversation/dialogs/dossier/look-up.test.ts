import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { slipKeyPurpose, slipToken } from '../../../../src/dossiers/slip-token.ts'
import { FakeClock } from '../../../../src/lib/clock.ts'
import { numbered } from '../../../dossiers/made-dossier.ts'
import { openTestDatabase, type TestDatabase } from '../../../support/database.ts'
import {
  choiceOf,
  type DossierWorld,
  keyRing,
  openDossierWorld,
  row,
  saidIn,
} from '../../../support/dossier-world.ts'

let database: TestDatabase
let clock: FakeClock
let world: DossierWorld
const mine = numbered(1)
const unknown = numbered(999)
const minuteMs = 60_000

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database?.close())
beforeEach(async () => {
  clock = new FakeClock('2026-11-23T02:00:00Z')
  world = await openDossierWorld(database, { clock })
  for (const { name } of await database.connection.db!.listCollections().toArray()) {
    await database.connection.collection(name).deleteMany({})
  }
})

const filled = () =>
  world.take([row(mine, 'Đang xử lý'), row(numbered(2), 'Đã trả kết quả', { 'Ngày trả': '20/11/2026' })])

describe('looking a dossier up in chat', () => {
  it('sends people to the portal until there are records', async () => {
    const person = world.talk('c0')
    for (const text of ['tra cứu hồ sơ', 'sao hồ sơ nộp cả tháng rồi mà chưa có kết quả', mine]) {
      const said = await person.say(text)
      expect(saidIn(said)).toContain('chưa tra cứu được tình trạng hồ sơ')
    }
  })

  it.each([
    'tra cứu hồ sơ',
    'hồ sơ của tôi tới đâu rồi',
    'sao hồ sơ nộp cả tháng rồi mà chưa có kết quả',
    '/tracuuhoso',
  ])('«%s» asks for the code, then the digits, and says where it stands', async (words) => {
    await filled()
    const person = world.talk('c1')
    expect(saidIn(await person.say(words))).toContain('nhập mã hồ sơ và 4 số cuối điện thoại đã đăng ký')
    expect(saidIn(await person.say(mine.toLowerCase()))).toContain('4 số cuối')
    const found = await person.say('3456')
    expect(saidIn(found)).toContain(`Hồ sơ ${mine} – Cấp giấy phép lao động: đang xử lý`)
    expect(saidIn(found)).toContain('30/11/2026')
  })

  it('stands in the menu as soon as there are records', async () => {
    expect(JSON.stringify(await world.talk('m0').say('menu'))).not.toContain('Tra cứu hồ sơ')
    await filled()
    const menu = await world.talk('m1').say('menu')
    expect(saidIn(await world.talk('m1').tap(choiceOf(menu, 'Tra cứu hồ sơ')))).toContain('nhập mã hồ sơ')
  })

  it('understands a code with words around it at once, in any place of the talk', async () => {
    await filled()
    const person = world.talk('c2')
    expect(saidIn(await person.say(`cho em hỏi hồ sơ mã ${mine} tới đâu rồi ạ`))).toContain(mine)
    expect(saidIn(await person.say('4 số cuối là 3456'))).toContain('đang xử lý')
  })

  it.each([`${mine} 3456`, `ho so ${mine.toLowerCase()}, sdt 0905 123 456`, `${mine}\n4 số cuối: 3456`])(
    'takes code and digits from one message: «%s»',
    async (words) => {
      await filled()
      const said = await world.talk('c6').say(words)
      expect(saidIn(said)).toContain('đang xử lý')
      expect(saidIn(said)).not.toContain('nhập 4 số cuối')
    },
  )

  it.each(['0905123456', '0905 123 456', 'so dt cua toi la 0905.123.456', '+84 905 123 456'])(
    'takes the end of a whole telephone that was typed instead of four digits: «%s»',
    async (words) => {
      await filled()
      const person = world.talk('c7')
      await person.say(mine)
      expect(saidIn(await person.say(words))).toContain('đang xử lý')
      expect(JSON.stringify(person.state())).not.toContain('3456')
    },
  )

  it.each(['mất giấy hẹn rồi', 'quên mã', 'em khong nho ma ho so', 'không có', 'mat roi'])(
    'tells who has no code where to get it, and goes on: «%s»',
    async (words) => {
      await filled()
      const person = world.talk('c9')
      await person.say('tra cứu hồ sơ')
      expect(saidIn(await person.say(words))).toContain('xin lại mã')
      expect(saidIn(await person.say(mine))).toContain('4 số cuối')
    },
  )

  it.each([
    'mất thẻ thương binh thì làm sao',
    'không có giấy khai sinh có làm được không',
    'tôi bị mất việc',
  ])('a question about something lost is still a question: «%s»', async (words) => {
    await filled()
    const person = world.talk('c10')
    await person.say('tra cứu hồ sơ')
    expect(saidIn(await person.say(words))).not.toContain('xin lại mã')
  })

  it('a wrong telephone or wrong digits beside the code count as a wrong try', async () => {
    await filled()
    const person = world.talk('c8')
    for (let tries = 0; tries < 5; tries++) {
      expect(saidIn(await person.say(`${mine} 000${tries}`))).toContain('Không có hồ sơ nào khớp')
    }
    expect(saidIn(await person.say(`${mine} 3456`))).toContain('Đã nhập sai nhiều lần')
  })

  it('asks about a letter O, mistyped codes, and digits that are not four', async () => {
    await filled()
    const person = world.talk('c3')
    await person.say('tra cứu hồ sơ')
    const mended = await person.say(mine.replaceAll('0', 'O'))
    expect(saidIn(mended)).toContain(`Có phải Anh/Chị muốn nhập ${mine}`)
    expect(saidIn(await person.say('H32 261102 00'))).toContain('chưa phải mã hồ sơ')
    expect(saidIn(await person.say(mine.replace('261102', '261332')))).toContain('sáu số ở giữa')
    await person.tap(choiceOf(mended, mine))
    for (const digits of ['345', '34567', '9051234']) {
      expect(saidIn(await person.say(digits))).toContain('chỉ nhập 4 số cuối')
    }
    expect(saidIn(await person.say('3456'))).toContain('đang xử lý')
  })

  it('tells nobody whether there is such a dossier', async () => {
    await filled()
    const wordsFor = async (chat: string, code: string, digits: string) => {
      const person = world.talk(chat)
      const asked = await person.say(code)
      const answered = await person.say(digits)
      return JSON.stringify([asked, answered]).replaceAll(code, 'CODE')
    }
    expect(await wordsFor('c4', mine, '0000')).toBe(await wordsFor('c5', unknown, '0000'))
  })

  it('stops guessing: five wrong tries an hour in one chat, ten a day for one code from any number of chats', async () => {
    await filled()
    const person = world.talk('c6')
    await person.say(mine)
    for (let n = 0; n < 5; n++)
      expect(saidIn(await person.say(`000${n}`))).toContain('Không có hồ sơ nào khớp')
    expect(saidIn(await person.say('3456'))).toContain('nhập sai nhiều lần')
    for (let n = 0; n < 5; n++) {
      const other = world.talk(`many-${n}`)
      await other.say(mine)
      expect(saidIn(await other.say('0009'))).toContain('Không có hồ sơ nào khớp')
    }
    const stranger = world.talk('stranger')
    await stranger.say(mine)
    expect(saidIn(await stranger.say('3456'))).toContain('nhập sai nhiều lần')
  })

  it('forgets what was asked after a quarter of an hour, and leaves other talk alone', async () => {
    await filled()
    const person = world.talk('c7')
    await person.say(mine)
    expect(saidIn(await person.say('giấy phép lao động cần giấy tờ gì'))).not.toContain('4 số cuối')
    clock.advanceMs(16 * minuteMs)
    expect(saidIn(await person.say('3456'))).not.toContain('đang xử lý')
  })
})

describe('following a dossier', () => {
  async function found(chat: string, code: string = mine) {
    const person = world.talk(chat)
    await person.say(code)
    return { person, replies: await person.say('3456') }
  }

  it('is offered with its notice, kept with consent, and ended by one tap', async () => {
    await filled()
    const { person, replies } = await found('c8')
    expect(saidIn(replies)).toContain('Thôi nhận tin lúc nào cũng được')
    const linked = await person.tap(choiceOf(replies, 'Báo tôi khi có thay đổi'))
    expect(saidIn(linked)).toContain('tôi nhắn vào đây')
    const [link] = await world.stores.sealed!.links.ofDossier(mine)
    expect(link).toMatchObject({
      conversation: { channel: 'telegram', conversationId: 'c8' },
      consent: { notice: expect.stringMatching(/^[0-9a-f]{12}$/), at: clock.now() },
    })
    await person.tap(choiceOf(replies, 'Báo tôi khi có thay đổi'))
    expect(await world.stores.sealed!.links.ofDossier(mine)).toHaveLength(1)
    const unfollow = choiceOf(linked, 'Thôi báo hồ sơ này')
    expect(saidIn(await world.talk('somebody-else').tap(unfollow))).toContain('không nhận tin')
    expect(saidIn(await person.tap(unfollow))).toContain('Đã thôi báo tin')
    expect(await world.stores.sealed!.links.ofDossier(mine)).toEqual([])
  })

  it('is not given to a tap without the digits, nor a quarter of an hour later', async () => {
    await filled()
    expect(saidIn(await world.talk('c9').tap('d:follow'))).toContain('tra cứu lại')
    const { person } = await found('c10')
    clock.advanceMs(16 * minuteMs)
    expect(saidIn(await person.tap('d:follow'))).toContain('tra cứu lại')
    expect(await world.stores.sealed!.links.ofDossier(mine)).toEqual([])
  })

  it('is not offered for what is over', async () => {
    await filled()
    const { replies } = await found('c11', numbered(2))
    expect(saidIn(replies)).toContain('đã trả kết quả')
    expect(JSON.stringify(replies)).not.toContain('d:follow')
  })
})

describe('a slip', () => {
  const secret = keyRing.deriveKey(slipKeyPurpose)

  it('asks the digits once and then tells news; its token is for one dossier only', async () => {
    await filled()
    const token = slipToken(secret, mine)
    await world.stores.slips.put([{ token, code: mine }], new Date(clock.now().getTime() + 86_400_000))
    const person = world.talk('s1')
    const asked = await person.say(`/start d_${token}`)
    expect(saidIn(asked)).toContain(mine)
    expect(saidIn(asked)).toContain('4 số cuối')
    expect(await world.stores.sealed!.links.ofDossier(mine)).toEqual([])
    expect(saidIn(await person.say('1111'))).toContain('Không có hồ sơ nào khớp')
    expect(saidIn(await person.say('3456'))).toContain('tôi nhắn vào đây')
    expect(await world.stores.sealed!.links.ofDossier(mine)).toHaveLength(1)
    expect(await world.stores.sealed!.links.ofDossier(numbered(2))).toEqual([])
  })

  it('of another office, altered or never printed opens nothing', async () => {
    await filled()
    for (const token of [slipToken(Buffer.alloc(32, 1), mine), slipToken(secret, mine)]) {
      expect(saidIn(await world.talk('s2').say(`/start d_${token}`))).toContain('không dùng được nữa')
      expect(saidIn(await world.talk('s2').tap(`d:s:${token}`))).toContain('không dùng được nữa')
    }
    expect(saidIn(await world.talk('s2').say('/start d_<script>'))).toContain('Kính chào')
  })

  it('in the middle of a report leaves the draft waiting and takes the digits for itself', async () => {
    await filled()
    const token = slipToken(secret, mine)
    await world.stores.slips.put([{ token, code: mine }], new Date(clock.now().getTime() + 86_400_000))
    const person = world.talk('s3', { takesReports: true })
    await person.say('phản ánh')
    const asked = await person.say(`/start d_${token}`)
    expect(saidIn(asked)).toContain('4 số cuối')
    expect(saidIn(await person.say('3456'))).toContain('đang xử lý')
  })
})

describe('a dump of the database', () => {
  it('holds no telephone, no digits, no chat and no word of who asked for what', async () => {
    await filled()
    const person = world.talk('chat-7788990011')
    await person.say(mine)
    await person.say('0077')
    await person.tap(choiceOf(await person.say('3456'), 'Báo tôi khi có thay đổi'))
    await person.tap('d:f:1.014199:2026-11-02')
    await world.take([row(mine, 'Đã xử lý xong', { 'Ngày có kết quả': '23/11/2026' })])
    await world.runJob('tell-dossier-changes')
    expect(await world.outbox('chat-7788990011')).toHaveLength(1)

    const dump: string[] = []
    for (const { name } of await database.connection.db!.listCollections().toArray()) {
      const documents = await database.connection.collection(name).find({}).toArray()
      dump.push(...documents.map((document) => `${name} ${JSON.stringify(document)}`))
      for (const document of documents) {
        // What leads to people and what names a dossier never stand in one document.
        const isOfPeople = ['conversations', 'dossier_links', 'dossier_self_reports', 'attempts'].includes(
          name,
        )
        if (isOfPeople) expect(JSON.stringify(document)).not.toContain(mine)
      }
    }
    const whole = dump.join('\n')
    expect(whole).toContain(mine)
    for (const secret of ['0905', '905123456', '123456', '0077', '"3456"', '7788990011', 'chat-77']) {
      expect(whole).not.toContain(secret)
    }
    expect(JSON.stringify(person.state())).not.toContain('3456')
  })
})
