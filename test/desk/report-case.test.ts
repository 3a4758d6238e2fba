import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { handOverReports } from '../../src/desk/reports/hand-over.ts'
import { createLog } from '../../src/lib/log.ts'
import { keepEvidence } from '../../src/reports/evidence/keep-evidence.ts'
import type { Report } from '../../src/reports/report.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { hex, madeReport } from '../support/made-report.ts'
import { openDesk, type TestDesk, Visitor } from './open-desk.ts'

const lines: string[] = []
const log = createLog({ level: 'trace', destination: { write: (line) => void lines.push(line) } })

let database: TestDatabase
let desk: TestDesk
const people = new Map<string, { visitor: Visitor; id: string }>()

beforeAll(async () => {
  database = await openTestDatabase()
  desk = await openDesk(database, { log })
  const add = async (
    username: string,
    roles: Parameters<TestDesk['add']>[1],
    more: Parameters<TestDesk['add']>[2] = {},
  ) => {
    const { id, secret } = await desk.add(username, roles, more)
    const visitor = new Visitor(desk)
    await visitor.signIn(username, secret)
    people.set(username, { visitor, id })
  }
  await add('tiep.nhan', ['intake'], { name: 'Trần Thu Hà' })
  await add('xu.ly', ['handler'], { name: 'Nguyễn Văn Bình', unit: 'Phòng Việc làm' })
  await add('han.che', ['intake', 'handler'], { name: 'Lê Minh Châu', mayOpenRestricted: true })
  await add('lanh.dao', ['leader'], { name: 'Phạm Đức Dũng', mayOpenRestricted: true })
}, 60_000)
afterAll(async () => {
  await desk?.close()
  await database?.close()
})

const visitorOf = (name: string) => people.get(name)!.visitor
const idOf = (name: string) => people.get(name)!.id
const pathOf = ({ caseNumber }: Report) => `/desk/reports/${caseNumber}`

async function filed(given: Partial<Report> = {}): Promise<Report> {
  const report = madeReport({ receivedAt: desk.clock.now(), ...given })
  expect(await desk.reports.store.insert(report)).toBe('stored')
  return report
}

const handledBy = (name: string, given: Partial<Report> = {}) =>
  filed({ state: 'in-progress', assignee: idOf(name), ...given })

const stored = async ({ ref }: Report) => (await desk.reports.store.findByRef(ref))!

/** The last rows of the audit about a report, oldest first. */
async function auditOf({ caseNumber }: Report) {
  const rows = await desk.audit.log.list({ subject: `report:${caseNumber}` }, { limit: 50 })
  return rows.reverse().map(({ action, detail, officer }) => ({ action, detail, officer }))
}

async function post(name: string, report: Report, action: string, fields: Record<string, string> = {}) {
  const visitor = visitorOf(name)
  await visitor.get('/desk/account')
  const revision = String((await stored(report)).revision)
  return visitor.post(`${pathOf(report)}/${action}`, { revision, ...fields })
}

const actionsOn = (page: string) => [
  ...new Set(
    [
      ...page.matchAll(/<details class="confirm action"[\s\S]*?action="\/desk\/reports\/[^/"]+\/([a-z]+)"/g),
    ].map(([, name]) => name),
  ),
]

