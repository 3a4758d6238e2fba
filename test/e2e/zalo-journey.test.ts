import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { phonePhoto } from '../reports/evidence/made-files.ts'
import { compiled } from '../support/compile-project.ts'
import { findViolations, noBrowserReason, openBrowser, takeScreenshot } from '../support/open-browser.ts'
import { waitUntil } from '../support/wait-until.ts'

if (noBrowserReason) console.warn(`Zalo's sandbox not tested in a browser: ${noBrowserReason}`)

const root = join(import.meta.dirname, '../..')
const password = 'một câu mật khẩu đủ dài 42'

/**
 * `npm run zalo:sandbox` as somebody uses it who has never seen it: one person on a telephone that is a page, one officer
 * at the desk, time that jumps. Numbers in names are rows of the feature list.
 */
describe.skipIf(noBrowserReason)('a person on Zalo, in the sandbox', { timeout: 180_000 }, () => {
  let sandbox: ChildProcess
  let output = ''
  let browser: Browser
  let phone: Page
  let desk: Page
  let receipt = ''
  let caseNumber = ''
  const found = (pattern: RegExp) => pattern.exec(output)?.[1] ?? ''

  beforeAll(async () => {
    sandbox = spawn(
      process.execPath,
      [compiled('scripts/zalo-sandbox.ts'), '--port', '0', '--bot-port', '0'],
      {
        cwd: root,
        env: { PATH: process.env.PATH, HOME: process.env.HOME },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    for (const stream of [sandbox.stdout!, sandbox.stderr!])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    await waitUntil(
      'the sandbox to start',
      () => {
        if (sandbox.exitCode !== null) throw new Error(`it ended:\n${output}`)
        return found(/mật khẩu dùng một lần (\S+)/) !== ''
      },
      60_000,
    )
    browser = await openBrowser()
    phone = await openPage(found(/Trang thử Zalo:\s+(\S+)/), { width: 1280, height: 900 })
    desk = await openPage(found(/Bàn làm việc:\s+(\S+)/), { width: 1280, height: 900 })
  }, 90_000)
  afterAll(async () => {
    await browser?.close()
    if (!sandbox || sandbox.exitCode !== null) return
    const ended = once(sandbox, 'exit')
    sandbox.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })

  async function openPage(url: string, viewport: { width: number; height: number }): Promise<Page> {
    const context = await browser.newContext({ viewport, locale: 'vi-VN', reducedMotion: 'reduce' })
    context.setDefaultTimeout(20_000)
    const page = await context.newPage()
    await page.goto(url)
    return page
  }

  const bubbles = () => phone.locator('#bubbles > li')
  const button = (name: string): Locator => phone.getByRole('button', { name, exact: true })

  /** What the bot says after something is done; one bubble of it must fit. */
  async function hear(doing: () => Promise<unknown>, expected: RegExp): Promise<string> {
    const before = await bubbles().count()
    await doing()
    let said: string[] = []
    const isThere = async () => {
      const all = await bubbles().evaluateAll((items) =>
        items.map((item) => {
          const bubble = item as unknown as { className: string; innerText: string }
          return { isBot: bubble.className.includes('oa'), text: bubble.innerText }
        }),
      )
      said = all.slice(before).flatMap(({ isBot, text }) => (isBot ? [text] : []))
      return said.some((text) => expected.test(text))
    }
    await waitUntil(`${expected}`, isThere, 20_000).catch((error: unknown) => {
      throw new Error(`${String(error)}; came instead: ${JSON.stringify(said)}\n${output}`)
    })
    return said.join('\n')
  }

  async function say(text: string, expected: RegExp): Promise<string> {
    return hear(async () => {
      await phone.locator('#message').fill(text)
      await phone.locator('#message').press('Enter')
    }, expected)
  }
  const tap = (label: string, expected: RegExp) =>
    hear(
      () => phone.getByRole('log').getByRole('button', { name: label, exact: true }).last().click(),
      expected,
    )
  const jump = (label: string) => button(label).click()

  /** At the width of a telephone and of a desk: nothing wider than the window, nothing that shuts anybody out. */
  async function look(name: string): Promise<void> {
    for (const width of [420, 1280]) {
      await phone.setViewportSize({ width, height: 900 })
      await phone.locator('#scroller').evaluate((scroller) => {
        const box = scroller as unknown as { scrollTop: number; scrollHeight: number }
        box.scrollTop = box.scrollHeight
      })
      expect(await findViolations(phone), name).toEqual([])
      expect(await phone.evaluate('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(width)
      await takeScreenshot(phone, `zalo-${name}-${width}`)
    }
  }

  it('row 1 (Zalo): follows, asks without marks, and gets the answer with its source', async () => {
    await hear(() => button('Quan tâm').click(), /./)
    await look('1-greeting')
    const answer = await say('cap lai giay phep lao dong can giay to gi', /giấy phép lao động/i)
    expect(answer).toMatch(/Quyết định|nguồn/i)
    await look('2-answer')
  })

  it('row 45 (Zalo): reports an informal fee with a photo and a place, without a name', async () => {
    await say(
      'cán bộ một cửa vòi tiền tôi 500k khi làm thủ tục cấp giấy phép lao động đối với người lao động nước ngoài làm việc tại Việt Nam',
      /chọn cách gửi/,
    )
    await look('3-offer')
    await tap('Không ghi tên', /Chỉ ghi điều Ông\/Bà trực tiếp biết/)
    await say(
      'Sáng nay ở quầy số 3, chị cán bộ bảo đưa thêm 500k thì mới nhận hồ sơ',
      /có đưa biên lai không/,
    )
    const photo = { name: 'bien-nhan.jpg', mimeType: 'image/jpeg', buffer: await phonePhoto() }
    await hear(() => phone.locator('#photo').setInputFiles([photo]), /tệp 1\/5/)
    await button('Vị trí').click()
    await hear(() => button('Gửi vị trí').click(), /có thể cho biết Ông\/Bà là ai/)
    await look('4-place')
    await tap('Ghi vị trí này', /Đã ghi vị trí 12\.24510, 109\.19430/)
    await button('Vị trí').click()
    await tap('Không có biên lai', /Đã ghi/)
    const review = await tap('Xong', /Xin Ông\/Bà xem lại/)
    expect(review).toContain('500.000 đồng')
    expect(review).toContain('vị trí 12.24510, 109.19430')
    await look('5-review')
    const shown = await tap('Gửi', /MÃ TRA CỨU/)
    receipt = /MÃ TRA CỨU: ([\d ]+)/.exec(shown)![1]!.trim()
    caseNumber = /PA-\d{6}-\w{4}-\w/.exec(shown)![0]
    await look('6-receipt')
  })

  async function signIn(page: Page, username: string, oneTimePassword: string): Promise<void> {
    await page.getByLabel('Tên đăng nhập').fill(username)
    await page.getByLabel('Mật khẩu', { exact: true }).fill(oneTimePassword)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/desk/new-password')
    await page.getByLabel('Mật khẩu mới', { exact: true }).fill(password)
    await page.getByLabel('Nhập lại mật khẩu mới').fill(password)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/desk\/?$/)
  }

  async function act(action: string, fill: () => Promise<unknown>): Promise<void> {
    const form = desk.locator(`form[action$="/${action}"]`)
    const summary = desk.locator('details', { has: form }).locator('summary').first()
    if (!(await form.first().isVisible())) await summary.click()
    await fill()
    await form.locator('button.primary').click()
    await desk.waitForLoadState('load')
    expect(await desk.getByRole('alert').allInnerTexts()).toEqual([])
  }

  it('row 70 (Zalo): an officer reads it at the desk, photo and place with it, and answers', async () => {
    const administrator = await openPage(desk.url(), { width: 1280, height: 900 })
    await signIn(administrator, found(/Cán bộ đầu tiên: (\S+),/), found(/mật khẩu dùng một lần (\S+)/))
    await administrator.goto(new URL('/desk/officers', desk.url()).href)
    await administrator.getByRole('link', { name: 'Thêm cán bộ' }).click()
    await administrator.getByLabel('Họ và tên').fill('Nguyễn Thị Lan Anh')
    await administrator.getByLabel('Tên đăng nhập').fill('lan.anh')
    await administrator.getByLabel('Tiếp nhận').check()
    await administrator.getByLabel('Xử lý', { exact: false }).first().check()
    await administrator.getByLabel('Lãnh đạo', { exact: false }).first().check()
    await administrator.getByLabel('Được xem phản ánh hạn chế').check()
    await administrator.getByRole('button', { name: 'Thêm cán bộ' }).click()
    const handedOut = await administrator.locator('.one-time, code').first().innerText()
    await administrator.context().close()

    await signIn(desk, 'lan.anh', handedOut.trim())
    await desk.goto(new URL('/desk/reports', desk.url()).href)
    await desk.getByRole('link', { name: 'Tất cả', exact: true }).click()
    await desk.getByRole('link', { name: caseNumber }).click()
    await desk.getByRole('heading', { name: caseNumber }).waitFor()
    const page = await desk.locator('main').innerText()
    expect(page).toContain('đưa thêm 500k')
    expect(page).toContain('12.24510, 109.19430')
    expect(await desk.locator('a[href*="/evidence/"]').count()).toBe(1)
    expect(await findViolations(desk)).toEqual([])
    await takeScreenshot(desk, 'zalo-7-case')
    await act('assign', () =>
      desk.getByLabel('Người xử lý', { exact: true }).selectOption({ label: 'Nguyễn Thị Lan Anh' }),
    )
    await act('start', async () => {})
    await act('answer', async () => {
      await desk.locator('form[action$="/answer"] select').first().selectOption({ index: 1 })
      await desk
        .getByLabel('Nội dung trả lời gửi người phản ánh')
        .fill('Khoản thu này không đúng. Cảm ơn Ông/Bà.')
    })
    await desk.getByText('Đã gửi trả lời cho người phản ánh.').waitFor()
  })

  it('row 38 (Zalo): reads the answer with the receipt', async () => {
    await say(receipt, /Khoản thu này không đúng/)
    await look('8-read')
  })

  const dossier = (index: number) => phone.locator('#dossiers > li').nth(index)

  async function follow(index: number): Promise<void> {
    const [, code, lastFour] = /^(\S+), 4 số cuối (\d{4})/.exec(await dossier(index).innerText())!
    await say(`ho so ${code!.toLowerCase()} toi dau roi`, /4 số cuối/)
    await say(lastFour!, /[Đđ]ang (được )?(xử lý|giải quyết)/)
    await tap('Báo tôi khi có thay đổi', /tôi nhắn vào đây/)
  }
  const handOver = (index: number) =>
    dossier(index)
      .getByRole('button', { name: /^Trả kết quả/ })
      .click()

  /** Hour by hour, as a day goes, until something has come. */
  async function waitForHours(isThere: () => Promise<boolean>): Promise<void> {
    for (let hours = 0; hours < 36; hours++) {
      if (await isThere()) return
      await jump('+ 1 giờ')
      await waitUntil('it', isThere, 1_500).catch(() => {})
    }
    expect(await isThere()).toBe(true)
  }
  const texts = async () => (await bubbles().allInnerTexts()).join('\n')

  it('row 52 (Zalo): a dossier is linked, handed over, and the poll is answered by a tap', async () => {
    await follow(0)
    await look('9-dossier')
    await handOver(0)
    await waitForHours(async () => /Hồ sơ \S+: đã trả\s+kết quả/.test(await texts()))
    await waitForHours(async () => /mức hài lòng/.test(await texts()))
    await look('10-poll')
    await tap('Hài lòng', /./)
    await look('11-answered')
    expect(await phone.locator('#spent').innerText()).toContain('hết 0 đồng')
  })

  it('row 13 (Zalo): outside the window the poll comes as stars, and the stars count', async () => {
    await follow(1)
    await jump('+ 7 ngày')
    await jump('+ 1 giờ')
    await phone.getByText('Đã quá 7 ngày, OA không được nhắn').waitFor()
    await handOver(1)
    const stars = phone.getByRole('group', { name: 'Chấm sao' })
    await waitForHours(async () => (await stars.count()) > 0)
    await look('12-stars')
    await stars.getByRole('button', { name: '4 sao' }).click()
    await phone.getByText('Đã chấm 4 sao').waitFor()
    await look('13-rated')
    // Nothing was tried that Zalo refuses.
    expect(await phone.locator('#log .bad').count()).toBe(0)

    await desk.goto(new URL('/desk', desk.url()).href)
    if (desk.url().includes('sign-in')) {
      await desk.getByLabel('Tên đăng nhập').fill('lan.anh')
      await desk.getByLabel('Mật khẩu', { exact: true }).fill(password)
      await desk.keyboard.press('Enter')
      await desk.waitForURL(/\/desk\/?(\?.*)?$/)
    }
    await desk.goto(new URL('/desk/index', desk.url()).href)
    expect(await desk.locator('#whole-counts').innerText()).toContain(
      '2 người, 2/2 câu trả lời ở mức 4 hoặc 5',
    )
    await desk.goto(new URL('/desk/zalo', desk.url()).href)
    expect(await findViolations(desk)).toEqual([])
    await takeScreenshot(desk, 'zalo-14-desk')
  })

  it('row 39 (Zalo): what could not be sent then is behind the next answer', async () => {
    await say('xin chao', /Đã trả kết quả|trả kết quả/i)
    await look('15-back')
  })
})
