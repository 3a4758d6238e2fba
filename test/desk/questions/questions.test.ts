import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MaskedText } from '../../../src/catalogue/masking.ts'
import { fold } from '../../../src/catalogue/text/fold.ts'
import { unansweredQuestion } from '../../../src/catalogue/unanswered-question.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { openDesk, type TestDesk, Visitor } from '../open-desk.ts'

let database: TestDatabase
let desk: TestDesk
let visitor: Visitor

beforeAll(async () => {
  database = await openTestDatabase()
  desk = await openDesk(database)
  const { secret } = await desk.add('lan', ['intake'])
  visitor = new Visitor(desk)
  await visitor.signIn('lan', secret)
}, 60_000)
afterAll(async () => {
  await desk?.close()
  await database?.close()
})

const ask = (text: string, outcome: 'not-found' | 're-asked' = 'not-found') =>
  desk.questions.stores.questions.record(
    unansweredQuestion({ text, outcome, channel: 'web', askedAt: desk.clock.now() }, fold),
  )
const waitFor = (question: string, conversationId: string, language?: 'en') =>
  desk.questions.stores.waiting.add(
    {
      questionKey: fold(question),
      question: question as MaskedText,
      conversation: { channel: 'telegram', conversationId },
      ...(language ? { language } : {}),
    },
    desk.clock.now(),
  )
const groupLink = (body: string) => /href="(\/desk\/questions\/[0-9a-f]{16})"/.exec(body)?.[1] ?? ''
const outboxOf = async (conversationId: string) => {
  const { conversations } = desk.questions.stores
  const now = desk.clock.now()
  const lease = { owner: 't', now, until: new Date(now.getTime() + 1000) }
  return (await conversations.claimDelivery(`telegram:${conversationId}`, lease))?.outbox ?? []
}