describe('the page of a report', () => {
  it('shows facts, words, payment and deadlines with their law, and never who reported', async () => {
    const identityRef = hex(16)
    await desk.reports.identities.put(identityRef, {
      name: 'Đặng Thị Nguồn',
      phone: '0905 111 222',
      conversation: { channel: 'zalo', conversationId: 'zalo-secret-77' },
    })
    const report = await filed({
      kind: 'informal-payment',
      identityMode: 'named',
      identityRef,
      content: {
        story: 'Cán bộ ở quầy 3 đòi thêm tiền.\nTôi không đưa.',
        place: 'Quầy 3',
        happenedWhen: 'sáng thứ Hai',
        people: 'một cán bộ nam',
        payment: {
          procedure: { code: '1.000105', name: 'Cấp giấy phép lao động' },
          askedVnd: 1_100_000,
          isApproximate: true,
          publishedFee: '600.000 đồng (Nghị quyết 01)',
          differenceVnd: 500_000,
          receiptGiven: 'no',
        },
        evidence: [],
      },
    })
    const { body, statusCode } = await visitorOf('tiep.nhan').get(pathOf(report))
    expect(statusCode).toBe(200)
    for (const words of [
      'Cán bộ ở quầy 3 đòi thêm tiền.',
      'khoảng 1.100.000 đồng',
      '600.000 đồng (Nghị quyết 01)',
      'nhiều hơn mức công bố 500.000 đồng',
      'sáng thứ Hai',
      'còn 2 ngày làm việc',
      'Nghị định 20/2008/NĐ-CP Điều 9',
    ]) {
      expect(body).toContain(words)
    }
    for (const secret of [
      'Đặng Thị Nguồn',
      '0905 111 222',
      'zalo-secret-77',
      identityRef,
      report.ref,
      report.receiptHash,
    ])
      expect(body).not.toContain(secret)
    expect(await auditOf(report)).toEqual([
      { action: 'report-viewed', detail: {}, officer: idOf('tiep.nhan') },
    ])
  })

  it('says loudly when a table of days off is missing', async () => {
    const report = await filed({ deadlines: { missingYear: 2031 } })
    const { body } = await visitorOf('tiep.nhan').get(pathOf(report))
    expect(body).toMatch(/role="alert"[^>]*>CHƯA ĐẶT ĐƯỢC HẠN\. Thiếu lịch nghỉ năm 2031/)
  })

  it('offers only what this officer can do now', async () => {
    const fresh = await filed()
    const [intake, leader] = [visitorOf('tiep.nhan'), visitorOf('lanh.dao')]
    const seen = async (visitor: Visitor, report: Report) =>
      actionsOn((await visitor.get(pathOf(report))).body)
    expect(await seen(intake, fresh)).toEqual(['assign', 'tell', 'forward', 'reclassify', 'concern', 'join'])
    expect(await seen(leader, fresh)).toEqual(['assign', 'tell', 'forward', 'reclassify', 'concern', 'join'])
    const own = await handledBy('xu.ly')
    expect(await seen(visitorOf('xu.ly'), own)).toEqual([
      'ask',
      'tell',
      'answer',
      'forward',
      'reclassify',
      'concern',
      'join',
    ])
    const colleagues = await handledBy('han.che', { unit: 'phòng việc làm' })
    expect(await seen(visitorOf('xu.ly'), colleagues)).toEqual([])
    const closed = await handledBy('xu.ly', { state: 'closed' })
    expect(await seen(visitorOf('xu.ly'), closed)).toEqual([])
  })

  it('shows hostile words as words (feature 83)', async () => {
    const evil = '<script>alert(1)</script><img src=x onerror=alert(2)>" onmouseover="x'
    const report = await filed({
      content: { story: evil, place: evil, people: evil, happenedWhen: evil, evidence: [] },
    })
    await desk.reports.notes.add({
      id: hex(12),
      reportRef: report.ref,
      officerId: idOf('tiep.nhan'),
      at: desk.clock.now(),
      text: evil,
    })
    await desk.reports.reports.act(
      report.ref,
      { kind: 'reporter' },
      { kind: 'write', text: evil, evidence: [] },
    )
    const { body } = await visitorOf('tiep.nhan').get(pathOf(report))
    expect(body).not.toContain('<script>alert')
    expect(body).not.toContain('<img src=x')
    expect(body.split('&lt;script>alert(1)').length - 1).toBe(6)
  })
})

