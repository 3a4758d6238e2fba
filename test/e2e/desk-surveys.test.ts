import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDesk, type TestDesk } from '../desk/open-desk.ts'
import { town } from '../desk/surveys/town.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { browseDesk, type DeskBrowser } from '../support/desk-browser.ts'
import { noBrowserReason } from '../support/open-browser.ts'

if (noBrowserReason) console.warn(`index and yearly report not tested in a browser: ${noBrowserReason}`)

const folder = join(import.meta.dirname, '../../test-results')

describe.skipIf(noBrowserReason)('index and yearly report in a browser', () => {
  let database: TestDatabase
  let desk: TestDesk
  let pages: DeskBrowser
  let secret: string

  beforeAll(async () => {
    database = await openTestDatabase()
    desk = await openDesk(database, { surveyRecords: town(900) })
    pages = await browseDesk(desk, 'desk')
    secret = (await desk.add('lanh.dao', ['leader'], { name: 'Trần Đỗ Thị Phương Thảo' })).secret
  }, 60_000)
  afterAll(async () => {
    await pages?.close()
    await desk?.close()
    await database?.close()
  })

  async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
    const page = await pages.openPage(options)
    await pages.signIn(page, 'lanh.dao', secret)
    return page
  }

  it('shows the index, changes the method without loading the page anew, and hands out the answers', async () => {
    const page = await openPage()
    await page.getByRole('link', { name: 'Chỉ số hài lòng' }).click()
    await page.getByRole('img', { name: 'Chỉ số theo thời gian' }).waitFor()
    const first = await page.locator('#whole-figure').textContent()
    await pages.look(page, 'desktop-index')
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
    await pages.look(page, 'desktop-index-item')
    await page.context().close()
  }, 60_000)

  it('shows the yearly draft and hands out the Word document', async () => {
    const page = await openPage()
    await page.getByRole('link', { name: 'Báo cáo năm' }).click()
    await page.getByRole('heading', { name: '7. Đánh giá chung' }).waitFor()
    await pages.look(page, 'desktop-yearly')
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
        await page.goto(`${pages.url}/desk/${path}`)
        await pages.look(page, `${name}-${path}`)
      }
      await page.context().close()
    },
    60_000,
  )

  it('prints its charts and not its filters', async () => {
    const page = await openPage()
    await page.goto(`${pages.url}/desk/index`)
    await page.emulateMedia({ media: 'print' })
    await page.screenshot({ path: join(folder, 'desk-print-index.png'), fullPage: true })
    expect(await page.locator('.filters').isVisible()).toBe(false)
    expect(await page.locator('.chart svg').count()).toBe(5)
    await page.context().close()
  }, 60_000)
})
