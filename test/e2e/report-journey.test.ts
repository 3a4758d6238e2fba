import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeEncryptionKey } from '../../src/lib/key-ring.ts'
import { canary, phonePhoto } from '../reports/evidence/made-files.ts'
import { noBrowserReason, openBrowser, takeScreenshot } from '../support/open-browser.ts'
import { type OwnStorage, ownStorage } from '../support/own-storage.ts'
import { runProgram, type ServiceProcess, startServiceProcess } from '../support/service-process.ts'
import { telegramChat } from '../support/telegram/chat.ts'
import { EmulatorWithGate, freePort } from '../support/telegram/emulator.ts'

if (noBrowserReason) console.warn(`a report from end to end not tested: ${noBrowserReason}`)

const token = '777:emulated_token'
const password = 'một câu mật khẩu đủ dài 42'

/**
 * One report from the first word to the last, by the real service: told on the web page, worked on at the desk, read on
 * Telegram. Numbers in names are rows of the feature list.
 */
describe.skipIf(noBrowserReason)('an informal payment, from end to end', { timeout: 120_000 }, () => {
  let storage: OwnStorage
  let emulator: EmulatorWithGate
  let service: ServiceProcess
  let browser: Browser
  let settings: Record<string, string>
  let receipt = ''
  let caseNumber = ''
  let desk: Page

  beforeAll(async () => {
    storage = await ownStorage()
    emulator = new EmulatorWithGate({ port: await freePort(), host: '127.0.0.1', storeTimeout: 600 })
    await emulator.start()
    settings = {
      ...storage.settings,
      ENCRYPTION_KEY: makeEncryptionKey('k1'),
      TELEGRAM_BOT_TOKEN: token,
      TELEGRAM_API_ROOT: emulator.config.apiURL,
    }
    service = await startServiceProcess(settings)
    browser = await openBrowser()
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
    await emulator?.stop()
    await storage?.remove()
  })

  async function openPage(path: string): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      locale: 'vi-VN',
      reducedMotion: 'reduce',
    })
    context.setDefaultTimeout(15_000)
    const page = await context.newPage()
    await page.goto(`${service.url}${path}`)
    return page
  }

  const lastOfBot = (page: Page) => page.locator('#log > li.from-bot').last()

  async function tap(page: Page, label: string, expected: RegExp): Promise<void> {
    await page.locator('#log').getByRole('button', { name: label, exact: true }).last().click()
    await page.locator('#log > li.from-bot').filter({ hasText: expected }).last().waitFor()
  }

  it('rows 34, 35, 36, 45, 46: is told on the web page without a name, with two photos, within two minutes', async () => {
    const startedMs = performance.now()
    const page = await openPage('/')
    await page.locator('#live[aria-busy=false]').waitFor({ state: 'attached' })
    const say = async (text: string, expected: RegExp) => {
      await page.getByLabel('Nội dung tin nhắn').fill(text)
      await page.keyboard.press('Enter')
      await page.locator('#log > li.from-bot').filter({ hasText: expected }).last().waitFor()
    }
    await say('cán bộ một cửa vòi tiền tôi 500k làm giấy phép lao động', /chọn cách gửi/)
    await tap(page, 'Không ghi tên', /Chỉ ghi điều Ông\/Bà trực tiếp biết/)
    await say(
      'Sáng 20/11 ở quầy số 3, chị cán bộ bảo đưa thêm 500k thì mới nhận hồ sơ',
      /có đưa biên lai không/,
    )
    const photos = [await phonePhoto(), await phonePhoto(480, 640)]
    await page
      .locator('input[type=file]')
      .setInputFiles(
        photos.map((buffer, index) => ({ name: `anh-${index}.jpg`, mimeType: 'image/jpeg', buffer })),
      )
    await page.getByRole('button', { name: /^Gửi/ }).last().click()
    await page
      .locator('#log > li.from-bot')
      .filter({ hasText: /tệp 2\/5/ })
      .last()
      .waitFor()
    await tap(page, 'Không có biên lai', /Đã ghi/)
    await tap(page, 'Xong', /Xin Ông\/Bà xem lại/)
    const review = await page.locator('#log').innerText()
    expect(review).toContain('500.000 đồng')
    expect(review).toContain('Cấp giấy phép lao động')
    await takeScreenshot(page, 'journey-1-review')
    await tap(page, 'Gửi', /MÃ TRA CỨU/)
    const shown = await lastOfBot(page).innerText()
    receipt = /MÃ TRA CỨU: ([\d ]+)/.exec(shown)![1]!.trim()
    caseNumber = /PA-\d{6}-\w{4}-\w/.exec(shown)![0]
    expect(receipt.replaceAll(' ', '')).toMatch(/^\d{17}$/)
    expect(performance.now() - startedMs).toBeLessThan(120_000)
    // What was said before is gone from the page, and a reload brings none of it back.
    expect(await page.locator('#log').innerText()).not.toContain('quầy số 3')
    await takeScreenshot(page, 'journey-2-receipt')
    await tap(page, 'Tôi đã ghi lại mã', /./)
    await page.reload()
    await page.locator('#live[aria-busy=false]').waitFor({ state: 'attached' })
    expect(await page.locator('#log').innerText()).not.toContain('quầy số 3')
    await page.context().close()
  })

  async function addOfficer(username: string, name: string, roles: string[]): Promise<string> {
    const args = ['--username', username, '--name', name, '--restricted', '--json']
    const run = await runProgram(
      'scripts/officers-add.ts',
      [...args, ...roles.flatMap((role) => ['--role', role])],
      settings,
    )
    expect(run.code, run.stderr).toBe(0)
    return (JSON.parse(run.stdout) as { oneTimePassword: string }).oneTimePassword
  }

  async function signIn(username: string, oneTimePassword: string): Promise<Page> {
    const page = await openPage('/desk')
    await page.getByLabel('Tên đăng nhập').fill(username)
    await page.getByLabel('Mật khẩu', { exact: true }).fill(oneTimePassword)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/desk/new-password')
    await page.getByLabel('Mật khẩu mới', { exact: true }).fill(password)
    await page.getByLabel('Nhập lại mật khẩu mới').fill(password)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/desk\/?$/)
    return page
  }

  async function openCase(page: Page): Promise<void> {
    await page.goto(`${service.url}/desk/reports`)
    await page.getByRole('link', { name: 'Tất cả', exact: true }).click()
    await page.getByRole('link', { name: caseNumber }).click()
    await page.getByRole('heading', { name: caseNumber }).waitFor()
  }

  async function act(page: Page, action: string, fill: () => Promise<unknown>): Promise<void> {
    const form = page.locator(`form[action$="/${action}"]`)
    const summary = page.locator('details', { has: form }).locator('summary').first()
    if (!(await form.first().isVisible())) await summary.click()
    await fill()
    await form.locator('button.primary').click()
    await page.waitForLoadState('load')
    expect(await page.getByRole('alert').allInnerTexts()).toEqual([])
  }

  async function answer(page: Page, text: string): Promise<void> {
    await act(page, 'answer', async () => {
      await page.locator('form[action$="/answer"] select').first().selectOption({ index: 1 })
      await page.getByLabel('Nội dung trả lời gửi người phản ánh').fill(text)
    })
    await page.getByText('Đã gửi trả lời cho người phản ánh.').waitFor()
  }

  it('rows 64, 68, 70: is followed and answered at the desk by an officer with the right role', async () => {
    desk = await signIn('lan.anh', await addOfficer('lan.anh', 'Nguyễn Thị Lan Anh', ['intake', 'handler']))
    await openCase(desk)
    expect(await desk.locator('main').innerText()).toContain('đưa thêm 500k')
    await takeScreenshot(desk, 'journey-3-case')
    const evidence = await desk.locator('a[href*="/evidence/"]').first().getAttribute('href')
    const file = await desk.request.get(`${service.url}${evidence}`)
    expect(file.headers()['content-type']).toBe('image/jpeg')
    expect((await file.body()).includes(canary)).toBe(false)
    await act(desk, 'assign', () =>
      desk.getByLabel('Người xử lý', { exact: true }).selectOption({ label: 'Nguyễn Thị Lan Anh' }),
    )
    await act(desk, 'start', async () => {})
    await answer(desk, 'Chúng tôi đã làm việc với quầy số 3 và nhắc nhở cán bộ.')
    await takeScreenshot(desk, 'journey-4-answered')
  })

  it('rows 16, 38, 39, 47: is read on Telegram with the receipt, rejected once, answered again and closed', async () => {
    const chat = telegramChat(emulator, token, 70_001)
    const [digits] = [receipt.replaceAll(' ', '')]
    const wrong = `${digits.slice(0, -1)}${(Number(digits.at(-1)) + 1) % 10}`
    await chat.say(wrong, /chữ số chưa đúng/)
    const news = await chat.say(receipt, /nhắc nhở cán bộ/)
    expect(news.map(({ text }) => text).join('\n')).toContain(caseNumber)
    await chat.tap('Chưa thoả đáng', /\?|lý do|vì sao|điều gì/i)
    await chat.say('Tôi vẫn chưa được trả lại tiền.', /mở lại/i)

    const second = await signIn('minh.tran', await addOfficer('minh.tran', 'Trần Văn Minh', ['handler']))
    await openCase(desk)
    expect(await desk.locator('main').innerText()).toContain('chưa được trả lại tiền')
    const choices = await desk
      .locator('form[action$="/assign"] select')
      .first()
      .evaluate((select) => (select as unknown as { innerText: string; textContent: string }).textContent)
    expect(choices).not.toContain('Nguyễn Thị Lan Anh')
    await act(desk, 'assign', () =>
      desk.getByLabel('Người xử lý', { exact: true }).selectOption({ label: 'Trần Văn Minh' }),
    )
    await openCase(second)
    await act(second, 'start', async () => {})
    await answer(second, 'Số tiền đã được trả lại tại quầy số 3.')

    await chat.say(receipt, /đã được trả lại tại quầy/)
    await chat.tap('Hài lòng, đóng lại', /đóng/i)
    await desk.goto(`${service.url}/desk/reports/${caseNumber}`)
    expect(await desk.locator('main').innerText()).toMatch(/Đã đóng/)
    await takeScreenshot(desk, 'journey-5-closed')
    expect(service.output()).not.toContain('70001')
    expect(service.output()).not.toContain(digits)
  })
})