describe('work on a report', () => {
  it('goes from taking in to closing, each step told to the reporter and written down', async () => {
    const report = await filed()
    const steps: [string, string, Record<string, string>, Report['state']][] = [
      ['tiep.nhan', 'assign', { assignee: idOf('xu.ly') }, 'assigned'],
      ['xu.ly', 'start', {}, 'in-progress'],
      ['xu.ly', 'ask', { askText: 'Việc xảy ra ngày nào?' }, 'waiting-for-reporter'],
      ['xu.ly', 'tell', { tellText: 'Chúng tôi đang xem xét.' }, 'waiting-for-reporter'],
      ['xu.ly', 'answer', { answerText: 'Đã nhắc nhở bộ phận.', answerOutcome: 'substantiated' }, 'answered'],
      ['xu.ly', 'close', { closeReason: 'Đã xong.' }, 'closed'],
    ]
    for (const [who, action, fields, state] of steps) {
      const before = await stored(report)
      const response = await post(who, report, action, fields)
      expect(response.statusCode, action).toBe(303)
      expect(response.headers.location).toBe(pathOf(report))
      const after = await stored(report)
      expect(after.state, action).toBe(state)
      expect(after.revision).toBe(before.revision + 1)
      expect((await auditOf(report)).at(-1)).toEqual({
        action: 'report-changed',
        officer: idOf(who),
        detail: { change: action, from: before.state, to: state },
      })
    }
    const page = await visitorOf('xu.ly').get(pathOf(report))
    expect(page.body).toContain('role="status">Đã đóng phản ánh.')
    for (const line of [
      'Giao cho Nguyễn Văn Bình',
      'Bắt đầu xử lý',
      'Việc xảy ra ngày nào?',
      'Trả lời: Phản ánh đúng',
      'Cán bộ đóng',
      'Trần Thu Hà',
    ])
      expect(page.body).toContain(line)
    const whole = JSON.stringify(await desk.audit.log.list({}, { limit: 200 }))
    for (const words of ['Việc xảy ra ngày nào', 'Đã nhắc nhở', 'Đã xong.', 'Chờ ba buổi'])
      expect(whole).not.toContain(words)
    expect(
      desk.reports.told
        .filter(({ report: { ref } }) => ref === report.ref)
        .map(({ event }) => event.change.kind),
    ).toEqual(['received', 'assigned', 'started', 'asked', 'told', 'answered', 'closed'])
  })

  it('is refused in words, with everything typed still there', async () => {
    const report = await handledBy('xu.ly')
    const cases: [string, Record<string, string>, string][] = [
      ['ask', { askText: '   ' }, 'Viết nội dung trước khi gửi.'],
      ['answer', { answerText: 'Đã xem xét kỹ.', answerOutcome: 'all' }, 'Chọn kết quả xác minh.'],
      ['forward', { forwardTo: '', forwardReason: 'Thuộc nơi khác' }, 'Ghi tên cơ quan nhận.'],
      ['reclassify', { reclassifyTo: report.kind, reclassifyReason: 'x' }, 'Chọn loại mới'],
      ['concern', { concernOfficers: 'nobody', concernReason: 'x' }, 'Chọn cán bộ, đơn vị trong danh sách.'],
      ['join', { joinTo: 'PA-261123-2345-6' }, 'Không tìm thấy phản ánh này.'],
      ['join', { joinTo: report.caseNumber }, 'Không có gì thay đổi'],
      ['tell', { tellText: 'a'.repeat(3_001) }, 'dài quá 3000 ký tự'],
      ['close', { closeReason: 'x' }, 'không được giao làm việc này'],
      ['start', { revision: '' }, 'thiếu phiên bản'],
    ]
    for (const [action, fields, words] of cases) {
      const response = await post('xu.ly', report, action, fields)
      expect(response.statusCode, action).toBe(422)
      expect(response.body).toContain(words)
      for (const [name, typed] of Object.entries(fields)) {
        if (/Text$|Reason$/.test(name) && action !== 'close') expect(response.body).toContain(typed)
      }
    }
    expect((await stored(report)).revision).toBe(1)
  })

  it('takes fields with operators in their names for nothing (feature 83)', async () => {
    const report = await filed()
    for (const name of ['assignee[$ne]', 'assignee.$gt', 'assignee[]', '__proto__', 'constructor']) {
      const response = await post('tiep.nhan', report, 'assign', { [name]: idOf('xu.ly') })
      expect(response.statusCode, name).toBe(422)
    }
    for (const value of ['{"$ne":null}', '[object Object]', `${idOf('xu.ly')}\u0000`]) {
      expect((await post('tiep.nhan', report, 'assign', { assignee: value })).statusCode).toBe(422)
    }
    const twice = new URLSearchParams([
      ['formToken', visitorOf('tiep.nhan').formToken],
      ['revision', '1'],
      ['assignee', 'nobody'],
      ['assignee', idOf('xu.ly')],
    ])
    expect((await visitorOf('tiep.nhan').post(`${pathOf(report)}/assign`, twice.toString())).statusCode).toBe(
      422,
    )
    expect((await stored(report)).assignee).toBeUndefined()
    for (const number of ['%24ne', '..%2f..', 'PA-261123-2345-6%00', "'%7C%7C1", '{"$gt":""}']) {
      expect((await visitorOf('tiep.nhan').get(`/desk/reports/${number}`)).statusCode).toBe(404)
      const list = await visitorOf('tiep.nhan').get(`/desk/reports?number=${number}&kind[$ne]=x&state=$any`)
      expect(list.statusCode).toBe(200)
    }
  })

  it('takes the report out of sight of whom it is about, also of the one who said so', async () => {
    const report = await handledBy('xu.ly', { unit: 'phòng việc làm' })
    const response = await post('xu.ly', report, 'concern', {
      concernUnits: 'phòng việc làm',
      concernReason: 'Người dân nêu tên phòng.',
    })
    expect(response.statusCode).toBe(303)
    expect(response.headers.location).toBe('/desk/reports')
    expect((await visitorOf('xu.ly').get(pathOf(report))).statusCode).toBe(404)
    const after = await stored(report)
    expect(after).toMatchObject({
      state: 'received',
      pastHandlers: [idOf('xu.ly')],
      concerns: { officers: [], units: ['phòng việc làm'] },
    })
    const choices = (await visitorOf('tiep.nhan').get(pathOf(report))).body
    expect(choices).not.toMatch(new RegExp(`<option value="${idOf('xu.ly')}"`))
    expect((await post('tiep.nhan', report, 'assign', { assignee: idOf('xu.ly') })).statusCode).toBe(422)
  })

  it('moves a report about leaders out of the leaders’ sight', async () => {
    const report = await filed({ kind: 'informal-payment', queue: 'restricted' })
    expect((await visitorOf('lanh.dao').get(pathOf(report))).statusCode).toBe(200)
    const response = await post('han.che', report, 'concern', {
      concernLeader: 'yes',
      concernReason: 'Nêu lãnh đạo.',
    })
    expect(response.statusCode).toBe(303)
    expect((await stored(report)).queue).toBe('outside')
    expect((await visitorOf('lanh.dao').get(pathOf(report))).statusCode).toBe(404)
    expect((await visitorOf('han.che').get(pathOf(report))).body).toContain('Liên quan lãnh đạo')
  })
})

