import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { layoutOf } from '../../../src/surveys/index/form.ts'
import { methodIds } from '../../../src/surveys/index/methods.ts'
import { readAnswersCsv } from '../../../src/surveys/index/read-answers-csv.ts'
import { type IndexReport, reportIndex } from '../../../src/surveys/index/report-index.ts'
import { answersCsv } from '../../../src/surveys/index/write-answers-csv.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { questionnaire, shippedSettings, surveyTexts } from '../../surveys/read-surveys.ts'
import { openDesk, type TestDesk, Visitor } from '../open-desk.ts'
import { town } from './town.ts'

const records = town(600)
let database: TestDatabase
let desk: TestDesk
const visitors = new Map<string, Visitor>()
const ids = new Map<string, string>()
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'motcua-desk-index-'))
  database = await openTestDatabase()
  desk = await openDesk(database, { surveyRecords: records })
  for (const role of ['leader', 'admin', 'auditor'] as const) {
    const { id, secret } = await desk.add(`co.${role}`, [role])
    const visitor = new Visitor(desk)
    await visitor.signIn(`co.${role}`, secret)
    visitors.set(role, visitor)
    ids.set(role, id)
  }
}, 60_000)
afterAll(async () => {
  await desk?.close()
  await database?.close()
  await rm(folder, { recursive: true, force: true })
})

const year = 'from=2026-01-01&to=2026-11-23'
const page = async (role: string, path: string) => (await visitors.get(role)!.get(path)).body
const strip = (html: string) =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
/** Of the section with this heading: each row of its table as its cells. */
function rowsOf(html: string, heading: string): string[][] {
  const section = new RegExp(`aria-labelledby="${heading}"([\\s\\S]*?)</section>`).exec(html)![1]!
  return [...section.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row]) =>
    [...row!.matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell]) => strip(cell!)),
  )
}
const comma = (value: number) => value.toFixed(2).replace('.', ',')

/** `npm run index`, as anybody with the exported file would run it. */
function recompute(file: string, method: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const args = [
      '--import',
      'tsx',
      'scripts/satisfaction-index.ts',
      '--answers',
      file,
      '--method',
      method,
      '--json',
    ]
    execFile(process.execPath, args, { env: { PATH: process.env.PATH }, timeout: 60_000 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    )
  })
}

