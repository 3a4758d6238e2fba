import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import writeXlsx from 'write-excel-file/node'
import { createHeldFiles } from '../../../src/desk/dossiers/import/held-files.ts'
import { plainFileName } from '../../../src/desk/dossiers/import/read-file-form.ts'
import { FakeClock } from '../../../src/lib/clock.ts'
import { numbered } from '../../dossiers/made-dossier.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { choiceOf } from '../../support/dossier-world.ts'
import { waitUntil } from '../../support/wait-until.ts'
import { openDesk, type TestDesk, Visitor } from '../open-desk.ts'

let database: TestDatabase
let desk: TestDesk
let intake: Visitor
let other: Visitor
const path = '/desk/dossiers/import'

beforeAll(async () => {
  database = await openTestDatabase()
  desk = await openDesk(database)
  const people = []
  for (const name of ['tiep.nhan', 'tiep.nhan.2']) {
    const { secret } = await desk.add(name, ['intake'])
    const visitor = new Visitor(desk)
    await visitor.signIn(name, secret)
    people.push(visitor)
  }
  ;[intake, other] = people as [Visitor, Visitor]
}, 60_000)
afterAll(async () => {
  await desk?.close()
  await database?.close()
})

const header =
  'Mã hồ sơ,Tên thủ tục,Ngày tiếp nhận,Ngày hẹn trả,Ngày có kết quả,Trạng thái,Số điện thoại,Họ tên'
const line = (code: string, status = 'Đang xử lý', done = '') =>
  `${code},Cấp giấy phép lao động,02/11/2026,30/11/2026,${done},${status},0905 123 456,Nguyễn Văn Kín`
const csv = (...lines: string[]) => Buffer.from([header, ...lines].join('\n'))

/** As a browser sends the form. */
async function send(
  visitor: Visitor,
  file: { name: string; bytes: Buffer } | undefined,
  fields: Record<string, string> = {},
  headers: Record<string, string> = {},
) {
  const form = new FormData()
  for (const [name, value] of Object.entries({ formToken: visitor.formToken, ...fields }))
    form.set(name, value)
  form.set('file', file ? new File([new Uint8Array(file.bytes)], file.name) : new File([], ''))
  const request = new Request('http://localhost/', { method: 'POST', body: form })
  const answer = await desk.app.inject({
    method: 'POST',
    url: path,
    headers: {
      host: 'localhost',
      origin: 'http://localhost',
      cookie: visitor.cookie,
      'content-type': request.headers.get('content-type')!,
      ...headers,
    },
    payload: Buffer.from(await request.arrayBuffer()),
  })
  return answer
}

const heldOf = (html: string) => /name="held" value="([0-9a-f]{32})"/.exec(html)?.[1]
const confirm = (visitor: Visitor, held: string) => visitor.post(`${path}/confirm`, { held })
const stored = () => desk.dossiers.stores.store.count({ kind: 'all' })