describe('absence (feature 73)', () => {
  it('gives the work to the deputy, and to nobody when there is none', async () => {
    const absent = await desk.add('di.vang', ['handler'], {
      name: 'Hồ Thị Vắng',
      absentUntil: '2026-12-31',
      deputy: idOf('xu.ly'),
    })
    const lonely = await desk.add('di.vang.2', ['handler'], { name: 'Hồ Văn Lẻ', absentUntil: '2026-12-31' })
    const report = await filed()
    const { body } = await visitorOf('tiep.nhan').get(pathOf(report))
    expect(body).toContain('Hồ Thị Vắng: đang vắng, giao cho người thay Nguyễn Văn Bình')
    expect(body).not.toMatch(new RegExp(`<option value="${lonely.id}"`))
    expect((await post('tiep.nhan', report, 'assign', { assignee: lonely.id })).statusCode).toBe(422)
    expect((await post('tiep.nhan', report, 'assign', { assignee: absent.id })).statusCode).toBe(303)
    expect(await stored(report)).toMatchObject({ assignee: idOf('xu.ly'), unit: 'phòng việc làm' })
    const page = await visitorOf('tiep.nhan').get(pathOf(report))
    expect(page.body).toContain('Đã giao cho người thay Nguyễn Văn Bình.')
  })
})

describe('handing over (feature 73)', () => {
  it('moves open work of an absent officer to the deputy, once, with its clock unchanged', async () => {
    const { id } = await desk.add('nghi.om', ['handler'], { name: 'Mai Văn Ốm', deputy: idOf('xu.ly') })
    const open = await filed({ state: 'in-progress', assignee: id })
    const answered = await filed({ state: 'answered', assignee: id })
    const about = await filed({
      state: 'assigned',
      assignee: id,
      concerns: { officers: [idOf('xu.ly')], units: [] },
    })
    const parts = { ...desk.reports, officers: desk.officers, clock: desk.clock }
    expect(await handOverReports(parts)).toBe(0)
    const { name, roles, mayOpenRestricted, deputy } = (await desk.officers.find(id))!
    await desk.officers.change(id, { name, roles, mayOpenRestricted, deputy, absentUntil: '2026-12-01' })
    expect(await handOverReports(parts)).toBe(1)
    expect(await handOverReports(parts)).toBe(0)
    const moved = await stored(open)
    expect(moved).toMatchObject({ assignee: idOf('xu.ly'), unit: 'phòng việc làm', state: 'in-progress' })
    expect(moved.deadlines).toEqual(open.deadlines)
    expect((await visitorOf('xu.ly').get(pathOf(open))).body).toContain(
      'Chuyển từ Mai Văn Ốm sang Nguyễn Văn Bình',
    )
    expect((await stored(answered)).assignee).toBe(id)
    expect((await stored(about)).assignee).toBe(id)
    expect((await visitorOf('tiep.nhan').get('/desk/reports?number=PA')).body).toContain(
      'Mai Văn Ốm (vắng mặt)',
    )
  })
})

