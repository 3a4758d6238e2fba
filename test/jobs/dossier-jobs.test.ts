import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { HandedOver } from '../../src/dossiers/dossier-links.ts'
import { FakeClock } from '../../src/lib/clock.ts'
import { numbered } from '../dossiers/made-dossier.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { choiceOf, type DossierWorld, openDossierWorld, row, saidIn } from '../support/dossier-world.ts'

let database: TestDatabase
let clock: FakeClock
let world: DossierWorld
let handedOver: HandedOver[]
const mine = numbered(1)
const news = 'tell-dossier-changes'

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database?.close())
beforeEach(async () => {
  clock = new FakeClock('2026-11-23T02:00:00Z')
  handedOver = []
  world = await openDossierWorld(database, {
    clock,
    onHandedOver: async (told) => void handedOver.push(told),
  })
  for (const { name } of await database.connection.db!.listCollections().toArray()) {
    await database.connection.collection(name).deleteMany({})
  }
  await world.take([row(mine, 'Đang xử lý'), row(numbered(2), 'Đang xử lý')])
})

async function follow(chat: string, code: string = mine) {
  const person = world.talk(chat)
  await person.say(code)
  await person.tap(choiceOf(await person.say('3456'), 'Báo tôi khi có thay đổi'))
  return person
}

const done = { 'Ngày có kết quả': '23/11/2026' }
const later = () => clock.advanceMs(3_600_000)

describe('news of a dossier', () => {
  it('reach each linked conversation, once, with two runners side by side and run after run', async () => {
    await follow('a')
    await follow('b')
    await follow('c', numbered(2))
    later()
    await world.take([row(mine, 'Đã xử lý xong', done)])
    const other = world.anotherOffice()
    await Promise.all([world.runJob(news), world.runJob(news, other)])
    await world.runJob(news)
    for (const chat of ['a', 'b']) {
      const outbox = await world.outbox(chat)
      expect(outbox.map(({ text }) => text)).toEqual([
        expect.stringContaining(`Hồ sơ ${mine} – Cấp giấy phép lao động: đã có kết quả`),
      ])
      expect(outbox[0]!.id).toMatch(/^dossier:[0-9a-f]{32}$/)
    }
    expect(await world.outbox('c')).toEqual([])
    expect(await world.stores.store.untoldEvents(10)).toEqual([])
  })

  it('are told once when the run broke off before it could note that they are', async () => {
    await follow('a')
    later()
    await world.take([row(mine, 'Yêu cầu bổ sung giấy tờ')])
    const { store } = world.stores
    const markTold = store.markTold
    store.markTold = async () => {
      throw new Error('killed')
    }
    await expect(world.runJob(news)).rejects.toThrow('killed')
    store.markTold = markTold
    await world.runJob(news)
    expect(await world.outbox('a')).toHaveLength(1)
    expect(await world.stores.store.untoldEvents(10)).toEqual([])
  })

  it('of one dossier that fail hold up no other, and come with the next run', async () => {
    await follow('a')
    await follow('c', numbered(2))
    later()
    await world.take([row(mine, 'Yêu cầu bổ sung giấy tờ'), row(numbered(2), 'Yêu cầu bổ sung giấy tờ')])
    const { enqueue } = world.conversations
    world.conversations.enqueue = async (conversation, ...rest) => {
      if (conversation.conversationId === 'a') throw new Error('unreadable')
      return enqueue(conversation, ...rest)
    }
    await expect(world.runJob(news)).rejects.toThrow('unreadable')
    expect(await world.outbox('a')).toEqual([])
    expect(await world.outbox('c')).toHaveLength(1)
    world.conversations.enqueue = enqueue
    await world.runJob(news)
    expect(await world.outbox('a')).toHaveLength(1)
    expect(await world.outbox('c')).toHaveLength(1)
  })

  it('come each by itself for changes one after the other, also of the promised day', async () => {
    await follow('a')
    later()
    await world.take([row(mine, 'Đang xử lý', { 'Ngày hẹn trả': '04/12/2026' })])
    await world.runJob(news)
    later()
    await world.take([row(mine, 'Yêu cầu thực hiện nghĩa vụ tài chính', { 'Ngày hẹn trả': '04/12/2026' })])
    await world.runJob(news)
    const texts = (await world.outbox('a')).map(({ text }) => text)
    expect(texts).toEqual([
      expect.stringContaining('đổi thành 04/12/2026'),
      expect.stringContaining('cần nộp phí'),
    ])
  })

  it('wait for a person when the records go back out of an end', async () => {
    await follow('a')
    later()
    await world.take([row(mine, 'Đã xử lý xong', done)])
    await world.runJob(news)
    later()
    await world.take([row(mine, 'Đang xử lý')])
    await world.runJob(news)
    await world.runJob(news)
    expect(await world.outbox('a')).toHaveLength(1)
    expect(await world.stores.reviews.open(10)).toMatchObject([
      { kind: 'backward', code: mine, from: 'ready', to: 'processing' },
    ])
  })

  it('stop with one tap under any of them', async () => {
    const person = await follow('a')
    later()
    await world.take([row(mine, 'Yêu cầu bổ sung giấy tờ')])
    await world.runJob(news)
    const stop = choiceOf(await world.outbox('a'), 'Thôi báo hồ sơ này')
    expect(saidIn(await person.tap(stop))).toContain('Đã thôi báo tin')
    later()
    await world.take([row(mine, 'Đang xử lý')])
    await world.runJob(news)
    expect(await world.outbox('a')).toHaveLength(1)
  })
})

