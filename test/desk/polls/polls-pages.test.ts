import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DossierCode } from '../../../src/dossiers/dossier-code.ts'
import { tallySummary } from '../../../src/dossiers/import-summary.ts'
import { createDossierStore } from '../../../src/storage/dossier-store.ts'
import { responseKeyPurpose, responseToken } from '../../../src/surveys/invitation/response-token.ts'
import { dossier, numbered } from '../../dossiers/made-dossier.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { shipped } from '../../support/talk.ts'
import { handedOver, type OpenSurveys, openSurveys, testKeyRing } from '../../surveys/open-surveys.ts'
import { openDesk, type TestDesk, Visitor } from '../open-desk.ts'

let database: TestDatabase
let desk: TestDesk
let office: OpenSurveys
const visitors = new Map<string, Visitor>()
const secrets = new Map<string, string>()
const known = numbered(1)
const unknown = numbered(2)
const { items } = shipped().content.surveys.inUse
const tokenOf = (code: DossierCode) => responseToken(testKeyRing.deriveKey(responseKeyPurpose), code)
const answers = () => database.connection.collection('answers').find({}).toArray()

beforeAll(async () => {
  database = await openTestDatabase()
  desk = await openDesk(database)
  office = openSurveys(database.connection, desk.clock)
  for (const [name, role] of [
    ['lan', 'leader'],
    ['nam', 'intake'],
    ['quan', 'admin'],
  ] as const) {
    const { secret } = await desk.add(name, [role])
    secrets.set(name, secret)
    await signIn(name)
  }
  const store = createDossierStore(database.connection, { clock: desk.clock })
  const staged = await store.beginImport({ source: 'thu.csv' })
  if (staged === 'busy') throw new Error('busy')
  const kept = dossier({ code: known, unit: 'Phòng Việc làm', field: 'Việc làm', procedureCode: '1.000105' })
  await staged.stage([{ dossier: { ...kept, procedureName: 'Cấp giấy phép lao động' } }])
  await staged.commit(tallySummary().summary([]))
}, 60_000)
afterAll(async () => {
  await desk?.close()
  await database?.close()
})

async function signIn(name: string): Promise<void> {
  const visitor = new Visitor(desk)
  await visitor.signIn(name, secrets.get(name)!)
  visitors.set(name, visitor)
}

/** Sessions end meanwhile. */
async function hoursPass(hours: number): Promise<void> {
  desk.clock.advanceMs(hours * 3_600_000)
  for (const name of secrets.keys()) await signIn(name)
}

const visitor = (name: string) => visitors.get(name)!
const page = async (name: string, url = '/desk/polls') => (await visitor(name).get(url)).body
const lastAudit = async () => (await desk.audit.log.list({}, { limit: 1 }))[0]

describe('the page of the campaign (row 55)', () => {
  it('says in words how people are asked, and how it goes', async () => {
    for (const name of ['an', 'binh']) await office.surveys.invite(handedOver(name, desk.clock.now()))
    const body = await page('lan')
    expect(body).toContain('Đang hỏi')
    expect(body).toContain('sipas-19, phiên bản 1')
    expect(body).toContain('từ 20:00 đến 08:00')
    expect(body).toContain('nhiều nhất một lần trong 7 ngày')
    expect(body).toContain('2 giờ')
    expect(body).toContain('chỉ một nửa số người chưa trả lời')
    expect(body).toMatch(/Lời mời đang chờ<\/dt><dd><span>2</)
    expect(body).toContain('23/11/2026 11:')
  })

  it('is switched by leaders alone, with a reason, audited, and shows who did it and why', async () => {
    expect(await page('quan')).not.toContain('/desk/polls/switch')
    await page('lan')
    const empty = await visitor('lan').post('/desk/polls/switch', { state: 'paused', reason: '  ' })
    expect(empty.statusCode).toBe(422)
    expect(empty.body).toContain('Xin ghi lý do.')
    expect(await office.stores.switches.current()).toBeUndefined()

    const reason = 'Sửa lời câu 23 <b>'
    const done = await visitor('lan').post('/desk/polls/switch', { state: 'paused', reason })
    expect(done.headers.location).toBe('/desk/polls')
    expect(await lastAudit()).toMatchObject({
      action: 'polls-switched',
      subject: 'polls',
      detail: { state: 'paused', reasonLength: reason.length },
    })
    const body = await page('quan')
    expect(body).toContain('Đang tạm dừng')
    expect(body).toContain('Cán bộ lan. Lý do: Sửa lời câu 23 &lt;b>')
    expect(body).toContain('không gửi khi đang tạm dừng')
    await hoursPass(3)
    expect(await office.dispatch()).toBe(0)

    await page('lan')
    expect(await page('lan', '/desk')).toContain('Việc hỏi ý kiến đang tạm dừng')
    expect(await page('nam', '/desk')).not.toContain('Việc hỏi ý kiến đang tạm dừng')
    await visitor('lan').post('/desk/polls/switch', { state: 'paused', reason: 'lần nữa' })
    expect(await page('lan')).toContain('Không có gì thay đổi')
    await visitor('lan').post('/desk/polls/switch', { state: 'running', reason: 'Xong' })
    expect(await page('lan')).toContain('Việc hỏi ý kiến được tiếp tục.')
    expect(await office.dispatch()).toBe(2)
    expect(await page('lan')).toMatch(/Đã gửi hôm nay<\/dt><dd><span>2</)
  })
})