describe('two officers at once (feature 68)', () => {
  it('saves one of 20, and shows the other 19 what changed with their words kept', async () => {
    const report = await handledBy('xu.ly')
    const visitor = visitorOf('xu.ly')
    await visitor.get(pathOf(report))
    const texts = Array.from({ length: 20 }, (_, n) => `Lời nhắn số ${n} gửi người phản ánh`)
    const responses = await Promise.all(
      texts.map((tellText) => visitor.post(`${pathOf(report)}/tell`, { revision: '1', tellText })),
    )
    const statuses = responses.map(({ statusCode }) => statusCode)
    expect(statuses.filter((status) => status === 303)).toHaveLength(1)
    expect(statuses.filter((status) => status === 409)).toHaveLength(19)
    const after = await stored(report)
    expect(after.revision).toBe(2)
    const [winner] = after.events.slice(1).map(({ change }) => (change.kind === 'told' ? change.text : ''))
    for (const [index, { body, statusCode }] of responses.entries()) {
      if (statusCode === 303) {
        expect(texts[index]).toBe(winner)
        continue
      }
      expect(body).toContain('Có người vừa cập nhật phản ánh này')
      expect(body).toContain('Nguyễn Văn Bình: Nhắn người phản ánh')
      expect(body).toMatch(new RegExp(`<textarea[^>]*name="tellText"[^>]*>${texts[index]}</textarea>`))
      expect(body).toMatch(/name="revision" value="2"/)
    }
  })

  it('loses no change when everybody sends again', async () => {
    const report = await handledBy('xu.ly')
    const writers = ['tiep.nhan', 'xu.ly', 'han.che', 'lanh.dao']
    for (const name of writers) await visitorOf(name).get('/desk/account')
    const work = writers.map(async (name) => {
      for (let n = 0; n < 5; n++) {
        let revision = '1'
        for (let tries = 0; tries < 60; tries++) {
          const response = await visitorOf(name).post(`${pathOf(report)}/tell`, {
            revision,
            tellText: `${name} ${n}`,
          })
          if (response.statusCode === 303) break
          expect(response.statusCode).toBe(409)
          revision = /name="revision" value="(\d+)"/.exec(response.body)![1]!
        }
      }
    })
    await Promise.all(work)
    const told = (await stored(report)).events.flatMap(({ change }) =>
      change.kind === 'told' ? [change.text] : [],
    )
    expect(told.sort()).toEqual(writers.flatMap((name) => [0, 1, 2, 3, 4].map((n) => `${name} ${n}`)).sort())
  }, 60_000)

  it('keeps what was typed for something that can no longer be done', async () => {
    const report = await handledBy('xu.ly')
    await post('lanh.dao', report, 'answer', {
      answerText: 'Lãnh đạo đã trả lời.',
      answerOutcome: 'undetermined',
    })
    const late = await post('xu.ly', report, 'answer', {
      revision: '1',
      answerText: 'Bản trả lời dài của tôi',
      answerOutcome: 'substantiated',
    })
    expect(late.statusCode).toBe(409)
    expect(late.body).toContain('Phạm Đức Dũng: Trả lời: Chưa xác định được')
    expect(late.body).toContain('Bản trả lời dài của tôi')
  })

  it('shows nothing more to somebody whom it was found to be about meanwhile', async () => {
    const report = await handledBy('xu.ly')
    await post('tiep.nhan', report, 'concern', {
      concernOfficers: idOf('xu.ly'),
      concernReason: 'Bị nêu tên.',
    })
    const late = await post('xu.ly', report, 'tell', { revision: '1', tellText: 'Chào' })
    expect(late.statusCode).toBe(404)
    expect(late.body).not.toContain(report.caseNumber)
  })
})

describe('templates (feature 67)', () => {
  it('fill facts in behind what was typed, and are not sent with a place left open', async () => {
    const report = await handledBy('xu.ly', {
      kind: 'informal-payment',
      content: {
        story: 'x',
        payment: { procedure: { code: '1.1', name: 'Cấp thẻ' }, askedVnd: 200_000 },
        evidence: [],
      },
    })
    const draft = await post('xu.ly', report, 'draft', {
      reply: 'answer',
      answerTemplate: 'answer-fee',
      answerText: 'Kính gửi Ông/Bà,',
      answerOutcome: 'substantiated',
    })
    expect(draft.statusCode).toBe(200)
    const text = /<textarea id="answerText"[^>]*>([^<]*)<\/textarea>/.exec(draft.body)![1]!
    expect(text).toContain('Kính gửi Ông/Bà,')
    expect(text).toContain(report.caseNumber)
    expect(text).toContain('“Cấp thẻ”')
    expect(text).toContain('200.000 đồng')
    // The report knows no published fee: that place stays open.
    expect(text).toContain('{publishedFee}')
    expect(draft.body).toMatch(/<option value="substantiated" selected/)
    expect((await stored(report)).revision).toBe(1)

    const refused = await post('xu.ly', report, 'answer', {
      answerText: text,
      answerOutcome: 'substantiated',
    })
    expect(refused.statusCode).toBe(422)
    expect(refused.body).toContain('Còn chỗ chưa điền: {publishedFee}, {kết quả xác minh}, {biện pháp}.')
    for (const open of ['Hạn ……', 'Hạn .....', 'Hạn ____', 'Hạn {ngày hẹn mới}']) {
      expect((await post('xu.ly', report, 'tell', { tellText: open })).statusCode, open).toBe(422)
    }
    const filledIn = text.replace(/\{[^}]+\}/g, 'đã rõ')
    expect(
      (await post('xu.ly', report, 'answer', { answerText: filledIn, answerOutcome: 'substantiated' }))
        .statusCode,
    ).toBe(303)
  })

  it('are those of the kind and the state, and put nothing in when another is asked for', async () => {
    const report = await handledBy('xu.ly', { kind: 'delay' })
    const { body } = await visitorOf('xu.ly').get(pathOf(report))
    expect(body).toContain('value="answer-delay"')
    expect(body).not.toContain('value="answer-fee"')
    expect(body).not.toContain('value="tell-forwarded"')
    const draft = await post('xu.ly', report, 'draft', {
      reply: 'answer',
      answerTemplate: 'answer-fee',
      answerText: 'Của tôi',
    })
    expect(draft.body).toMatch(/<textarea id="answerText"[^>]*>Của tôi<\/textarea>/)
    expect((await post('xu.ly', report, 'draft', { reply: 'constructor' })).statusCode).toBe(422)
  })
})

