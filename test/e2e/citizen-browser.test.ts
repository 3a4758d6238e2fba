import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findViolations, noBrowserReason, openBrowser, takeScreenshot } from '../support/open-browser.ts'
import { type OwnStorage, ownStorage } from '../support/own-storage.ts'
import { type ServiceProcess, startServiceProcess } from '../support/service-process.ts'

if (noBrowserReason) console.warn(`citizen in a browser not tested: ${noBrowserReason}`)

/** A citizen at the chat page of the real service; numbers in names are rows of the feature list. */
describe.skipIf(noBrowserReason)('a citizen in Chromium', { timeout: 30_000 }, () => {
  let storage: OwnStorage
  let service: ServiceProcess
  let browser: Browser
  const cleanups: (() => unknown)[] = []

  beforeAll(async () => {
    storage = await ownStorage()
    const [started, opened] = await Promise.all([startServiceProcess(storage.settings), openBrowser()])
    service = started
    browser = opened
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
    await storage?.remove()
  })
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })

  /** A visit of its own, with everything that the browser complains about, loads that fail included. */
  async function visit(options: BrowserContextOptions = {}): Promise<{ page: Page; complaints: string[] }> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'vi-VN',
      reducedMotion: 'reduce',
      ...options,
    })
    cleanups.push(() => context.close())
    context.setDefaultTimeout(8_000)
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    page.on('request', (request) => {
      if (!request.url().startsWith(service.url)) complaints.push(`asks another origin: ${request.url()}`)
    })
    const response = await page.goto(`${service.url}/`)
    expect(response!.headers()['content-security-policy']).toContain("script-src 'self'")
    await page.locator('#live[aria-busy=false]').waitFor({ state: 'attached' })
    return { page, complaints }
  }

  const lines = (page: Page) => page.locator('#log > li')
  const said = (page: Page) => page.locator('#log > li .bubble').allInnerTexts()
  const buttonsOf = (page: Page) => page.locator('#log > li').last().getByRole('button').allInnerTexts()
  const scrollsSideways = (page: Page) =>
    page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth')

  /** All that the bot says until it has been silent for a moment. */
  async function answer(page: Page, act: () => Promise<void>): Promise<string> {
    const before = await lines(page).count()
    await act()
    const fromBot = page.locator(`#log > li:nth-child(n+${before + 2}).from-bot`)
    await fromBot.first().waitFor()
    for (let seen = -1; seen < (await fromBot.count()); await page.waitForTimeout(150)) {
      seen = await fromBot.count()
    }
    return (await fromBot.allInnerTexts()).join('\n')
  }

  function ask(page: Page, text: string): Promise<string> {
    return answer(page, async () => {
      await page.getByLabel('Nội dung tin nhắn').fill(text)
      await page.keyboard.press('Enter')
    })
  }

  const workPermit = 'lam giay phep lao dong cho nguoi nuoc ngoai can giay to gi'

  it('rows 18, 22, 23, 27: gets the papers with their source, then the fee of the same procedure', async () => {
    const { page, complaints } = await visit()
    await takeScreenshot(page, 'citizen-1280-start')
    const papers = await ask(page, workPermit)
    expect(papers).toContain('Giấy tờ cần nộp')
    expect(papers).toContain('Mẫu số 03')
    expect(papers).toContain('Hộ chiếu còn')
    expect(papers).toContain('1.014199')
    expect(papers).toContain('526/QĐ-BNV')
    expect(papers).toMatch(/Dữ liệu (ngày|tháng) [\d/]+/)
    const source = page.locator('.from-bot .bubble a[href^="https://dichvucong.gov.vn/"]').last()
    expect(await source.getAttribute('href')).toContain('/thu-tuc-hanh-chinh/')
    await takeScreenshot(page, 'citizen-1280-papers')

    const fee = await ask(page, 'phí bao nhiêu')
    expect(fee).toContain('giấy phép lao động')
    expect(fee).toContain('1.014199')
    expect(fee).toContain('Hội đồng nhân dân tỉnh')
    expect(fee).toContain('danh mục không ghi')
    expect(fee).not.toMatch(/miễn phí|không phải nộp/i)
    expect(fee).not.toMatch(/\d\s?(đồng|đ\b|VNĐ)/)
    await takeScreenshot(page, 'citizen-1280-fee')
    expect(complaints).toEqual([])
  })

  it('rows 21, 25, 26: everyday words find the procedure, abbreviations too; cooking is not its business', async () => {
    const { page, complaints } = await visit()
    const benefit = await ask(page, 'trợ cấp thất nghiệp')
    expect(benefit).toMatch(/(Thủ tục: |1\. )Hưởng trợ cấp thất nghiệp/)

    const funeral = await ask(page, 'tro cap mai tang nguoi co cong')
    const offered = `${funeral}\n${(await buttonsOf(page)).join('\n')}`
    expect(offered).toMatch(/mai táng|từ trần/)
    expect(offered).toMatch(/người có công/i)

    const training = await ask(page, 'dk hoc nghe')
    expect(`${training}\n${(await buttonsOf(page)).join('\n')}`).toMatch(
      /học nghề|đào tạo nghề|chưa tìm thấy/i,
    )
    expect((await buttonsOf(page)).length).toBeGreaterThan(0)

    const cooking = await ask(page, 'cách nấu phở')
    expect(cooking).toContain('ngoài các thủ tục hành chính')
    expect(cooking).not.toMatch(/\d\.\d{6}/)
    expect(await buttonsOf(page)).toContain('Gặp cán bộ')
    await takeScreenshot(page, 'citizen-1280-off-topic')
    expect(complaints).toEqual([])
  })

  it('rows 6, 26: a button tapped twice at once answers once, and tapped again later answers again', async () => {
    const { page, complaints } = await visit()
    await ask(page, '1.014748 cần giấy tờ gì')
    const time = page.getByRole('button', { name: 'Thời hạn giải quyết' }).first()
    const once = await answer(page, () => time.dblclick())
    expect(once).toContain('15 ngày làm việc')
    const afterOnce = await lines(page).count()
    const again = await answer(page, () => time.click())
    expect(again).toContain('15 ngày làm việc')
    expect(await lines(page).count()).toBe(afterOnce + 2)
    expect((await said(page)).filter((line) => line === 'Thời hạn giải quyết')).toHaveLength(2)
    expect(complaints).toEqual([])
  })

  it('row 3: a reload shows both sides in the same order, and the conversation goes on', async () => {
    const { page, complaints } = await visit()
    await ask(page, 'cách nấu phở')
    await ask(page, '1.014748')
    await answer(page, () => page.getByRole('button', { name: 'Nơi nộp hồ sơ' }).click())
    const before = await said(page)
    expect(before.length).toBeGreaterThanOrEqual(6)
    await page.reload()
    await page.locator('#live[aria-busy=false]').waitFor({ state: 'attached' })
    expect(await said(page)).toEqual(before)
    expect(await ask(page, '1.014199')).toContain('Cấp giấy phép lao động')
    expect((await said(page)).slice(0, before.length)).toEqual(before)
    expect(complaints).toEqual([])
  })

  it.each(['light', 'dark'] as const)(
    'rows 3, 74: real answers fit 320 pixels, and axe finds nothing (%s)',
    async (colorScheme) => {
      const { page, complaints } = await visit({
        viewport: { width: 320, height: 640 },
        colorScheme,
        hasTouch: true,
        isMobile: true,
      })
      const name = `citizen-320${colorScheme === 'dark' ? '-dark' : ''}`
      await takeScreenshot(page, `${name}-start`)
      expect(await ask(page, '1.014199 cần giấy tờ gì')).toContain('Hộ chiếu')
      expect(await scrollsSideways(page)).toBe(false)
      await takeScreenshot(page, `${name}-papers`)
      const tap = page.getByRole('button', { name: 'Phí, lệ phí' }).last()
      expect(await answer(page, () => tap.tap())).toContain('Hội đồng nhân dân tỉnh')
      expect(await scrollsSideways(page)).toBe(false)
      await takeScreenshot(page, `${name}-fee`)
      await answer(page, () => page.getByRole('button', { name: 'Căn cứ pháp lý' }).last().tap())
      expect(await scrollsSideways(page)).toBe(false)
      expect(await findViolations(page)).toEqual([])
      expect(complaints).toEqual([])
    },
  )

  it('row 83: HTML and controls typed by a person are shown as text, on both sides', async () => {
    const { page, complaints } = await visit()
    const hostile = '<img src=x onerror="document.title=1"><b>đậm</b> {{7*7}}'
    await ask(page, hostile)
    expect((await said(page))[0]).toBe(hostile)
    await page.reload()
    await page.locator('#live[aria-busy=false]').waitFor({ state: 'attached' })
    expect((await said(page))[0]).toBe(hostile)
    expect(await page.locator('#log img, #log b, #log script').count()).toBe(0)
    expect(await page.title()).toContain('Trợ lý một cửa')
    expect(complaints).toEqual([])
  })
})
