import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeFor, openDesk, password, type TestDesk } from '../desk/open-desk.ts'
import { town } from '../desk/surveys/town.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { findViolations, noBrowserReason, openBrowser } from '../support/open-browser.ts'

if (noBrowserReason) console.warn(`index and yearly report not tested in a browser: ${noBrowserReason}`)

const folder = join(import.meta.dirname, '../../test-results')

describe.skipIf(noBrowserReason)('index and yearly report in a browser', () => {
  let database: TestDatabase
  let desk: TestDesk
  let browser: Browser
  let url: string
  let secret: string
  const faults: string[] = []

  beforeAll(async () => {
    await mkdir(folder, { recursive: true })
    database = await openTestDatabase()
    desk = await openDesk(database, { surveyRecords: town(900) })
    await desk.app.listen({ port: 0, host: '127.0.0.1' })
    const address = desk.app.server.address()
    url = `http://localhost:${typeof address === 'object' && address ? address.port : 0}`
    browser = await openBrowser()
    secret = (await desk.add('lanh.dao', ['leader'], { name: 'Trần Đỗ Thị Phương Thảo' })).secret
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await desk?.close()
    await database?.close()
  })

  async function openPage(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options })
    const page = await context.newPage()
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
    page.on('pageerror', (error) => faults.push(error.message))
    await page.goto(`${url}/desk`)
    await page.getByLabel('Tên đăng nhập').fill('lanh.dao')
    await page.getByLabel('Mật khẩu', { exact: true }).fill(password)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/desk/second-step')
    desk.clock.advanceMs(30_000)
    await page.getByLabel('Mã xác thực').fill(codeFor(secret, desk.clock))
    await page.keyboard.press('Enter')
    await page.waitForURL('**/desk')
    return page
  }

  /** Accessible, nothing wider than the window, no fault of scripts or policy; and a picture to look at. */
  async function look(page: Page, name: string): Promise<void> {
    expect(await findViolations(page), name).toEqual([])
    const tooWide = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    )
    expect(tooWide, `${name} is wider than the window`).toBeLessThanOrEqual(0)
    expect(faults, name).toEqual([])
    await page.screenshot({ path: join(folder, `desk-${name}.png`), fullPage: true })
  }

  it('shows the index, changes the method without loading the page anew, and hands out the answers', async () => {
    const page = await openPage()
    await page.getByRole('link', { name: 'Chỉ số hài lòng' }).click()
    await page.getByRole('img', { name: 'Chỉ số theo thời gian' }).waitFor()
    const first = await page.locator('#whole-figure').textContent()
    await look(page, 'desktop-index')
    await page.evaluate('window.isSamePage = true')
    await page.getByLabel('Cách tính').selectOption('mean_rescaled')
    await page.getByRole('button', { name: 'Xem' }).click()
    await page.waitForURL('**method=mean_rescaled**')
    await page.getByText('Cách tính mean_rescaled, phiên bản 1').waitFor()
    expect(await page.evaluate('window.isSamePage')).toBe(true)
    expect(await page.locator('#whole-figure').textContent()).not.toBe(first)
    const downloading = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Tải câu trả lời (CSV)' }).click()
    const download = await downloading
    expect(download.suggestedFilename()).toBe('cau-tra-loi_2026-01-01_2026-11-23.csv')
    // Two questions a form, the one that staff typed in, the header, and the end of the last line.
    expect((await readFile(await download.path(), 'utf8')).split('\r\n').length).toBe(1_803)
    await page.getByRole('link', { name: /^23\. / }).click()
    await page.getByRole('heading', { name: 'Câu hỏi 23' }).waitFor()
    await look(page, 'desktop-index-item')
    await page.context().close()
  }, 60_000)

  it('shows the yearly draft and hands out the Word document', async () => {
    const page = await openPage()
    await page.getByRole('link', { name: 'Báo cáo năm' }).click()
    await page.getByRole('heading', { name: '7. Đánh giá chung' }).waitFor()
    await look(page, 'desktop-yearly')
    const downloading = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Tải bản thảo Word' }).click()
    const download = await downloading
    expect(download.suggestedFilename()).toBe('bao-cao-nam_2026-01-01_2026-11-23.docx')
    expect((await readFile(await download.path())).subarray(0, 2).toString()).toBe('PK')
    await page.context().close()
  }, 60_000)

  it.each([
    ['phone', { viewport: { width: 360, height: 780 } }],
    ['narrow', { viewport: { width: 320, height: 640 } }],
    ['desktop-dark', { colorScheme: 'dark' as const }],
  ])(
    'reads well: %s',
    async (name, options) => {
      const page = await openPage(options)
      for (const path of ['index', 'yearly']) {
        await page.goto(`${url}/desk/${path}`)
        await look(page, `${name}-${path}`)
      }
      await page.context().close()
    },
    60_000,
  )

  it('prints its charts and not its filters', async () => {
    const page = await openPage()
    await page.goto(`${url}/desk/index`)
    await page.emulateMedia({ media: 'print' })
    await page.screenshot({ path: join(folder, 'desk-print-index.png'), fullPage: true })
    expect(await page.locator('.filters').isVisible()).toBe(false)
    expect(await page.locator('.chart svg').count()).toBe(5)
    await page.context().close()
  }, 60_000)
})