describe('internal notes (feature 69)', () => {
  it('are kept apart, marked as not sent, and are in nothing that is told', async () => {
    const report = await handledBy('xu.ly')
    const canary = `ghi chú ${hex(8)}`
    expect((await post('xu.ly', report, 'notes', { noteText: canary })).statusCode).toBe(303)
    expect((await post('xu.ly', report, 'notes', { noteText: ' ' })).statusCode).toBe(422)
    await post('xu.ly', report, 'tell', { tellText: 'Chào Ông/Bà.' })
    const { body } = await visitorOf('tiep.nhan').get(pathOf(report))
    expect(body).toContain('Ghi chú nội bộ, không gửi đi')
    expect(body).toContain(canary)
    const after = await stored(report)
    expect(JSON.stringify(after)).not.toContain(canary)
    expect(JSON.stringify(desk.reports.told)).not.toContain(canary)
    expect(JSON.stringify(await desk.audit.log.list({}, { limit: 500 }))).not.toContain(canary)
    expect(await auditOf(report)).toContainEqual({
      action: 'report-changed',
      officer: idOf('xu.ly'),
      detail: { change: 'note' },
    })
  })
})

describe('whatever officers do', () => {
  const step = fc.constantFrom(
    'notes',
    'tell',
    'ask',
    'start',
    'reclassify',
    'join',
    'answer',
    'close',
    'draft',
    'identity',
  )

  it('no note gets into a report, an event, what listeners are told or the audit (feature 69)', async () => {
    const leads = await filed()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
        const report = await handledBy('xu.ly')
        const notes: string[] = []
        for (const [index, action] of ['notes', ...steps].entries()) {
          const text = `${action === 'notes' ? 'NOTE' : 'said'}-${hex(6)}-${index}`
          if (action === 'notes') notes.push(text)
          await post('xu.ly', report, action, {
            noteText: notes.at(-1) ?? '',
            tellText: 'Chào Ông/Bà.',
            askText: 'Ngày nào?',
            answerText: 'Đã xem xét.',
            answerOutcome: 'undetermined',
            reclassifyTo: 'delay',
            reclassifyReason: 'Đọc lại.',
            closeReason: 'Xong.',
            joinTo: leads.caseNumber,
            reply: 'tell',
            tellTemplate: 'tell-taken',
            identityReason: notes.at(-1) ?? '',
          })
        }
        const kept = await desk.reports.notes.listOf(report.ref)
        expect(kept.map(({ text }) => text).sort()).toEqual([...notes].sort())
        const outgoing = JSON.stringify([await stored(report), desk.reports.told])
        expect(outgoing).not.toContain('NOTE-')
      }),
      { numRuns: 15 },
    )
    expect(JSON.stringify(await desk.audit.log.list({}, { limit: 1_000 }))).not.toContain('NOTE-')
  }, 120_000)
})