describe('a result that is handed over', () => {
  it('is told to the surveys with a one-way name, and only when somebody is linked', async () => {
    await follow('a')
    await follow('b')
    later()
    const returned = { ...done, 'Ngày trả': '23/11/2026' }
    await world.take([row(mine, 'Đã trả kết quả', returned), row(numbered(2), 'Đã trả kết quả', returned)])
    await world.runJob(news)
    expect(handedOver).toHaveLength(1)
    const [told] = handedOver
    expect(told).toMatchObject({
      procedureName: 'Cấp giấy phép lao động',
      returnedDay: '2026-11-23',
      toldAt: clock.now(),
    })
    expect(told!.conversations.map(({ conversationId }) => conversationId).sort()).toEqual(['a', 'b'])
    expect(told!.dossierToken).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(JSON.stringify(told)).not.toContain(mine)
    const ends = await database.connection.collection('dossier_links').find({}).toArray()
    expect(ends.map(({ endsAt }) => endsAt)).toEqual(
      Array(2).fill(new Date(clock.now().getTime() + 60 * 86_400_000)),
    )
  })
})

describe('late dossiers', () => {
  const drafts = 'draft-dossier-apologies'

  it('are laid before a person once a promise, never sent, and taken off with the result', async () => {
    await follow('a')
    clock.advanceMs(6 * 86_400_000)
    await world.runJob(drafts)
    await world.runJob(drafts)
    // 29/11: a day before the promise runs out.
    expect((await world.stores.reviews.open(10)).map(({ kind, id }) => [kind, id]).sort()).toEqual([
      ['apology', `apology:${mine}:2026-11-30`],
      ['apology', `apology:${numbered(2)}:2026-11-30`],
    ])
    expect(await world.outbox('a')).toEqual([])
    later()
    await world.take([row(mine, 'Đã xử lý xong', { 'Ngày có kết quả': '29/11/2026' })])
    await world.runJob(drafts)
    expect((await world.stores.reviews.open(10)).map(({ code }) => code)).toEqual([numbered(2)])
  })
})

describe('the shadow clock', () => {
  const ask = 'ask-shadow-dossiers'
  const told =
    'nộp ngày 3/11, thủ tục cấp giấy phép lao động cho người lao động nước ngoài làm việc tại Việt Nam'

  async function agree(chat: string, words = told) {
    const person = world.talk(chat)
    const offered = await person.say(words)
    const tap = offered
      .flatMap(({ buttons }) => buttons ?? [])
      .find(({ choice }) => choice?.startsWith('d:f:'))
    expect(tap, saidIn(offered)).toBeDefined()
    const agreed = await person.tap(tap!.choice!)
    return { person, offered, agreed }
  }

  it('keeps nothing before it is wanted, asks once on the day after, and counts the answers apart', async () => {
    const person = world.talk('s0')
    expect(saidIn(await person.say(told))).toContain('03/11/2026')
    expect(await world.stores.sealed!.shadow.all()).toEqual([])
    for (const chat of ['s1', 's2', 's3', 's4']) await agree(chat, told.replace('3/11', '20/11'))
    await world.runJob(ask)
    expect(await world.outbox('s1')).toEqual([])

    clock.advanceMs(40 * 86_400_000)
    await Promise.all([world.runJob(ask), world.runJob(ask, world.anotherOffice())])
    await world.runJob(ask)
    const answer = async (chat: string, label: string) => {
      const outbox = await world.outbox(chat)
      expect(outbox).toHaveLength(1)
      return saidIn(await world.talk(chat).tap(choiceOf(outbox, label)))
    }
    expect(await answer('s1', 'Có, trong hạn')).toContain('Cảm ơn')
    expect(await answer('s2', 'Chưa có')).toContain('không kèm tên')
    expect(await answer('s3', 'Không hỏi nữa')).toContain('không đếm')
    const figure = await world.office.citizenFigure!({ from: '2026-11-01', until: '2026-12-31' })
    expect(figure).toMatchObject({
      source: 'citizens',
      told: 4,
      asked: 4,
      n: 2,
      inTime: 1,
      late: 1,
      silent: 1,
      lateHundredths: 5_000,
    })
  })

  it('takes no answer from another conversation', async () => {
    await agree('s5', told.replace('3/11', '20/11'))
    clock.advanceMs(40 * 86_400_000)
    await world.runJob(ask)
    const late = choiceOf(await world.outbox('s5'), 'Có, nhưng trễ')
    expect(saidIn(await world.talk('thief').tap(late))).toContain('không còn')
    expect((await world.stores.sealed!.shadow.all())[0]!.answer).toBeUndefined()
  })

  it('says so when the day is no day, to come, or long ago, and takes questions for questions', async () => {
    const person = world.talk('s6')
    expect(saidIn(await person.say('em nộp ngày 31/2/2026 cấp giấy phép lao động'))).toContain(
      'không có trong lịch',
    )
    expect(saidIn(await person.say('em nộp ngày 3/12/2026 cấp giấy phép lao động'))).toContain('chưa tới')
    expect(saidIn(await person.say('em nộp ngày 3/12/2019 cấp giấy phép lao động'))).toContain('quá lâu')
    expect(saidIn(await person.say('nộp ngày 3/11 thì lệ phí giấy phép lao động bao nhiêu'))).not.toContain(
      'Hỏi tôi',
    )
    expect(saidIn(await person.say('nộp vào thứ bảy được không?'))).not.toContain('nộp ngày')
    expect(await world.stores.sealed!.shadow.all()).toEqual([])
  })

  it('does nothing with an altered payload', async () => {
    const person = world.talk('s7')
    for (const choice of [
      'd:f:9.999999:2026-11-03',
      'd:f:1.014199:2027-11-03',
      `d:r:${'0'.repeat(24)}:late`,
    ]) {
      expect(saidIn(await person.tap(choice))).not.toContain('Đã ghi nhận')
    }
    expect(await world.stores.sealed!.shadow.all()).toEqual([])
  })
})
