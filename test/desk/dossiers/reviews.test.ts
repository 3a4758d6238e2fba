import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DossierCode } from '../../../src/dossiers/dossier-code.ts'
import { numbered } from '../../dossiers/made-dossier.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { choiceOf, row } from '../../support/dossier-world.ts'
import { openDesk, type TestDesk, Visitor } from '../open-desk.ts'

let database: TestDatabase
let desk: TestDesk
const visitors: Visitor[] = []
let secrets: string[]
const path = '/desk/dossiers/reviews'
const officers = ['lanh.dao', 'tiep.nhan']

beforeAll(async () => {
  database = await openTestDatabase()
  desk = await openDesk(database)
  const leader = await desk.add('lanh.dao', ['leader'])
  const intake = await desk.add('tiep.nhan', ['intake'])
  secrets = [leader.secret, intake.secret]
  for (const [index, name] of officers.entries()) {
    const visitor = new Visitor(desk)
    expect((await visitor.signIn(name, secrets[index]!)).statusCode).toBe(303)
    visitors.push(visitor)
  }
}, 60_000)
afterAll(async () => {
  await desk?.close()
  await database?.close()
})

let next = 1
let code: DossierCode
let id: string
const late = { 'Ngày hẹn trả': '12/11/2026' }
const decision = { reason: 'chờ văn bản của cơ quan phối hợp', newDueDay: '2026-12-01' }
const words = () =>
  `Hồ sơ ${code} chưa có kết quả đúng hẹn ngày 12/11/2026. ${desk.dossiers.content.agency.office.longName} xin lỗi Ông/Bà. ` +
  'Lý do: chờ văn bản của cơ quan phối hợp. Ngày hẹn mới: 01/12/2026.'

async function follow(chat: string) {
  const person = desk.dossiers.talk(chat)
  await person.say(code)
  await person.tap(choiceOf(await person.say('3456'), 'Báo tôi khi có thay đổi'))
}

const chats = () => [`a-${code}`, `b-${code}`]
const outboxes = async () =>
  Promise.all(chats().map(async (chat) => (await desk.dossiers.outbox(chat)).map(({ text }) => text)))
const auditOf = async () =>
  (await desk.audit.log.list({ subject: `dossier:${code}` }, { limit: 50 })).map(({ action, detail }) => ({
    action,
    ...detail,
  }))

beforeEach(async () => {
  code = numbered(next++)
  id = `apology:${code}:2026-11-12`
  await desk.dossiers.take([row(code, 'Đang xử lý', late)])
  for (const chat of chats()) await follow(chat)
  await desk.dossiers.runJob('draft-dossier-apologies')
})