describe('questions that were not answered, at the desk (rows 21, 29)', () => {
  it('are grouped, masked and escaped, with counts, days and how many wait, and say nobody', async () => {
    const first = '<i>bùa phép đi làm cho ông tây 0905 123 456'
    await ask(first)
    await ask(first)
    await ask('bùa phép đi làm cho ông tây')
    await ask('cách nấu phở bò', 're-asked')
    await waitFor('bùa phép đi làm cho ông tây', '77')
    const { body } = await visitor.get('/desk/questions')
    expect(body).toContain('&lt;i>bùa phép đi làm cho ông tây [tel]')
    expect(body).not.toContain('0905')
    expect(body).not.toContain('telegram')
    expect(body).not.toMatch(/>77</)
    expect(body).toContain('không tìm thấy: 3')
    expect(body).toContain('hỏi lại bằng lời khác: 1')
    expect(body).toContain('23/11/2026')
  })

  it('shows the effect of a new name before it is kept, and what it does to the group', async () => {
    const link = groupLink((await visitor.get('/desk/questions')).body)
    const page = await visitor.get(link)
    expect(page.body).toContain('1 người muốn được báo')
    const tried = await visitor.post(`${link}/try`, {
      kind: 'alias',
      words: 'bùa phép đi làm cho ông tây',
      code: '1.014199',
    })
    expect(tried.statusCode).toBe(200)
    expect(tried.body).toContain('Giữ được: trên')
    expect(tried.body).toContain('Giữ và báo cho người đã hỏi')
    expect(await desk.questions.stores.aliases.list()).toEqual([])
  })

  it('refuses a name that lowers the score, with the reason and the lines that get worse, even when posted by hand', async () => {
    const link = groupLink((await visitor.get('/desk/questions')).body)
    await visitor.get(link)
    const words = { kind: 'lay-word', words: 'trợ cấp', means: 'giấy phép lao động' }
    const tried = await visitor.post(`${link}/try`, words)
    expect(tried.body).toContain('Không giữ được')
    expect(tried.body).toContain('Câu mẫu kém đi')
    expect(tried.body).not.toContain('Giữ và báo cho người đã hỏi')
    const kept = await visitor.post(`${link}/keep`, { ...words, reason: 'cứ giữ' })
    expect(kept.statusCode).toBe(422)
    expect(kept.body).toContain('Không giữ được')
    expect(await desk.questions.stores.aliases.list()).toEqual([])
    const [row] = await desk.audit.log.list({}, { limit: 1 })
    expect(row).toMatchObject({ action: 'question-changed', detail: { change: 'refused' } })
  }, 30_000)

  it('keeps one with a reason: found at once, audited, the group is done and who waited is told and forgotten', async () => {
    const link = groupLink((await visitor.get('/desk/questions')).body)
    await visitor.get(link)
    const words = { kind: 'alias', words: 'bùa phép đi làm cho ông tây', code: '1.014199' }
    expect((await visitor.post(`${link}/keep`, words)).body).toContain('Xin ghi lý do.')
    const done = await visitor.post(`${link}/keep`, { ...words, reason: 'người dân gọi vậy' })
    expect(done.headers.location).toBe('/desk/questions')
    const said = (await visitor.get('/desk/questions')).body
    expect(said).toContain('Đã nhắn 1 người.')
    expect(said).not.toContain('bùa phép')
    const outcome = desk.questions.search().search('bùa phép đi làm cho ông tây')
    const codes =
      outcome.kind === 'answer'
        ? [outcome.procedure.code]
        : outcome.kind === 'choices'
          ? outcome.procedures.map(({ code }) => code)
          : []
    expect(codes).toContain('1.014199')
    const [message] = await outboxOf('77')
    expect(message!.text).toContain('Anh/Chị có hỏi: “bùa phép đi làm cho ông tây”')
    expect(message!.buttons).toEqual([{ label: 'Xem câu trả lời', choice: 'p:1.014199:overview' }])
    expect(await desk.questions.stores.waiting.count([fold('bùa phép đi làm cho ông tây')])).toBe(0)
    const [row] = await desk.audit.log.list({ actions: ['question-changed'] }, { limit: 1 })
    expect(row).toMatchObject({ subject: 'procedure:1.014199', detail: { change: 'kept' } })
    expect(JSON.stringify(row)).not.toContain('bùa')
  }, 30_000)

  it('lists, exports and takes back what was taught; the questions wait again', async () => {
    const words = await visitor.get('/desk/questions/words')
    expect(words.body).toContain('Cán bộ lan')
    expect(words.body).toContain('người dân gọi vậy')
    const yaml = await visitor.get('/desk/questions/words.yaml')
    expect(yaml.headers['content-type']).toContain('yaml')
    expect(yaml.body).toContain('bùa phép đi làm cho ông tây')
    expect(yaml.body).toContain('1.014199')
    await visitor.get('/desk/questions/words')
    const [alias] = await desk.questions.stores.aliases.list()
    await visitor.post('/desk/questions/words/take-back', { alias: alias!.id, reason: 'nhầm' })
    expect((await visitor.get('/desk/questions/words')).body).toContain('nhầm')
    expect(await desk.questions.stores.aliases.kept()).toEqual([])
    expect((await visitor.get('/desk/questions')).body).toContain('bùa phép')
  }, 30_000)

  it('links without words and tells in the language of the person; dismisses until it is asked again', async () => {
    await ask('rent a spaceship')
    await waitFor('rent a spaceship', '88', 'en')
    const { body } = await visitor.get('/desk/questions')
    const link = /href="(\/desk\/questions\/[0-9a-f]{16})">rent a spaceship/.exec(body)![1]!
    await visitor.get(link)
    const wrong = await visitor.post(`${link}/link`, { code: '9.999999' })
    expect(wrong.statusCode).toBe(422)
    await visitor.post(`${link}/link`, { code: '1.014199' })
    expect((await outboxOf('88'))[0]!.text).toContain('There is an answer now')
    const page = (await visitor.get('/desk/questions')).body
    expect(page).not.toContain('spaceship')

    const pho = /href="(\/desk\/questions\/[0-9a-f]{16})">cách nấu phở bò/.exec(page)![1]!
    await visitor.get(pho)
    await visitor.post(`${pho}/dismiss`)
    expect((await visitor.get('/desk/questions')).body).not.toContain('phở')
    desk.clock.advanceMs(1_000)
    await ask('cách nấu phở bò', 're-asked')
    expect((await visitor.get('/desk/questions')).body).toContain('phở')
  })
})
