import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wordLowScores } from '../../../src/desk/surveys/word-low-scores.ts'
import { methodIds } from '../../../src/surveys/index/methods.ts'
import type { Questionnaire } from '../../../src/surveys/questionnaire.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { unzip } from '../../support/unzip.ts'
import { questionnaire } from '../../surveys/read-surveys.ts'
import { openDesk, type TestDesk, Visitor } from '../open-desk.ts'
import { surveyDeskWords } from '../survey-parts.ts'
import { town } from './town.ts'

/** Last year's questions, in the files no longer: one of another text, and a group whose name begins like a formula. */
function lastYears(): Questionnaire {
  const official = questionnaire('sipas-19')
  const groups = official.groups.map((group) => (group.id === 'I' ? { ...group, name: '=1+1' } : group))
  return { ...official, version: 7, groups }
}

const records = town(600)
records.lowScores = { low: 40, offered: 36, begun: 9 }
records.outside.push({
  day: '2026-06-01',
  questionnaire: { id: 'sipas-19', version: 1 },
  question: 'cau-5',
  answers: { 1: 30, 2: 2 },
  asked: 40,
})
records.citizens = {
  source: 'citizens',
  method: 'citizens-told/1',
  from: '2026-01-01',
  until: '2026-11-23',
  told: 70,
  asked: 60,
  n: 41,
  inTime: 31,
  late: 10,
  silent: 19,
  lateHundredths: 2439,
}
/** Ten people in a row who answer before the officer has turned round, all alike. */
for (const [index, { day, form }] of records.forms.slice(100, 110).entries()) {
  form.asked = form.asked.map((one) => ({ ...one, answer: 1 as const }))
  form.poll = {
    answeredAtMs: Date.parse(`${day}T03:30:00Z`) + index,
    secondsAfterHandOver: 20,
    ...(index < 4 ? { chatMark: 'mot-may' } : {}),
  }
}
const isAnswered = ({ form }: (typeof records.forms)[number]) =>
  form.asked.some(({ answer }) => answer !== 'unanswered')
/** Some of the reminded half answer on the fourth day, a day after the reminder. */
const late = records.forms.filter(
  (kept, number) =>
    number % 10 === 0 &&
    number > 110 &&
    !kept.form.isAssisted &&
    kept.day <= '2026-11-19' &&
    isAnswered(kept),
)
for (const { day, form } of late)
  form.poll = { answeredAtMs: Date.parse(`${day}T04:00:00Z`) + 4 * 86_400_000 }
const old = town(200)
old.questionnaire = { id: 'sipas-19', version: 7 }

let database: TestDatabase
let desk: TestDesk
let leader: Visitor
let oldDesk: TestDesk
let oldLeader: Visitor

beforeAll(async () => {
  database = await openTestDatabase()
  desk = await openDesk(database, { surveyRecords: records })
  const { secret } = await desk.add('co.lan', ['leader'])
  leader = new Visitor(desk)
  await leader.signIn('co.lan', secret)
  oldDesk = await openDesk(database, {
    surveyRecords: { ...old, oldQuestionnaires: [lastYears()] },
    clock: desk.clock,
  })
  oldLeader = new Visitor(oldDesk)
  oldLeader.cookie = leader.cookie
}, 60_000)
afterAll(async () => {
  await oldDesk?.close()
  await desk?.close()
  await database?.close()
})

const year = 'from=2026-01-01&to=2026-11-23'
const strip = (html: string) =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#34;|&quot;/g, '"')
    .replace(/\s+/g, ' ')
    .trim()
const page = async (query = year) => (await leader.get(`/desk/index?${query}`)).body
function card(html: string, heading: string): string {
  return new RegExp(`aria-labelledby="${heading}"([\\s\\S]*?)</section>`).exec(html)?.[1] ?? ''
}
const rowsOf = (html: string, heading: string) =>
  [...card(html, heading).matchAll(/<tr>([\s\S]*?)<\/tr>/g)]
    .slice(1)
    .map(([, row]) => [...row!.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell]) => strip(cell!)))