describe('who reported (features 36, 70)', () => {
  const identity = {
    name: 'Võ Thị Thật',
    phone: '0905 333 444',
    address: '12 Lê Lợi',
    conversation: { channel: 'telegram' as const, conversationId: 'chat-998877' },
  }
  async function withIdentity(mode: 'named' | 'confidential', given: Partial<Report> = {}) {
    const identityRef = hex(16)
    await desk.reports.identities.put(identityRef, identity)
    return handledBy('xu.ly', { identityMode: mode, identityRef, ...given })
  }

  it('is shown once for a reason, which is counted in the audit and kept in a note', async () => {
    const report = await withIdentity('named')
    const identityReason = 'Cần gọi điện hẹn làm việc'
    const shown = await post('xu.ly', report, 'identity', { identityReason })
    expect(shown.statusCode).toBe(200)
    expect(shown.body).toContain('Võ Thị Thật')
    expect(shown.body).toContain('0905 333 444')
    expect(shown.body).not.toContain('chat-998877')
    expect((await auditOf(report)).find(({ action }) => action === 'identity-viewed')).toEqual({
      action: 'identity-viewed',
      officer: idOf('xu.ly'),
      detail: { reasonLength: identityReason.length },
    })
    const page = await visitorOf('xu.ly').get(pathOf(report))
    expect(page.body).not.toContain('Võ Thị Thật')
    expect(page.body).toContain(identityReason)
    const whole = JSON.stringify(await desk.audit.log.list({}, { limit: 500 }))
    for (const secret of [identity.name, identity.phone, identityReason]) expect(whole).not.toContain(secret)
  })

  it('needs a reason, and the right to see it', async () => {
    const named = await withIdentity('named')
    expect((await post('xu.ly', named, 'identity', { identityReason: ' ' })).statusCode).toBe(422)
    expect((await post('tiep.nhan', named, 'identity', { identityReason: 'x' })).statusCode).toBe(200)
    const confidential = await withIdentity('confidential')
    for (const name of ['xu.ly', 'tiep.nhan']) {
      const refused = await post(name, confidential, 'identity', { identityReason: 'x' })
      expect(refused.statusCode, name).toBe(403)
      expect(refused.body).not.toContain('Võ Thị Thật')
      expect(refused.body).toContain('Tài khoản này không được xem ai phản ánh.')
    }
    expect((await post('lanh.dao', confidential, 'identity', { identityReason: 'x' })).statusCode).toBe(200)
    const rows = await auditOf(confidential)
    expect(rows.filter(({ action }) => action === 'access-refused')).toHaveLength(2)
    expect(rows.filter(({ action }) => action === 'identity-viewed')).toHaveLength(1)
  })

  it('is known to nobody when the report is anonymous', async () => {
    const report = await handledBy('xu.ly')
    const { body } = await visitorOf('lanh.dao').get(pathOf(report))
    expect(body).toContain('không ai biết là ai')
    expect(body).not.toContain('Xem người phản ánh')
    expect((await post('lanh.dao', report, 'identity', { identityReason: 'x' })).statusCode).toBe(403)
  })
})

