import { readFile } from 'node:fs/promises'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDesk, type TestDesk } from '../desk/open-desk.ts'
import { instant } from '../reports/read-clocks.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { browseDesk, type DeskBrowser } from '../support/desk-browser.ts'
import { madeReport, withEvent } from '../support/made-report.ts'
import { noBrowserReason } from '../support/open-browser.ts'

if (noBrowserReason) console.warn(`figures and notices not tested in a browser: ${noBrowserReason}`)

describe.skipIf(noBrowserReason)('figures and notices in a browser', () => {
  let database: TestDatabase
  let desk: TestDesk
  let pages: DeskBrowser
  let officerId: string
  let secret: string

  beforeAll(async () => {
    database = await openTestDatabase()
    desk = await openDesk(database)
    pages = await browseDesk(desk, 'desk')
    const added = await desk.add('tiep.nhan', ['intake', 'handler'], {
      name: 'Trần Đỗ Thị Phương Thảo',
      mayOpenRestricted: true,
    })
    officerId = added.id
    secret = added.secret
    await fill()
  }, 60_000)
  afterAll(async () => {
    await pages?.close()
    await desk?.close()
    await database?.close()
  })

  async function fill(): Promise<void> {
    const { store } = desk.reports
    const { notices, noticeStore } = desk.notices
    for (let n = 1; n <= 20; n++) {
      const receivedAt = instant(`${String(n).padStart(2, '0')}/11/2026 09:00`)
      const report = madeReport({
        receivedAt,
        kind: (['feedback', 'delay', 'informal-payment'] as const)[n % 3]!,
        identityMode: n % 4 ? 'anonymous' : 'named',
      })
      await store.insert(report)
      await notices.reportChanged(report, report.events[0]!)
      if (n % 5 === 0) continue
      const changed = withEvent(
        report,
        n % 2
          ? { kind: 'answered', text: 'x', outcome: 'substantiated' }
          : { kind: 'assigned', to: officerId },
        n % 2
          ? { state: 'answered', answeredAt: instant('20/11/2026 15:00'), outcome: 'substantiated' }
          : { state: 'assigned', assignee: officerId },
      )
      await store.update(changed)
      await notices.reportChanged(changed, changed.events.at(-1)!)
    }
    const officer = (await desk.officers.find(officerId))!
    const [first, second, third] = await notices.listOf(officer, 5)
    const at = desk.clock.now()
    await noticeStore.settle(first!.notice.id, { kind: 'sent', by: 'email', at })
    await noticeStore.settle(second!.notice.id, { kind: 'failed', by: 'telegram', at, fault: 'refused' })
    const nextAt = new Date(at.getTime() + 300_000)
    const waiting = { kind: 'waiting', attempts: 2, nextAt, lastFault: 'unreachable' } as const
    await noticeStore.settle(third!.notice.id, waiting)
  }

  async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
    const page = await pages.openPage(options)
    await pages.signIn(page, 'tiep.nhan', secret)
    return page
  }

  it('shows figures, narrows the period without loading the page anew, and hands out the CSV', async () => {
    const page = await openPage()
    await pages.look(page, 'desktop-home-unread')
    await page.getByRole('link', { name: 'Số liệu' }).click()
    await page.getByRole('heading', { name: 'Số liệu phản ánh' }).waitFor()
    expect(await page.locator('#received-count').textContent()).toBe('n = 20')
    await pages.look(page, 'desktop-figures')
    await page.evaluate('window.isSamePage = true')
    await page.getByLabel('Từ ngày').fill('2026-11-11')
    await page.getByRole('button', { name: 'Xem' }).click()
    await page.waitForURL('**from=2026-11-11**')
    await page.getByText('n = 10').waitFor()
    expect(await page.evaluate('window.isSamePage')).toBe(true)
    const downloading = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Tải CSV' }).click()
    const download = await downloading
    expect(download.suggestedFilename()).toBe('phan-anh-duoc-xem_2026-11-11_2026-11-23.csv')
    expect((await readFile(await download.path(), 'utf8')).split('\r\n')).toHaveLength(12)
    await page.context().close()
  }, 60_000)

  it('shows notices and marks them read with the keyboard', async () => {
    const page = await openPage()
    await page.getByRole('link', { name: 'Thông báo', exact: true }).click()
    await page.getByText('thông báo chưa đọc').first().waitFor()
    await pages.look(page, 'desktop-notices')
    await page
      .getByRole('button', { name: /Đánh dấu đã đọc thông báo về PA-/ })
      .first()
      .focus()
    await page.keyboard.press('Enter')
    await page.getByText('Có 27 thông báo chưa đọc.').waitFor()
    await page.getByRole('button', { name: 'Đánh dấu tất cả đã đọc' }).click()
    await page.getByText('Không có thông báo chưa đọc.').waitFor()
    await page.context().close()
  }, 60_000)

  it.each([
    ['phone', { viewport: { width: 390, height: 844 } }],
    ['narrow', { viewport: { width: 320, height: 640 } }],
    ['desktop-dark', { colorScheme: 'dark' as const }],
  ])(
    'reads well: %s',
    async (name, options) => {
      const page = await openPage(options)
      for (const path of ['figures', 'notices']) {
        await page.goto(`${pages.url}/desk/${path}`)
        await pages.look(page, `${name}-${path}`)
      }
      await page.context().close()
    },
    60_000,
  )
})