describe('how the asking went', () => {
  it('row 56: shows how many answered the first and the second question, and each question’s own silence', async () => {
    const html = await page()
    const polls = records.forms.filter(({ form }) => !form.isAssisted)
    const given = (place: number) =>
      polls.filter(({ form }) => form.asked[place] && form.asked[place].answer !== 'unanswered').length
    expect(rowsOf(html, 'drop-off').map(([, asked, answered]) => [asked, answered])).toEqual([
      ['600', String(given(0))],
      ['600', String(given(1))],
    ])
    const of23 = polls.flatMap(({ form }) => form.asked.filter(({ item }) => item === '23'))
    const row = rowsOf(html, 'items').find(([name]) => name!.startsWith('23.'))!
    expect(row[5]).toBe(String(of23.length))
    const silent = of23.filter(({ answer }) => answer === 'unanswered').length
    expect(row[6]).toBe(`${((100 * silent) / of23.length).toFixed(2).replace('.', ',')} %`)
  })

  it('row 57: sets the reminded half beside the control half, with the interval of the gain', async () => {
    const html = await page()
    const [reminded, control] = rowsOf(html, 'reminder')
    expect(reminded![0]).toBe('Nửa được nhắc')
    expect([reminded![2], control![2]]).toEqual([String(late.length), '0'])
    const open = (half: number) =>
      records.forms.filter(
        (kept, number) =>
          !kept.form.isAssisted &&
          kept.day <= '2026-11-19' &&
          number % 2 === half &&
          !kept.form.poll?.isUndelivered &&
          (late.includes(kept) || !isAnswered(kept)),
      ).length
    // The eight silent people of the other question are open too; four of them in either half.
    expect([reminded![1], control![1]]).toEqual([String(open(0) + 4), String(open(1) + 4)])
    expect(card(html, 'reminder')).toMatch(/Lời nhắc thêm được \d+,\d\d điểm phần trăm người trả lời/)
  })

  it('row 62: says how often help was offered after a bad answer and how often it was taken up', async () => {
    const words = strip(card(await page(), 'low-scores'))
    expect(words).toContain('40 câu trả lời chưa hài lòng')
    expect(words).toContain('mời gửi phản ánh 36 lần; bấm nút viết phản ánh 9 lần (25,00 % số lần mời)')
    const few = wordLowScores(
      { low: 6, offered: 4, begun: 0 },
      { from: '2026-11-01', to: '2026-11-23' },
      surveyDeskWords,
    )
    expect(few).toContain('mời gửi phản ánh ít hơn 5 lần; bấm nút viết phản ánh 0 lần')
    expect(few).not.toContain('%')
  })

  it('row 62, payments: says plainly how many chose an answer that tells of them, outside the index', async () => {
    const html = await page()
    expect(strip(card(html, 'outside-cau-5'))).toContain('32 người trả lời trong 40 người được hỏi')
    expect(strip(card(html, 'outside-cau-5'))).toContain('Có 2 trong 32 người trả lời chọn «Một số người dân')
    expect(rowsOf(html, 'outside-cau-5').map(([, count]) => count)).toEqual(['30', '2', '0', '8'])
  })
})

describe('row 63: signs of manipulation', () => {
  it('shows each with its meaning and of how many forms it can be told; no form leaves the index', async () => {
    const html = await page()
    const rows = rowsOf(html, 'signs')
    const answered = records.forms.filter(
      ({ form }) => !form.isAssisted && form.asked.some(({ answer }) => answer !== 'unanswered'),
    ).length
    expect(rows.map(([name, found, examined]) => [name, found, examined])).toEqual([
      ['Nhiều phiếu từ một cuộc trò chuyện', '1 nhóm, 4 phiếu', `4/${answered} phiếu`],
      ['Trả lời ngay sau khi trao kết quả', '1 nhóm, 10 phiếu', `${answered}/${answered} phiếu`],
      ['Cả phiếu một mức', 'Không xét được', `0/${answered} phiếu`],
      ['Chuỗi phiếu giống nhau', '1 nhóm, 10 phiếu', `${answered}/${answered} phiếu`],
    ])
    expect(rows.every(([, , , meaning]) => meaning!.length > 60)).toBe(true)
    expect(rowsOf(html, 'funnel').at(-2)![1]).toBe(String(answered))
  })
})

describe('parts of the work', () => {
  it('row 59: figures per unit, field and procedure; too few people have neither figure nor place', async () => {
    const html = await page()
    const units = rowsOf(html, 'parts-unit')
    expect(units.map(([name]) => name).sort()).toEqual(['Hồ sơ không ghi', 'Phòng A', 'Phòng B', 'Phòng nhỏ'])
    const small = units.find(([name]) => name === 'Phòng nhỏ')!
    expect([small[1], small[2], small[4]]).toEqual(['Quá ít', 'Không có', 'Không có'])
    expect(rowsOf(html, 'parts-field')).toHaveLength(3)
    expect(rowsOf(html, 'parts-procedure').map(([name]) => name)).toContain('1.000105')
  })

  it('row 59: a filter counts the forms and dossiers of that part alone', async () => {
    const html = await page(`${year}&unit=${encodeURIComponent('Phòng A')}`)
    const own = records.forms.filter(({ form }) => form.facts?.unit === 'Phòng A')
    expect(rowsOf(html, 'funnel')[1]![1]).toBe(String(own.length))
    expect(html).toContain('Chỉ tính các phiếu về: Phòng A')
    expect(html).not.toContain('id="comments"')
    expect(/href="(\/desk\/index\/answers\.csv[^"]*)"/.exec(html)![1]).not.toContain('unit')
    const field = await page(`${year}&field=${encodeURIComponent('Việc làm')}`)
    expect(rowsOf(field, 'funnel')[0]![1]).toBe('200')
  })

  it('row 59: a filter so narrow that it would tell what single people said shows nothing but that', async () => {
    const query = `${year}&unit=${encodeURIComponent('Phòng nhỏ')}`
    const html = await page(query)
    expect(html).toContain('làm lộ câu trả lời của từng người')
    for (const heading of ['whole', 'levels', 'items', 'silence'])
      expect(card(html, heading), heading).toBe('')
    expect((await leader.get(`/desk/index/items/23?${query}`)).statusCode).toBe(404)
  })

  it('row 59: the weighted figure stands beside the plain one with its method', async () => {
    const html = await page()
    const plain = strip(/id="whole-figure"[^>]*>([^<]*)/.exec(html)![1]!)
    const words = strip(/id="weighted-figure"[^>]*>([^<]*)/.exec(html)![1]!)
    expect(words).toMatch(/^Có cân: \d+,\d\d % \(khoảng tin cậy 95 %: /)
    expect(words).toContain(`Không cân: ${plain}.`)
    expect(card(html, 'weighted')).toContain('hệ số của phiếu = số hồ sơ')
    const dossiers = rowsOf(html, 'weighted').reduce((sum, [, count]) => sum + Number(count), 0)
    expect(dossiers).toBe(Number(rowsOf(html, 'funnel')[0]![1]))
  })
})