describe('a file taken in at the desk', () => {
  it('is first only looked at, then taken in as a whole, told, and written down', async () => {
    const name = 'Hồ sơ tháng 11.csv'
    const looked = await send(intake, { name, bytes: csv(line(numbered(1)), line(numbered(2))) })
    expect(looked.statusCode).toBe(200)
    expect(looked.body).toContain('Xem thử 2 dòng, chưa ghi.')
    expect(looked.body).toContain('Mới 2, đổi 0')
    expect(looked.body).not.toContain('Nguyễn Văn Kín')
    expect(await stored()).toBe(0)

    const held = heldOf(looked.body)!
    expect((await confirm(other, held)).statusCode).toBe(422)
    expect((await confirm(intake, held)).statusCode).toBe(303)
    expect(await stored()).toBe(2)
    const list = await intake.get('/desk/dossiers?listing=open')
    expect(list.body).toContain('Đã nhận 2 dòng, lần nhận số 1.')
    expect(list.body).toContain(name)
    expect(list.body).not.toContain('Nguyễn Văn Kín')
    const [entry] = await desk.audit.log.list({ actions: ['dossiers-imported'] }, { limit: 5 })
    expect(entry).toMatchObject({
      subject: 'dossier-import:1',
      detail: { rows: 2, added: 2, changedRows: 0 },
    })
    // Once taken in the bytes are gone.
    expect((await confirm(intake, held)).body).toContain('Chọn lại tệp')
  })

  it('brings the news to linked chats without waiting for the job', async () => {
    const person = desk.dossiers.talk('theo-doi')
    await person.say(numbered(1))
    await person.tap(choiceOf(await person.say('3456'), 'Báo tôi khi có thay đổi'))
    desk.clock.advanceMs(60_000)
    const bytes = csv(line(numbered(1), 'Đã xử lý xong', '20/11/2026'))
    const looked = await send(intake, { name: 'a.csv', bytes })
    expect(looked.body).toContain('Đang xử lý → Đã xử lý xong: 1')
    await confirm(intake, heldOf(looked.body)!)
    await waitUntil('the news', async () => (await desk.dossiers.outbox('theo-doi')).length === 1)
    expect((await desk.dossiers.outbox('theo-doi'))[0]!.text).toContain('đã có kết quả')
  })

  it('that says nothing new offers nothing to take in', async () => {
    const again = await send(intake, { name: 'a.csv', bytes: csv(line(numbered(2))) })
    expect(again.body).toContain('như cũ 1')
    expect(heldOf(again.body)).toBeUndefined()
  })

  it('may be a workbook', async () => {
    const row = [
      numbered(7),
      'Cấp giấy phép lao động',
      '02/11/2026',
      '30/11/2026',
      '',
      'Đang xử lý',
      '0905123456',
      'X',
    ]
    const sheet = [header.split(','), row].map((cells) => cells.map((value) => ({ value, type: String })))
    const bytes = await writeXlsx(sheet).toBuffer()
    const looked = await send(intake, { name: 'a.xlsx', bytes })
    expect(looked.body).toContain('Mới 1, đổi 0')
    await intake.post(`${path}/cancel`)
    expect((await confirm(intake, heldOf(looked.body)!)).statusCode).toBe(422)
    expect(await desk.dossiers.stores.store.find(numbered(7))).toBeUndefined()
  })

  it('with one fault in it changes nothing, and every fault is named with its line', async () => {
    const before = await stored()
    const bytes = csv(
      line(numbered(3)),
      line('KHONG-PHAI-MA'),
      line(numbered(4), 'Trạng thái lạ <b>'),
      line(numbered(3)),
    )
    const looked = await send(intake, { name: '../../x/lỗi.csv', bytes })
    expect(looked.statusCode).toBe(422)
    expect(looked.body).toContain('Có 3 lỗi. Chưa nhận gì từ tệp này.')
    for (const line of [3, 4, 5]) expect(looked.body).toMatch(new RegExp(`>${line}</span>`))
    expect(looked.body).toContain('Trạng thái lạ &lt;b')
    expect(looked.body).toContain('Tệp lỗi.csv')
    expect(heldOf(looked.body)).toBeUndefined()
    expect(await stored()).toBe(before)
  })

  it.each([
    [undefined, 'Chọn tệp .csv hoặc .xlsx'],
    [{ name: 'a.csv', bytes: Buffer.alloc(0) }, 'Tệp trống'],
    [{ name: 'a.pdf', bytes: Buffer.from('%PDF-1.7 …') }, 'Tệp này không phải bảng'],
    [{ name: 'a.xlsx', bytes: Buffer.from('PK\x03\x04 cut short') }, 'Tệp .xlsx bị hỏng'],
    [{ name: 'a.csv', bytes: Buffer.alloc(33 * 1024 * 1024, 'a') }, 'Tệp lớn hơn 32 MB'],
  ])('is refused kindly: %#', async (file, why) => {
    const answer = await send(intake, file)
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain(why)
  })

  it('of an earlier day changes nothing that is newer, and a day to come is refused', async () => {
    const bytes = csv(line(numbered(2), 'Đã rút hồ sơ'.replace('Đã rút hồ sơ', 'Dừng xử lý')))
    const older = await send(intake, { name: 'a.csv', bytes }, { asOf: '2026-11-20' })
    expect(older.body).toContain('cũ hơn bản đang giữ 1')
    expect((await send(intake, { name: 'a.csv', bytes }, { asOf: '2026-12-20' })).body).toContain(
      'Ngày xuất tệp không được sau hôm nay',
    )
  })

  it('waits while another import is under way, and goes through with the same button', async () => {
    const looked = await send(intake, { name: 'a.csv', bytes: csv(line(numbered(8))) })
    const held = heldOf(looked.body)!
    const running = await desk.dossiers.stores.store.beginImport({ source: 'khác' })
    if (running === 'busy') throw new Error('busy')
    const busy = await confirm(intake, held)
    expect(busy.statusCode).toBe(409)
    expect(busy.body).toContain('Đang có một tệp khác được nhận.')
    await running.abandon()
    expect((await confirm(intake, heldOf(busy.body)!)).statusCode).toBe(303)
    expect(await desk.dossiers.stores.store.find(numbered(8))).toBeDefined()
  })

  it('is taken from our own form only, and from who may', async () => {
    const file = { name: 'a.csv', bytes: csv(line(numbered(9))) }
    expect((await send(intake, file, { formToken: 'x'.repeat(43) })).statusCode).toBe(403)
    expect((await send(intake, file, {}, { origin: 'https://evil.example' })).statusCode).toBe(403)
    const { secret } = await desk.add('xu.ly', ['handler'])
    const handler = new Visitor(desk)
    await handler.signIn('xu.ly', secret)
    expect((await send(handler, file)).statusCode).toBe(403)
    expect((await send(new Visitor(desk), file)).statusCode).toBe(303)
    expect(await desk.dossiers.stores.store.find(numbered(9))).toBeUndefined()
  })
})