describe('the apology for a late dossier', () => {
  it('waits in the list with who follows it, and is shown word for word before it goes', async () => {
    const [leader] = visitors
    const list = await leader!.get(path)
    const home = await leader!.get('/desk')
    expect(home.body).toMatch(/href="\/desk\/dossiers\/reviews"[^>]*>\d+ việc chờ/)
    expect(list.body).toContain(code)
    expect(list.body).toContain('Xin lỗi: quá ngày hẹn 12/11/2026 11 ngày')
    const form = await leader!.get(`${path}?${new URLSearchParams({ review: id })}`)
    expect(form.body).toContain('Lý do chưa có kết quả')
    expect(form.body).not.toContain('xin lỗi Ông/Bà')

    const preview = await leader!.post(`${path}/preview`, { id, ...decision })
    expect(preview.statusCode).toBe(200)
    expect(preview.body).toContain(words())
    expect(preview.body).toContain('Gửi ngay, một lần, tới 2 cuộc trò chuyện')
    expect(await outboxes()).toEqual([[], []])
  })

  it('goes to each linked chat at once and once, and is written down', async () => {
    const [leader] = visitors
    const sent = await leader!.post(`${path}/approve`, { id, ...decision, shown: words() })
    expect(sent.statusCode).toBe(303)
    expect((await leader!.get(path)).body).toContain('Đã duyệt; gửi tới 2 cuộc trò chuyện.')
    await desk.dossiers.runJob('send-dossier-news')
    await desk.dossiers.runJob('send-dossier-news', desk.dossiers.anotherOffice())
    expect(await outboxes()).toEqual([[words()], [words()]])
    expect(await auditOf()).toEqual([
      { action: 'dossier-review-settled', kind: 'apology', as: 'approved', newDueDay: '2026-12-01' },
    ])
    const again = await leader!.get(`${path}?${new URLSearchParams({ review: id })}`)
    expect(again.statusCode).toBe(303)
    await desk.dossiers.runJob('draft-dossier-apologies')
    expect((await leader!.get(path)).body).not.toContain(`>${code}<`)
  })

  it('is decided by one of twenty who press at once; the others are told so', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const visitor = visitors[n % 2]!
        const shown = words()
        return desk.app.inject({
          method: 'POST',
          url: `${path}/approve`,
          headers: {
            host: 'localhost',
            origin: 'http://localhost',
            cookie: visitor.cookie,
            'content-type': 'application/x-www-form-urlencoded',
          },
          payload: new URLSearchParams({ formToken: visitor.formToken, id, ...decision, shown }).toString(),
        })
      }),
    )
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(20).fill(303))
    expect(await outboxes()).toEqual([[words()], [words()]])
    expect(await auditOf()).toHaveLength(1)

    const [, second] = visitors
    await second!.get('/desk/account')
    expect((await second!.post(`${path}/approve`, { id, ...decision, shown: words() })).statusCode).toBe(303)
    expect((await second!.get(path)).body).toContain('Việc này đã có người quyết định trước.')
  })

  it('is neither lost nor doubled when the service dies between decision and outbox', async () => {
    const { stores } = desk.dossiers
    const settled = { by: 'x', at: desk.clock.now(), as: 'approved' } as const
    expect(await stores.reviews.settle(id, settled, words())).toBe(true)
    expect(await outboxes()).toEqual([[], []])
    expect(await stores.reviews.unsent(10)).toEqual([{ id, kind: 'apology', code, text: words() }])
    await Promise.all([
      desk.dossiers.runJob('send-dossier-news'),
      desk.dossiers.runJob('send-dossier-news', desk.dossiers.anotherOffice()),
    ])
    expect(await outboxes()).toEqual([[words()], [words()]])
    expect(await stores.reviews.unsent(10)).toEqual([])

    // Dies after the outbox and before it is noted: the same once more.
    await database.connection
      .collection<{ _id: string }>('dossier_reviews')
      .updateOne({ _id: id }, { $set: { unsentSince: desk.clock.now() } })
    await desk.dossiers.runJob('send-dossier-news')
    expect(await outboxes()).toEqual([[words()], [words()]])
  })

  it('does not come after the result', async () => {
    const settled = { by: 'x', at: desk.clock.now(), as: 'approved' } as const
    await desk.dossiers.stores.reviews.settle(id, settled, words())
    desk.clock.advanceMs(60_000)
    await desk.dossiers.take([row(code, 'Đã xử lý xong', { ...late, 'Ngày có kết quả': '23/11/2026' })])
    await desk.dossiers.runJob('send-dossier-news')
    expect(await outboxes()).toEqual([[], []])
    expect(await desk.dossiers.stores.reviews.unsent(10)).toEqual([])
  })

  it.each([
    [{ reason: '', newDueDay: '2026-12-01' }, 'Ghi lý do chưa có kết quả'],
    [{ reason: 'x', newDueDay: '' }, 'Chọn ngày hẹn mới'],
    [{ reason: 'x', newDueDay: '2026-02-30' }, 'Chọn ngày hẹn mới'],
    [{ reason: 'x', newDueDay: '2026-11-22' }, 'Ngày hẹn mới phải sau ngày hẹn cũ'],
    [{ reason: 'x', newDueDay: '2028-11-22' }, 'Xem lại năm'],
    [{ reason: 'x'.repeat(501), newDueDay: '2026-12-01' }, 'Rút gọn lý do'],
    [{ ...decision, link: 'javascript:alert(1)' }, 'Liên kết phải bắt đầu bằng https://'],
  ])('is not approved with %o', async (typed, error) => {
    const [leader] = visitors
    const answer = await leader!.post(`${path}/approve`, { id, shown: words(), ...typed })
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain(error)
    expect(await outboxes()).toEqual([[], []])
    expect(await auditOf()).toEqual([])
  })

  it('is shown anew, not sent, when its words are not those that were read', async () => {
    const [leader] = visitors
    const answer = await leader!.post(`${path}/approve`, { id, ...decision, shown: 'Lời khác.' })
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toContain(words())
    expect(await outboxes()).toEqual([[], []])
  })

  it('with a link in a second line goes out as it was read', async () => {
    const [leader] = visitors
    const link = 'https://example.gov.vn/xin-loi.pdf'
    const preview = await leader!.post(`${path}/preview`, { id, ...decision, link })
    const shown = /name="shown" value="([^"]*)"/.exec(preview.body)![1]!
    // As a browser sends line ends.
    const sent = shown.replaceAll('\n', '\r\n')
    expect((await leader!.post(`${path}/approve`, { id, ...decision, link, shown: sent })).statusCode).toBe(
      303,
    )
    expect(await outboxes()).toEqual(Array(2).fill([`${words()}\nVăn bản xin lỗi: ${link}`]))
  })

  it('falls away when the result has come meanwhile', async () => {
    desk.clock.advanceMs(60_000)
    await desk.dossiers.take([row(code, 'Đã xử lý xong', { ...late, 'Ngày có kết quả': '23/11/2026' })])
    const [leader] = visitors
    await leader!.post(`${path}/approve`, { id, ...decision, shown: words() })
    expect((await leader!.get(path)).body).toContain('Hồ sơ đã thay đổi nên tin này không còn đúng.')
    expect(await outboxes()).toEqual([[], []])
    expect(await auditOf()).toMatchObject([{ as: 'outdated' }])
  })

  it('is dismissed without a word to anybody', async () => {
    const [leader] = visitors
    await leader!.post(`${path}/dismiss`, { id })
    await desk.dossiers.runJob('send-dossier-news')
    expect(await outboxes()).toEqual([[], []])
    expect(await auditOf()).toMatchObject([{ kind: 'apology', as: 'dismissed' }])
  })

  it('is not sent by a form from elsewhere or without the token', async () => {
    const [leader] = visitors
    const fields = { id, ...decision, shown: words() }
    const elsewhere = await leader!.post(`${path}/approve`, fields, { origin: 'https://evil.example' })
    expect(elsewhere.statusCode).toBe(403)
    const bare = await leader!.post(`${path}/approve`, new URLSearchParams(fields).toString())
    expect(bare.statusCode).toBe(403)
    expect(await outboxes()).toEqual([[], []])
    await leader!.get('/desk/account')
  })

  it('tells who approves that nobody follows, and sends nothing', async () => {
    code = numbered(next++)
    await desk.dossiers.take([row(code, 'Đang xử lý', late)])
    await desk.dossiers.runJob('draft-dossier-apologies')
    const lonely = { id: `apology:${code}:2026-11-12`, ...decision }
    const [leader] = visitors
    expect((await leader!.post(`${path}/preview`, lonely)).body).toContain('Cần gửi văn bản giấy')
    await leader!.post(`${path}/approve`, { ...lonely, shown: words() })
    expect((await leader!.get(path)).body).toContain(
      'Không có cuộc trò chuyện nào theo dõi nên không gửi tin.',
    )
  })
})