describe('the overview (features 58–60)', () => {
  it.each(methodIds)(
    'shows under %s what the command computes from the exported answers',
    async (method) => {
      const csv = await visitors.get('leader')!.get(`/desk/index/answers.csv?${year}&method=${method}`)
      expect(csv.statusCode).toBe(200)
      const file = join(folder, `${method}.csv`)
      await writeFile(file, csv.rawPayload)
      const report = JSON.parse(await recompute(file, method)) as IndexReport

      const html = await page('leader', `/desk/index?${year}&method=${method}`)
      expect(strip(/id="whole-figure"[^>]*>([^<]*)/.exec(html)![1]!)).toBe(`${comma(report.index!)} %`)
      const { low, high } = report.interval!
      expect(/id="whole-interval"[^>]*>([^<]*)/.exec(html)![1]).toContain(`${comma(low)}–${comma(high)} %`)
      expect(/id="whole-counts"[^>]*>([^<]*)/.exec(html)![1]).toContain(
        `${report.people} người có câu trả lời hợp lệ; ${report.satisfied}/${report.answers} câu trả lời`,
      )
      const groups = rowsOf(html, 'groups').slice(1)
      expect(groups.map(([, figure]) => figure)).toEqual(
        report.groups.map(({ index }) => `${comma(index!)} %`),
      )
      const items = rowsOf(html, 'items').slice(1)
      expect(items.map(([, , , satisfied, answers]) => [satisfied, answers])).toEqual(
        report.items.map(({ satisfied, answers }) => [String(satisfied), String(answers)]),
      )
      const levels = rowsOf(html, 'levels').slice(1, 6)
      expect(levels.map(([, count]) => Number(count))).toEqual(
        [5, 4, 3, 2, 1].map((level) => report.levels[String(level) as '1']),
      )
    },
    60_000,
  )

  it('row 61: exports answers from which the command makes the same bytes, of unequal shares too', async () => {
    const official = questionnaire('sipas-19')
    const layout = layoutOf(official)
    const options = { label: shippedSettings().label, method: 'share45_pooled', minimumPeople: 30 } as const
    const forms = records.forms.map(({ form }, index) => ({
      ...form,
      asked: form.asked.map((one) => ({ ...one, chance: { part: 2 + (index % 3), whole: 19 } })),
    }))
    const stored = reportIndex({ forms, layout, withSilent: forms }, options, surveyTexts)
    const file = join(folder, 'same.csv')
    const csv = answersCsv(forms, layout)
    await writeFile(file, csv)
    expect((await recompute(file, 'share45_pooled')).trimEnd()).toBe(JSON.stringify(stored))
    const read = readAnswersCsv({ name: file, text: csv }, surveyTexts)
    expect(read).toMatchObject({ kind: 'answers', isComplete: true })
    expect(answersCsv([...forms].reverse(), layout)).toBe(csv)
    expect(csv.split('\r\n')[0]).toBe('\uFEFF"form";"item";"group";"level";"chance";"assisted"')
  }, 60_000)

  it('says how many were asked, reached, answered; what silence may hide; how the index moved', async () => {
    const html = await page('admin', `/desk/index?${year}`)
    const silent = records.forms.filter(({ form }) =>
      form.asked.every(({ answer }) => answer === 'unanswered'),
    )
    const answered = 600 - silent.length
    expect(
      rowsOf(html, 'funnel')
        .slice(1)
        .map(([, count]) => Number(count)),
    ).toEqual([
      600,
      600,
      600 - records.forms.filter(({ form }) => form.poll?.isUndelivered).length,
      answered,
      records.forms.filter(
        ({ form }) => !form.isAssisted && form.asked.some(({ answer }) => typeof answer === 'number'),
      ).length,
    ])
    const text = strip(html)
    expect(text).toContain(`(${silent.length * 2} câu)`)
    expect(text).toContain('nếu người im lặng không hài lòng hơn người đã trả lời')
    expect(text).toContain('Dù người im lặng nghĩ thế nào')
    expect(text).toContain('Có kỳ chưa có câu trả lời hợp lệ nên không so sánh được.')
    expect(text).toContain('Có 1 phiếu nhập hộ')
    expect(rowsOf(html, 'series')).toHaveLength(12)
    const months = rowsOf(html, 'on-time').slice(1)
    const sum = (column: number) => months.reduce((total, row) => total + Number(row[column]), 0)
    expect(sum(1) + sum(2) + sum(3)).toBe(
      records.dossiers.filter(({ doneDay }) => doneDay! <= '2026-11-23').length,
    )
    expect(sum(3)).toBe(records.dossiers.filter(({ doneDay, dueDay }) => doneDay! > dueDay!).length)
    expect(sum(3)).toBeGreaterThan(0)
  })

  it('shows earlier published figures as they are, marked', async () => {
    const rows = rowsOf(await page('auditor', '/desk/index'), 'historic').slice(1)
    expect(rows.map(([when, value, , mark]) => [when, value, mark])).toEqual([
      ['2020', '94,66 %', 'không tính lại được'],
      ['2021', '95,41 %', 'không tính lại được'],
      ['2022', '96,04 %', 'không tính lại được'],
      ['2023', '96,08 %', 'không tính lại được'],
    ])
  })

  it('says that too few answered, with counts and without a figure', async () => {
    const html = await page('leader', '/desk/index?from=2026-01-05&to=2026-01-12')
    expect(strip(/id="whole-figure"[^>]*>([^<]*)/.exec(html)![1]!)).toBe('Quá ít')
    expect(/id="whole-counts"[^>]*>([^<]*)/.exec(html)![1]).toMatch(
      /Ít hơn 30 người nên không nêu chỉ số: \d+ người/,
    )
    expect(
      rowsOf(html, 'groups')
        .slice(1)
        .every(([, figure]) => figure === 'Quá ít' || figure === 'Không có'),
    ).toBe(true)
  })

  it('draws for whoever cannot see: a name, a description, a table, no inline style', async () => {
    const html = await page('leader', `/desk/index?${year}`)
    const charts = [...html.matchAll(/<svg[^>]*role="img"[\s\S]*?<\/svg>/g)].map(([svg]) => svg!)
    expect(charts).toHaveLength(5)
    for (const svg of charts) {
      const [, named, described] = /aria-labelledby="(\S+) (\S+)"/.exec(svg)!
      expect(svg).toContain(`<title id="${named}">`)
      expect(svg).toContain(`<desc id="${described}">`)
    }
    expect(html).not.toMatch(/ style=/)
    expect(html).not.toMatch(/NaN|undefined|Infinity/)
  })
})