it('on time as citizens tell it stands beside the office’s own figure, never in it', async () => {
  const html = await page()
  const [office, told] = rowsOf(html, 'citizens')
  const months = rowsOf(html, 'on-time')
  expect(Number(office![1])).toBe(
    months.reduce((sum, [, early, inTime, late]) => sum + Number(early) + Number(inTime) + Number(late), 0),
  )
  expect(told).toEqual(['Người dân kể', '41', '31', '10', '75,61 %'])
  expect(card(html, 'citizens')).toContain('chưa trả lời 19')
})

describe('an old version of the questionnaire', () => {
  it('row 58: is counted by the words that the database kept', async () => {
    const { body } = await oldLeader.get(`/desk/index?${year}&method=${methodIds[0]}`)
    expect(body).toContain('sipas-19, phiên bản 7')
    expect(body).not.toContain('không tính được')
    expect(strip(/id="whole-figure"[^>]*>([^<]*)/.exec(body)![1]!)).toMatch(/^\d+,\d\d %$/)
  })
})

describe('rows 58 and 72: the workbook', () => {
  it('has Vietnamese text, numbers and dates, the official form with right totals, and the same bytes again', async () => {
    const response = await leader.get(`/desk/index/index.xlsx?${year}`)
    expect(response.headers['content-disposition']).toContain('chi-so-hai-long_2026-01-01_2026-11-23.xlsx')
    desk.clock.advanceMs(5_000)
    const again = await leader.get(`/desk/index/index.xlsx?${year}`)
    expect(again.rawPayload.equals(response.rawPayload)).toBe(true)
    const files = unzip(response.rawPayload)
    const workbook = files.get('xl/workbook.xml')!
    for (const name of [
      'Chỉ số',
      'Biểu chính thức',
      'Mức trả lời',
      'Phễu trả lời',
      'Câu trả lời',
      'Cách tính',
    ]) {
      expect(workbook).toContain(`name="${name}"`)
    }
    const sheets = [...files]
      .filter(([name]) => /^xl\/worksheets\/[^/]+\.xml$/.test(name))
      .map(([, xml]) => xml)
    expect(sheets).toHaveLength(6)
    expect(sheets.join('')).not.toMatch(/<f[ >]/)
    // 1 January 2026 as a spreadsheet counts days.
    expect(sheets.join('')).toContain('<v>46023</v>')
    const numbers = (xml: string) =>
      [...xml.matchAll(/<row [^>]*>([\s\S]*?)<\/row>/g)].map(([, row]) =>
        [...row!.matchAll(/<c ([^>]*?)(?:\/>|>(?:<v>([^<]*)<\/v>)?[\s\S]*?<\/c>)/g)].map(
          ([, attributes, value]) =>
            attributes!.includes('t="s"') || attributes!.includes('inlineStr') || value === undefined
              ? undefined
              : Number(value),
        ),
      )
    const official = numbers(sheets[1]!)
    const total = official.at(-1)!
    const given = records.forms
      .filter(({ form }) => !form.isAssisted)
      .flatMap(({ form }) => form.asked.map(({ answer }) => answer))
    const times = (level: number) => given.filter((one) => one === level).length
    expect(total.slice(1, 8)).toEqual([
      ...[5, 4, 3, 2, 1].map(times),
      given.filter((one) => typeof one === 'number').length,
      times(5) + times(4),
    ])
    // Five criteria and nineteen questions: each counted once in either.
    const counts = official.slice(3, -1).map((row) => row[6] ?? 0)
    expect(counts).toHaveLength(24)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(2 * total[6]!)
    const [row] = await desk.audit.log.list({ actions: ['data-exported'] }, { limit: 1 })
    expect(row).toMatchObject({ subject: 'index:xlsx', detail: { questionnaire: 'sipas-19@1' } })
  })

  it('keeps text that begins like a formula as text', async () => {
    const files = unzip((await oldLeader.get(`/desk/index/index.xlsx?${year}`)).rawPayload)
    const all = [...files.values()].join('')
    expect(all).toContain('=1+1')
    expect(all).not.toMatch(/<f[ >]/)
  })
})