describe('records that went back out of a closed status', () => {
  const done = { ...late, 'Ngày có kết quả': '20/11/2026' }
  beforeEach(async () => {
    desk.clock.advanceMs(60_000)
    await desk.dossiers.take([row(code, 'Đã xử lý xong', done)])
    desk.clock.advanceMs(60_000)
    await desk.dossiers.take([row(code, 'Đang xử lý', late)])
    await desk.dossiers.runJob('tell-dossier-changes')
    id = `backward:${code}@3`
  })
  const news = () => `Hồ sơ ${code} – Cấp giấy phép lao động: đang xử lý.`

  it('are told when an officer confirms, with the words that were shown', async () => {
    const before = await outboxes()
    const [, intake] = visitors
    const page = await intake!.get(`${path}?${new URLSearchParams({ review: id })}`)
    expect(page.body).toContain('Hồ sơ lùi trạng thái: Đã xử lý xong → Đang xử lý')
    expect(page.body).toContain(news())
    await intake!.post(`${path}/confirm`, { id, shown: news() })
    const after = await outboxes()
    expect(after).toEqual(before.map((texts) => [...texts, news()]))
    expect(await auditOf()).toMatchObject([{ kind: 'backward', as: 'approved' }])
  })

  it('stay untold when an officer dismisses', async () => {
    const before = await outboxes()
    const [, intake] = visitors
    await intake!.post(`${path}/dismiss`, { id })
    await desk.dossiers.runJob('send-dossier-news')
    expect(await outboxes()).toEqual(before)
  })

  it('fall away when the records have moved on', async () => {
    desk.clock.advanceMs(60_000)
    await desk.dossiers.take([row(code, 'Đã xử lý xong', done)])
    const before = await outboxes()
    const [, intake] = visitors
    await intake!.post(`${path}/confirm`, { id, shown: news() })
    expect(await outboxes()).toEqual(before)
    expect(await auditOf()).toMatchObject([{ kind: 'backward', as: 'outdated' }])
  })
})