describe('with nothing stored', () => {
  it('says that there is nothing, never a share of nothing', async () => {
    const html = await page('leader', '/desk/index?from=2020-01-01&to=2020-12-31')
    expect(strip(/id="whole-figure"[^>]*>([^<]*)/.exec(html)![1]!)).toBe('Không có')
    const [results] = /<div id="results"[\s\S]*/.exec(html)!
    // The formulas and published years speak of percents; no figure of the period does.
    for (const heading of ['series', 'groups', 'levels', 'funnel', 'items', 'on-time']) {
      expect(rowsOf(results!, heading).slice(1).flat().join(' '), heading).not.toMatch(/\d %/)
    }
    expect(html).not.toMatch(/NaN|undefined|100,00 %/)
    const csv = await visitors.get('leader')!.get('/desk/index/answers.csv?from=2020-01-01&to=2020-12-31')
    expect(csv.body).toBe('\uFEFF"form";"item";"group";"level";"chance";"assisted"\r\n')
  })

  it.each(['from=2026-05-01&to=2026-04-01', 'from=1900-01-01&to=2026-01-01'])(
    'refuses the period %s',
    async (period) => {
      expect(strip(await page('leader', `/desk/index?${period}`))).toContain('Ngày bắt đầu phải trước')
    },
  )
})

describe('who sees what', () => {
  it('masks comments, escapes them, and shows them to intake and leaders only', async () => {
    const html = await page('leader', `/desk/index?${year}`)
    expect(html).toContain('Gọi lại cho tôi số [tel] nhé')
    expect(html).not.toContain('0905')
    expect(html).toContain('Cán bộ &lt;b>nhiệt tình')
    for (const role of ['admin', 'auditor'])
      expect(await page(role, `/desk/index?${year}`)).not.toContain('nhiệt tình')
  })

  it('goes down to the counts of one question', async () => {
    const html = await page('auditor', `/desk/index/items/23?${year}`)
    const given = records.forms
      .filter(({ form }) => !form.isAssisted)
      .flatMap(({ form }) => form.asked.filter(({ item }) => item === '23'))
    const times = (answer: unknown) => given.filter((one) => one.answer === answer).length
    expect(
      rowsOf(html, 'counts')
        .slice(1)
        .map(([, count]) => Number(count)),
    ).toEqual([5, 4, 3, 2, 1, 'never-used', 'unanswered'].map(times))
    expect((await visitors.get('auditor')!.get('/desk/index/items/99')).statusCode).toBe(404)
  })

  it('writes down who took the answers along, and offers them to nobody else', async () => {
    await visitors.get('auditor')!.get(`/desk/index/answers.csv?${year}`)
    const [row] = await desk.audit.log.list({ actions: ['data-exported'] }, { limit: 1 })
    expect(row).toMatchObject({
      officer: ids.get('auditor'),
      subject: 'answers:csv',
      detail: { from: '2026-01-01', to: '2026-11-23', questionnaire: 'sipas-19@1', count: 600 },
    })
    expect(await page('admin', `/desk/index?${year}`)).not.toContain('answers.csv')
    expect((await visitors.get('admin')!.get('/desk/index/answers.csv')).statusCode).toBe(403)
  })
})