describe('files that wait for a yes', () => {
  it('are forgotten after ten minutes, when another one comes, and are overwritten', () => {
    const clock = new FakeClock('2026-11-23T02:00:00Z')
    const files = createHeldFiles(clock)
    const bytes = [1, 2].map(() => Buffer.from('0905123456'))
    const first = files.hold('a', { name: 'a', bytes: bytes[0]! })
    const second = files.hold('a', { name: 'b', bytes: bytes[1]! })
    expect(bytes[0]!.every((byte) => byte === 0)).toBe(true)
    expect(files.find('a', first.id)).toBeUndefined()
    expect(files.find('b', second.id)).toBeUndefined()
    expect(files.find('a', second.id)?.name).toBe('b')
    clock.advanceMs(10 * 60_000)
    expect(files.find('a', second.id)).toBeUndefined()
    expect(bytes[1]!.every((byte) => byte === 0)).toBe(true)
  })

  it('take no more than their room in memory, the oldest going first', () => {
    const files = createHeldFiles(new FakeClock('2026-11-23T02:00:00Z'))
    const held = Array.from({ length: 5 }, (_, n) =>
      files.hold(`co-${n}`, { name: 'a', bytes: Buffer.alloc(30 * 1024 * 1024) }),
    )
    expect(held.map(({ id }, n) => files.find(`co-${n}`, id) !== undefined)).toEqual([
      false,
      true,
      true,
      true,
      true,
    ])
  })

  it('have names without paths and signs that change how they read', () => {
    expect(plainFileName('C:\\Users\\lan\\tháng 11.csv')).toBe('tháng 11.csv')
    expect(plainFileName('a/../\u202egnp.csv\n')).toBe('gnp.csv')
    expect(plainFileName(`${'a'.repeat(300)}.csv`)).toHaveLength(100)
  })
})
