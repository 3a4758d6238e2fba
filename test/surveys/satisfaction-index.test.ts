import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { exampleCsv } from './index/worked-example.ts'

let folder: string
let example: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'motcua-index-'))
  example = join(folder, 'phieu.csv')
  await writeFile(example, exampleCsv())
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** The command as an officer runs it, without any settings of this machine. */
function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'scripts/satisfaction-index.ts', ...args],
      { env: { PATH: process.env.PATH }, timeout: 60_000 },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    )
  })
}

const report = z.object({
  index: z.number(),
  method: z.object({ id: z.string(), version: z.number(), formula: z.string() }),
  answers: z.number(),
  groups: z.array(z.object({ id: z.string(), index: z.number() })),
  items: z.array(z.object({ id: z.string() })),
  byMethod: z.record(z.string(), z.number()),
  silence: z.object({ unanswered: z.number(), allUnhappy: z.number() }).nullable(),
})

describe('npm run index', () => {
  it('recomputes the worked example from the file, the same bytes each time and whatever the order of lines', async () => {
    const first = await run('--answers', example, '--json')
    expect(first.code).toBe(0)
    const parsed = report.parse(JSON.parse(first.stdout))
    expect(parsed).toMatchObject({
      index: 96.05,
      answers: 836,
      method: { id: 'share45_pooled', version: 1 },
      byMethod: {
        share45_pooled: 96.05,
        share45_mean_of_groups: 94.43,
        share45_mean_of_items: 94.86,
        mean_over_5: 89.02,
        mean_rescaled: 86.27,
      },
      silence: null,
    })
    expect(parsed.groups.map(({ index }) => index)).toEqual([96.5, 95, 97.2, 97.33, 86.11])
    expect(parsed.items).toHaveLength(19)

    const [header, ...lines] = exampleCsv().trimEnd().split('\n')
    const turned = join(folder, 'nguoc.csv')
    await writeFile(turned, `\uFEFF${[header, ...lines.reverse()].join('\r\n')}`, 'utf16le')
    const again = await run('--answers', turned, '--json')
    expect(again.stdout).toBe(first.stdout)
  }, 60_000)

  it('prints figure, method, n, interval, all methods and the bounds of silence for people', async () => {
    const { code, stdout } = await run('--answers', example, '--method', 'mean_rescaled', '--sent', '70')
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^Chỉ số hài lòng \(SIPS\): 86,27 % \(\d\d,\d\d–\d\d,\d\d %; 50 người, 836 câu trả lời\)/,
    )
    expect(stdout).toContain('Cách tính mean_rescaled, phiên bản 1')
    expect(stdout).toContain('420/383/25/6/2')
    expect(stdout).toContain('share45_mean_of_groups: 94,43 %')
    expect(stdout).toContain('quá ít: 12 người, 31/36 câu trả lời hài lòng')
    // 20 silent people × 19 items. All on level 1: 100 × (3721 + 380 − 836 − 380) ÷ (4 × 1216) = 59.31.
    expect(stdout).toContain('(380 câu)')
    expect(stdout).toContain('tất cả đều không hài lòng: 59,31 %')
  }, 60_000)

  it('names every mistake of a file with its line and ends with 1', async () => {
    const wrong = join(folder, 'sai.csv')
    await writeFile(wrong, 'form,item,group,level\n1,15,I,7\n1,16,I,5\n')
    const { code, stderr, stdout } = await run('--answers', wrong, '--json')
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain(`${wrong}:2: Mức «7» không hợp lệ.`)
  }, 60_000)

  it.each([
    [['--answers', 'khong-co.csv'], /Không tìm thấy tệp khong-co\.csv/],
    [['--from', '2026-02-30', '--to', '2026-03-01'], /Ngày «2026-02-30»/],
    [['--from', '2026-03-02', '--to', '2026-03-01'], /--from phải trước/],
    [['--from', '2026-03-02'], /Cần --from và --to/],
    [['--method', 'average', '--answers', 'x'], /Không có cách tính «average»/],
  ])(
    'refuses %j',
    async (args, message) => {
      const { code, stderr } = await run(...args)
      expect(code).toBe(2)
      expect(stderr).toMatch(message)
    },
    60_000,
  )
})