describe('a paper form typed in by staff (row 54)', () => {
  const open = (code: string) => page('nam', `/desk/polls/entry?code=${encodeURIComponent(code)}`)
  const post = (fields: Record<string, string>) =>
    visitor('nam').post('/desk/polls/entry', { day: '2026-11-20', unit: '', field: '', ...fields })

  it('asks for a code and refuses what is none', async () => {
    expect(await page('nam', '/desk/polls/entry')).toContain('Mã hồ sơ')
    for (const [typed, said] of [
      ['abc', 'chưa đúng dạng'],
      [known.replace(/^000/, 'OOO'), `Có phải là ${known}?`],
      [known.replace(/-\d{6}-/, '-261332-'), 'không phải là một ngày'],
      [known.replace(/-\d{6}-/, '-291231-'), 'còn ở phía trước'],
    ] as const) {
      expect(await open(typed), typed).toContain(said)
    }
  })

  it('shows every item with the five exact words and "chưa từng sử dụng", nothing chosen, the facts filled in', async () => {
    const body = await open(known)
    expect(body).toContain('nhập hộ')
    expect(body).toContain('Cấp giấy phép lao động')
    expect(body).toContain('value="Phòng Việc làm"')
    expect(body).toContain('value="Việc làm"')
    expect(body.match(/type="radio"/g)).toHaveLength(items.length * 6)
    expect(body).not.toContain('checked')
    for (const words of [
      'Rất hài lòng',
      'Hài lòng',
      'Bình thường',
      'Không hài lòng',
      'Rất không hài lòng',
      'Chưa từng sử dụng',
    ]) {
      expect(body.split(`<span>${words}</span>`)).toHaveLength(items.length + 1)
    }
    expect(await open(unknown)).toContain(`Chưa thấy hồ sơ ${unknown} trong sổ`)
  })

  it('keeps what was typed when something is wrong, and stores nothing', async () => {
    await open(known)
    const empty = await post({ code: known, day: '2026-11-24' })
    expect(empty.statusCode).toBe(422)
    expect(empty.body).toContain('muộn nhất là hôm nay')
    expect(empty.body).toContain('ít nhất một câu trả lời')
    const late = await post({ code: known, day: '', 'answer-15': '4', unit: 'Phòng A' })
    expect(late.body.match(/checked/g)).toHaveLength(1)
    expect(late.body).toContain('value="Phòng A"')
    expect((await post({ code: known, 'answer-15': '9', 'answer-99': '5' })).statusCode).toBe(422)
    expect(await answers()).toEqual([])
  })

  it('is stored once, marked, under the one-way name, audited without the answers; a second one is kindly refused', async () => {
    await open(known)
    const done = await post({
      code: known,
      'answer-15': '2',
      'answer-33': '0',
      unit: 'Phòng Việc làm',
      field: ' Việc làm ',
    })
    expect(done.statusCode).toBe(303)
    expect(await page('nam', '/desk/polls/entry')).toContain(
      `Đã lưu phiếu nhập hộ của hồ sơ ${known}: 2 câu.`,
    )
    expect(await answers()).toMatchObject([
      {
        _id: tokenOf(known),
        assistedDay: '2026-11-20',
        assisted: {
          questionnaire: { id: 'sipas-19', version: 1 },
          facts: { unit: 'Phòng Việc làm', field: 'Việc làm', procedureCode: '1.000105' },
        },
      },
    ])
    expect(JSON.stringify(await answers())).not.toContain(known)
    const row = await lastAudit()
    expect(row).toMatchObject({
      action: 'poll-entered',
      subject: `dossier:${known}`,
      detail: { questionnaire: 'sipas-19@1', count: 2 },
    })
    expect(Object.keys(row!.detail)).toEqual(['questionnaire', 'count'])

    await open(known)
    const again = await post({ code: known, 'answer-15': '5' })
    expect(again.statusCode).toBe(409)
    expect(again.body).toContain('mỗi hồ sơ chỉ một phiếu')
    expect((await answers())[0]!.questions[0].history[0].answer).toBe(2)
  })

  it('never keeps the owner from answering: their own tap takes its place', async () => {
    await office.surveys.invite(handedOver('chu-ho-so', desk.clock.now(), { dossierToken: tokenOf(known) }))
    await hoursPass(3)
    await office.dispatch()
    const row = await database.connection.collection('invitations').findOne({ token: tokenOf(known) })
    const { item } = row!.sent.assignment.items[0]
    const tapped = await office.surveys.tap({
      choice: `s1:${row!._id}:${item}:1`,
      conversation: 'telegram:chu-ho-so',
      tapId: 'own',
      at: desk.clock.now(),
    })
    expect(tapped.kind).toBe('stored')
    const [stored, ...others] = await answers()
    expect(others).toEqual([])
    expect(stored).not.toHaveProperty('assisted')
    expect(stored).not.toHaveProperty('assistedDay')
    expect(stored!.questions.map(({ question }: { question: string }) => question)).toEqual([item])
  })
})