describe('evidence', () => {
  it('is opened as what it is, unable to run, and written down', async () => {
    const given = madeReport({ receivedAt: desk.clock.now() })
    const room = desk.reports.evidenceRoom
    const keep = (type: 'jpeg' | 'pdf', text: string) =>
      keepEvidence(given.ref, { type, bytes: Buffer.from(text), sha256: hex(32), metadata: 'removed' }, room)
    const picture = await keep('jpeg', 'not really a picture <script>')
    const paper = await keep('pdf', '%PDF-1.7')
    const report = await filed({
      ...given,
      evidenceNames: [picture.name, paper.name],
      content: { story: 's', evidence: [picture, paper] },
    })
    const page = (await visitorOf('tiep.nhan').get(pathOf(report))).body
    expect(page).toContain(`SHA-256 ${picture.sha256.slice(0, 12)}`)
    expect(page).not.toContain('<img src="/desk/reports')

    const opened = await visitorOf('tiep.nhan').get(`${pathOf(report)}/evidence/${picture.name}`)
    expect(opened.statusCode).toBe(200)
    expect(opened.body).toBe('not really a picture <script>')
    expect(opened.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-disposition': `inline; filename="${report.caseNumber}-1.jpg"`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    })
    const loaded = await visitorOf('tiep.nhan').get(`${pathOf(report)}/evidence/${paper.name}`)
    expect(loaded.headers['content-disposition']).toBe(`attachment; filename="${report.caseNumber}-2.pdf"`)
    expect(
      (await auditOf(report))
        .filter(({ action }) => action === 'evidence-viewed')
        .map(({ detail }) => detail),
    ).toEqual([{ file: 1 }, { file: 2 }])
    // Another report's file does not open through this one.
    const other = await filed()
    expect((await visitorOf('tiep.nhan').get(`${pathOf(other)}/evidence/${picture.name}`)).statusCode).toBe(
      404,
    )
  })

  it('that was exchanged is said to be broken, and not shown', async () => {
    const given = madeReport({ receivedAt: desk.clock.now() })
    const room = desk.reports.evidenceRoom
    const kept = await keepEvidence(
      'another-report',
      { type: 'png', bytes: Buffer.from('foreign'), sha256: hex(32), metadata: 'removed' },
      room,
    )
    const report = await filed({ ...given, content: { story: 's', evidence: [kept] } })
    const response = await visitorOf('tiep.nhan').get(`${pathOf(report)}/evidence/${kept.name}`)
    expect(response.statusCode).toBe(500)
    expect(response.body).toContain('Tệp bị hỏng')
    expect(response.body).not.toContain('foreign')
  })
})

describe('similar reports (feature 48)', () => {
  it('are suggested with the reasons, joined by an officer, and each keeps its own receipt', async () => {
    const content = {
      story: 'Cán bộ quầy số ba yêu cầu nộp thêm hai trăm nghìn đồng mới nhận hồ sơ cấp thẻ',
      payment: { procedure: { code: '7.7', name: 'Cấp thẻ' }, askedVnd: 200_000 },
      evidence: [],
    }
    const more = { kind: 'informal-payment', procedureCode: '7.7', content } as const
    const first = await filed(more)
    const second = await filed(more)
    const hidden = await filed({ ...more, concerns: { officers: [idOf('tiep.nhan')], units: [] } })
    const { body } = await visitorOf('tiep.nhan').get(pathOf(second))
    expect(body).toContain('Có thể cùng một việc')
    expect(body).toContain(first.caseNumber)
    expect(body).toContain('cùng thủ tục «Cấp thẻ»')
    expect(body).toContain('lời kể trùng 100%')
    expect(body).not.toContain(hidden.caseNumber)
    expect((await post('tiep.nhan', second, 'join', { joinTo: hidden.caseNumber })).statusCode).toBe(422)
    expect((await post('tiep.nhan', second, 'join', { joinTo: first.caseNumber })).statusCode).toBe(303)
    const joined = await stored(second)
    expect(joined).toMatchObject({ joinedTo: first.ref, receiptHash: second.receiptHash, state: 'received' })
    expect((await stored(first)).revision).toBe(1)
    // Joined to one of a group: to its lead.
    const third = await filed(more)
    await post('tiep.nhan', third, 'join', { joinTo: second.caseNumber })
    expect((await stored(third)).joinedTo).toBe(first.ref)
    // The number of the lead is not for somebody whom the lead is about.
    await desk.reports.reports.act(
      first.ref,
      { kind: 'officer', officerId: 'x' },
      {
        kind: 'mark-concern',
        officers: [idOf('han.che')],
        units: [],
        isAboutLeader: false,
        reason: 'r',
      },
    )
    const seen = (await visitorOf('han.che').get(pathOf(third))).body
    expect(seen).toContain('Gộp với một phản ánh khác')
    expect(seen).not.toContain(first.caseNumber)
  })
})

it('is told to auditors in words, without a word of what was written (feature 71)', async () => {
  const report = await handledBy('xu.ly')
  await post('xu.ly', report, 'answer', { answerText: 'Lời-canary', answerOutcome: 'undetermined' })
  const { secret } = await desk.add('giam.sat', ['auditor'])
  const auditor = new Visitor(desk)
  await auditor.signIn('giam.sat', secret)
  const { body } = await auditor.get('/desk/audit?action=report-changed')
  expect(body).toContain(`Phản ánh ${report.caseNumber}`)
  expect(body).toContain('việc: trả lời; từ: đang xử lý; sang: đã trả lời')
  expect(body).not.toContain('Lời-canary')
})

it('puts nothing that anybody wrote, and nobody’s name, into the log (feature 79)', async () => {
  const secret = 'CANARY-5512'
  const identityRef = hex(16)
  await desk.reports.identities.put(identityRef, {
    name: secret,
    phone: secret,
    conversation: { channel: 'web', conversationId: secret },
  })
  const report = await handledBy('xu.ly', {
    identityMode: 'named',
    identityRef,
    content: { story: secret, place: secret, people: secret, evidence: [] },
  })
  const fields = Object.fromEntries(
    ['askText', 'tellText', 'answerText', 'noteText', 'forwardTo', 'forwardReason', 'reclassifyReason']
      .concat(['concernReason', 'closeReason', 'identityReason', 'joinTo', 'assignee'])
      .map((name) => [name, secret]),
  )
  for (const action of [
    'notes',
    'identity',
    'ask',
    'tell',
    'draft',
    'join',
    'reclassify',
    'answer',
    'forward',
    'close',
  ]) {
    await post('xu.ly', report, action, fields)
  }
  await visitorOf('xu.ly').get(`/desk/reports?number=${secret}`)
  await visitorOf('xu.ly').get(`/desk/reports/${secret}`)
  // A page that fails while it holds all of it.
  const { listOf } = desk.reports.notes
  desk.reports.notes.listOf = () => Promise.reject(new Error(secret))
  const failed = await visitorOf('xu.ly').get(pathOf(report))
  desk.reports.notes.listOf = listOf
  expect(failed.statusCode).toBe(500)
  expect(failed.body).not.toContain(secret)
  expect(lines.join('')).toContain('desk: a page failed')
  expect(lines.join('')).not.toContain(secret)
})
