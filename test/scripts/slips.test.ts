import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { slipLinks, slipPage } from '../../src/desk/dossiers/slips/slip-page.ts'
import { slipTexts } from '../../src/desk/dossiers/slips/slip-texts.ts'
import { readSlipStart, slipToken } from '../../src/dossiers/slip-token.ts'
import { loadTexts } from '../../src/lib/texts.ts'
import { numbered } from '../dossiers/made-dossier.ts'
import { noBrowserReason, openBrowser } from '../support/open-browser.ts'

const texts = loadTexts(parse(readFileSync('data/texts/slips.yaml', 'utf8')), slipTexts)
const secret = Buffer.alloc(32, 3)
const slips = [1, 2, 3].map((n) => ({ code: numbered(n), token: slipToken(secret, numbered(n)) }))
const targets = { telegram: 'motcua_bot', publicUrl: 'https://hoidap.example.gov.vn' }
const agency = 'Sở <Nội vụ> & "tỉnh"'

describe('the token of a slip', () => {
  it('is one for each dossier and secret, fits a start parameter, and tells nothing', () => {
    expect(new Set(slips.map(({ token }) => token)).size).toBe(3)
    expect(slipToken(secret, numbered(1))).toBe(slips[0]!.token)
    expect(slipToken(Buffer.alloc(32, 4), numbered(1))).not.toBe(slips[0]!.token)
    const [telegram, web] = slipLinks(slips[0]!.token, targets, texts)
    const payload = new URL(telegram!.url).searchParams.get('start')!
    expect(payload).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
    expect(readSlipStart(`/start ${payload}`)).toBe(slips[0]!.token)
    expect(web!.url).toBe(`https://hoidap.example.gov.vn/?d=${slips[0]!.token}`)
    for (const { url } of [telegram!, web!]) expect(url).not.toContain('H32')
  })
})

describe('the link of Zalo', () => {
  it('opens the chat of the office and carries nothing: people type the number that stands beside', () => {
    const [zalo, ...others] = slipLinks(slips[0]!.token, { ...targets, zalo: '9876543210987654321' }, texts)
    expect(zalo!.url).toBe('https://zalo.me/9876543210987654321')
    expect(zalo!.name).toContain('nhắn mã hồ sơ')
    expect(others).toEqual(slipLinks(slips[0]!.token, targets, texts))
  })
})

describe('the page of slips', () => {
  it('fetches nothing, runs nothing, and takes names as text', () => {
    const page = slipPage(slips, { agency, targets, texts })
    expect(page).toContain('Sở &lt;Nội vụ&gt; &amp; &quot;tỉnh&quot;')
    expect(page).not.toMatch(/<script|<link|<img|url\(|src=/)
    expect(page.match(/<svg/g)).toHaveLength(6)
    expect(
      slipPage(slips, { agency, targets: { telegram: 'motcua_bot' }, texts }).match(/<svg/g),
    ).toHaveLength(3)
  })

  it.skipIf(noBrowserReason !== undefined)(
    `prints each slip on one A6 page with both codes in sight${noBrowserReason ? ` (skipped: ${noBrowserReason})` : ''}`,
    async () => {
      const browser = await openBrowser()
      try {
        const page = await browser.newPage({ viewport: { width: 800, height: 900 } })
        await page.setContent(slipPage(slips, { agency, targets, texts }))
        // As text: the compiler of the tests knows no page.
        const faults = await page.evaluate(`
          [...document.querySelectorAll('.slip')].flatMap((slip) => {
            const frame = slip.getBoundingClientRect()
            return [...slip.querySelectorAll('*')]
              .map((part) => part.getBoundingClientRect())
              .filter((part) => part.right > frame.right || part.bottom > frame.bottom || part.left < frame.left)
          })`)
        expect(faults).toEqual([])
        const widths = (await page.evaluate(
          `[...document.querySelectorAll('figure svg')].map((svg) => svg.getBoundingClientRect().width)`,
        )) as number[]
        expect(widths).toHaveLength(6)
        // 38 mm at 96 dots an inch.
        for (const width of widths) expect(width).toBeCloseTo(143.6, 0)
        const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
        expect(pdf.match(/\/Type \/Page\b(?!s)/g)).toHaveLength(3)
        // 105 × 148 mm in points, as the browser rounds them.
        const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf)!
        expect(Number(width)).toBeCloseTo(297.6, -1)
        expect(Number(height)).toBeCloseTo(419.5, -1)
        expect((await page.screenshot()).length).toBeGreaterThan(5_000)
      } finally {
        await browser.close()
      }
    },
  )
})

describe('npm run slips', { timeout: 60_000 }, () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'motcua-slips-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  const run = (args: string[], settings: Record<string, string> = {}) =>
    new Promise<{ code: number; stdout: string }>((resolve) => {
      const env = { PATH: process.env.PATH!, DATA_DIR: join(folder, 'data'), ...settings }
      const options = { env, timeout: 50_000 }
      execFile(process.execPath, ['--import', 'tsx', 'scripts/slips.ts', ...args], options, (error, stdout) =>
        resolve({ code: error ? Number(error.code ?? 1) : 0, stdout }),
      )
    })

  it('writes a page for the codes of a list, each once', async () => {
    const list = join(folder, 'list.txt')
    const out = join(folder, 'slips.html')
    await writeFile(list, `\ufeff${numbered(1)}\r\n\r\n${numbered(2)}\n${numbered(1)}\n`)
    const { code, stdout } = await run(['--file', list, '--out', out, '--telegram', 'motcua_bot', '--json'])
    expect(stdout).toBe(`${JSON.stringify({ ok: true, slips: 2, out })}\n`)
    expect(code).toBe(0)
    const page = await readFile(out, 'utf8')
    expect(page.match(/class="slip"/g)).toHaveLength(2)
  })

  it('refuses wrong codes by line, a wrong bot, no list, and slips without any link', async () => {
    const out = join(folder, 'none.html')
    const wrong = await run(['--codes', `${numbered(1)},ABC`, '--out', out, '--telegram', 'motcua_bot'])
    expect(wrong).toMatchObject({ code: 1, stdout: expect.stringContaining('Dòng 2: «ABC»') })
    const bot = await run(['--codes', numbered(1), '--out', out, '--telegram', '@a b'])
    expect(bot).toMatchObject({ code: 1, stdout: expect.stringContaining('Tên bot') })
    expect((await run(['--file', join(folder, 'absent'), '--out', out])).stdout).toContain('Không tìm thấy')
    expect((await run(['--codes', numbered(1), '--out', out])).stdout).toContain('không có mã QR nào')
    await expect(readFile(out)).rejects.toThrow()
  })
})
