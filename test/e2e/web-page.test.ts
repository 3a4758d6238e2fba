import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Accept } from '../../src/channels/channel.ts'
import type { Reply } from '../../src/conversation/message.ts'
import { MemoryMailbox } from '../channels/web/memory-mailbox.ts'
import { openWebChat, type WebChat } from '../channels/web/open-web-chat.ts'
import { recordingInbox } from '../contracts/channel.ts'
import { findViolations, noBrowserReason, openBrowser, takeScreenshot } from '../support/open-browser.ts'

if (noBrowserReason) console.warn(`chat page not tested in a browser: ${noBrowserReason}`)

const procedure: Reply = {
  text: [
    'Thủ tục “Cấp giấy phép lao động cho người lao động nước ngoài” (mã 1.000105). Hồ sơ gồm:',
    '- Văn bản đề nghị cấp giấy phép lao động (Mẫu số 03)',
    '- Giấy khám sức khỏe trong 12 tháng gần nhất',
    '- Hai ảnh màu 4x6, phông nền trắng',
    '',
    'Thời hạn: 10 ngày làm việc. Xem bản công bố: https://dichvucong.gov.vn/p/home/dvc-chi-tiet.html?ma=1.000105.',
  ].join('\n'),
  buttons: [
    { label: 'Lệ phí', choice: 'ask:fee' },
    { label: 'Nơi nộp', choice: 'ask:place' },
    { label: 'Nộp trực tuyến', url: 'https://dichvucong.gov.vn/' },
  ],
}

/** The other side of the conversation, as a script. */
const script: Record<string, Reply[]> = {
  'Giấy phép lao động cần giấy tờ gì?': [procedure],
  'ask:fee': [{ text: 'Lệ phí: 600.000 đồng một giấy phép.' }],
  'ask:place': [{ text: 'Anh/Chị nộp tại Trung tâm Phục vụ hành chính công.' }],
  'Gõ mã': [{ text: '<img src=x onerror="document.title=\'hacked\'"><b>đậm</b> javascript:alert(1)' }],
  'Kể dài': [{ text: Array.from({ length: 60 }, (_, n) => `Dòng ${n + 1} của câu trả lời dài.`).join('\n') }],
  'Hỏi thủ tục': [{ text: 'Anh/Chị muốn hỏi về thủ tục nào?' }],
}

interface Scene {
  chat: WebChat
  mailbox: MemoryMailbox
  inbox: ReturnType<typeof recordingInbox>
  /** Held back until `answer()` when set. */
  isSilent: boolean
  answer(): Promise<void>
  restart(whileDown?: () => Promise<void>): Promise<void>
}

async function openScene(): Promise<Scene> {
  const mailbox = new MemoryMailbox()
  const inbox = recordingInbox()
  const waiting: (() => Promise<void>)[] = []
  const accept: Accept = async (message) => {
    const outcome = await inbox.accept(message)
    if (outcome === 'repeat') return outcome
    const replies = script[message.text ?? message.choice!] ?? [
      { text: `Đã nhận: ${message.text ?? message.choice}` },
    ]
    waiting.push(async () => {
      for (const [n, reply] of replies.entries()) {
        await scene.chat.channel.send(message.conversationId, { id: `${message.messageId}#${n}`, ...reply })
      }
    })
    if (!scene.isSilent) setTimeout(() => void scene.answer(), 30)
    return outcome
  }
  const scene: Scene = {
    chat: await openWebChat({ mailbox, accept }),
    mailbox,
    inbox,
    isSilent: false,
    async answer() {
      for (const reply of waiting.splice(0)) await reply()
    },
    async restart(whileDown = async () => {}) {
      const { port } = scene.chat
      await scene.chat.close()
      await whileDown()
      scene.chat = await openWebChat({ mailbox, accept, port })
    },
  }
  return scene
}

describe.skipIf(noBrowserReason)('the chat page in Chromium', { timeout: 60_000 }, () => {
  let browser: Browser
  const cleanups: (() => unknown)[] = []

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
  })
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })

  /** A page of its own, with everything that it complains about. */
  async function visit(
    options: BrowserContextOptions = {},
  ): Promise<{ scene: Scene; page: Page; complaints: string[] }> {
    const scene = await openScene()
    cleanups.push(() => scene.chat.close())
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
      if (message.type() === 'error' && !/Failed to load resource|ERR_/.test(message.text())) {
        complaints.push(message.text())
      }
    })
    page.on('request', (request) => {
      if (!request.url().startsWith(scene.chat.url)) complaints.push(`asks another origin: ${request.url()}`)
    })
    await page.goto(scene.chat.url)
    await page.locator('#live[aria-busy=false]').waitFor({ state: 'attached' })
    return { scene, page, complaints }
  }

  const bubbles = (page: Page) => page.locator('#log > li .bubble')
  const said = (page: Page) => bubbles(page).allInnerTexts()
  const type = async (page: Page, text: string) => {
    await page.getByLabel('Nội dung tin nhắn').fill(text)
    await page.keyboard.press('Enter')
  }
  const see = (page: Page, text: string) => bubbles(page).filter({ hasText: text }).last().waitFor()
  const scrollsSideways = (page: Page) =>
    page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth')

  it('answers a typed question, with a list, links that open apart, and buttons', async () => {
    const { page, scene, complaints } = await visit()
    await takeScreenshot(page, 'web-desktop-start')
    await type(page, 'Giấy phép lao động cần giấy tờ gì?')
    await see(page, 'Thời hạn')
    expect(scene.inbox.accepted.map(({ text }) => text)).toEqual(['Giấy phép lao động cần giấy tờ gì?'])
    expect(await page.locator('.from-bot li').allInnerTexts()).toEqual([
      'Văn bản đề nghị cấp giấy phép lao động (Mẫu số 03)',
      'Giấy khám sức khỏe trong 12 tháng gần nhất',
      'Hai ảnh màu 4x6, phông nền trắng',
    ])
    const link = page.locator('.from-bot .bubble a')
    expect(await link.getAttribute('href')).toBe(
      'https://dichvucong.gov.vn/p/home/dvc-chi-tiet.html?ma=1.000105',
    )
    for (const one of [link, page.getByRole('link', { name: 'Nộp trực tuyến' })]) {
      expect([await one.getAttribute('target'), await one.getAttribute('rel')]).toEqual([
        '_blank',
        'noopener noreferrer',
      ])
    }
    expect(await page.locator('.from-bot .buttons button').allInnerTexts()).toEqual(['Lệ phí', 'Nơi nộp'])
    await takeScreenshot(page, 'web-desktop-answer')
    expect(complaints).toEqual([])
  })

  it('sends a tapped button, marks it, and keeps the others', async () => {
    const { page, scene } = await visit()
    await type(page, 'Giấy phép lao động cần giấy tờ gì?')
    await page.getByRole('button', { name: 'Lệ phí' }).click()
    await see(page, '600.000 đồng')
    expect(scene.inbox.accepted.at(-1)).toMatchObject({ choice: 'ask:fee' })
    expect(await page.locator('.buttons .chosen').allTextContents()).toEqual(['Lệ phí (đã chọn)'])
    expect((await said(page)).slice(2)).toEqual(['Lệ phí', 'Lệ phí: 600.000 đồng một giấy phép.'])
    await page.getByRole('button', { name: 'Nơi nộp' }).click()
    await see(page, 'Trung tâm Phục vụ')
    expect(await page.locator('.buttons .chosen').allTextContents()).toEqual(['Nơi nộp (đã chọn)'])
    await takeScreenshot(page, 'web-desktop-chosen')
  })

  it('takes a double click as one', async () => {
    const { page, scene } = await visit()
    await type(page, 'Giấy phép lao động cần giấy tờ gì?')
    await page.getByRole('button', { name: 'Lệ phí' }).dblclick()
    await see(page, '600.000 đồng')
    await page.waitForTimeout(200)
    expect(scene.inbox.accepted.map(({ choice }) => choice)).toEqual([undefined, 'ask:fee'])
  })

  it('works with the keyboard alone, from the first Tab on, with the focus always to be seen', async () => {
    const { page, scene } = await visit()
    const focus = () =>
      page.evaluate<string>('document.activeElement.id || document.activeElement.innerText.trim()')
    await page.keyboard.press('Tab')
    expect(await focus()).toBe('Đến ô nhập câu hỏi')
    expect(await page.locator('.skip').boundingBox()).toMatchObject({
      y: expect.toSatisfy((y: number) => y >= 0),
    })
    await page.keyboard.press('Enter')
    expect(await focus()).toBe('message')

    await page.keyboard.type('Giấy phép lao động')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('gia hạn')
    expect(scene.inbox.accepted).toEqual([])
    await page.keyboard.press('Enter')
    await see(page, 'Đã nhận')
    expect(scene.inbox.accepted[0]!.text).toBe('Giấy phép lao động\ngia hạn')
    expect(await focus()).toBe('message')

    await page.keyboard.type('Giấy phép lao động cần giấy tờ gì?')
    await page.keyboard.press('Enter')
    await see(page, 'Thời hạn')
    await page.keyboard.press('Shift+Tab')
    expect(await focus()).toContain('Nộp trực tuyến')
    await page.keyboard.press('Shift+Tab')
    expect(await focus()).toBe('Nơi nộp')
    const outline = await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle')
    expect(outline).toBe('solid')
    await page.keyboard.press('Space')
    await see(page, 'Trung tâm Phục vụ')
    expect(scene.inbox.accepted.at(-1)!.choice).toBe('ask:place')
  })

  it('has no Enter of an input method for its own', async () => {
    const { page, scene } = await visit()
    await page.getByLabel('Nội dung tin nhắn').fill('tiếng Việ')
    await page.evaluate(`document.getElementById('message').dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))`)
    expect(await page.getByLabel('Nội dung tin nhắn').inputValue()).toBe('tiếng Việ')
    expect(scene.inbox.accepted).toEqual([])
  })

  it('shows whatever the bot says as text', async () => {
    const { page, complaints } = await visit()
    await type(page, 'Gõ mã')
    await see(page, '<b>đậm</b>')
    await type(page, '<script>document.title="hacked"</script>')
    await see(page, 'Đã nhận: <script>')
    expect(await page.locator('#log img, #log b, #log script, #log a').count()).toBe(0)
    expect(await page.title()).toBe('Trợ lý một cửa – Sở Nội vụ tỉnh Khánh Hòa')
    expect(complaints).toEqual([])
  })

  it.each([
    ['light', 'web-320'],
    ['dark', 'web-320-dark'],
  ] as const)('fits 320 pixels without scrolling sideways (%s)', async (colorScheme, name) => {
    const { page } = await visit({
      viewport: { width: 320, height: 640 },
      colorScheme,
      hasTouch: true,
      isMobile: true,
    })
    expect(await scrollsSideways(page)).toBe(false)
    expect(await page.evaluate('document.getElementById("scroller").scrollTop')).toBe(0)
    await takeScreenshot(page, `${name}-start`)
    await type(page, 'Giấy phép lao động cần giấy tờ gì?')
    await see(page, 'Thời hạn')
    await type(page, `https://example.gov.vn/${'rất-dài-'.repeat(20)}`)
    await see(page, 'Đã nhận')
    expect(await scrollsSideways(page)).toBe(false)
    await page.getByRole('button', { name: 'Lệ phí' }).click()
    await see(page, '600.000')
    await takeScreenshot(page, `${name}-answer`)
    for (const button of await page.locator('button:visible, .button:visible').all()) {
      const box = (await button.boundingBox())!
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44)
    }
    expect(await scrollsSideways(page)).toBe(false)
  })

  it('keeps the room for the conversation on a low screen and with text at 200 %', async () => {
    const { page } = await visit({ viewport: { width: 640, height: 320 } })
    expect((await page.locator('#scroller').boundingBox())!.height).toBeGreaterThan(140)
    await page.setViewportSize({ width: 640, height: 800 })
    await page.evaluate('document.documentElement.style.fontSize = "200%"')
    expect(await scrollsSideways(page)).toBe(false)
  })

  it('shows the conversation again after a reload, with what was chosen', async () => {
    const { page, scene } = await visit()
    await type(page, 'Giấy phép lao động cần giấy tờ gì?')
    await page.getByRole('button', { name: 'Lệ phí' }).click()
    await see(page, '600.000 đồng')
    const before = await said(page)
    await page.reload()
    await see(page, '600.000 đồng')
    await page.locator('#live[aria-busy=false]').waitFor({ state: 'attached' })
    expect(await said(page)).toEqual(before)
    expect(await page.locator('.buttons .chosen').allTextContents()).toEqual(['Lệ phí (đã chọn)'])
    expect(await page.locator('#suggestions').isVisible()).toBe(false)
    expect(scene.inbox.accepted).toHaveLength(2)
  })

  it('shows one conversation in two tabs', async () => {
    const { page } = await visit()
    const second = await page.context().newPage()
    await second.goto(page.url())
    await second.locator('#live[aria-busy=false]').waitFor({ state: 'attached' })
    await type(page, 'Từ thẻ thứ nhất')
    await see(second, 'Đã nhận: Từ thẻ thứ nhất')
    expect(await said(second)).toEqual(await said(page))
  })

  it('reconnects after a restart of the server and shows what was said meanwhile', async () => {
    const { page, scene } = await visit()
    await type(page, 'Trước khi nghỉ')
    await see(page, 'Đã nhận: Trước khi nghỉ')
    const { conversationId } = scene.inbox.accepted[0]!
    await scene.restart(async () => {
      for (const n of [1, 2, 3]) {
        await scene.mailbox.append(conversationId, {
          from: 'bot',
          message: { id: `news-${n}`, text: `Tin lỡ ${n}` },
        })
      }
      await page.getByText('Đang kết nối lại').waitFor()
      await takeScreenshot(page, 'web-desktop-reconnecting')
    })
    await see(page, 'Tin lỡ 3')
    await page.getByText('Đã kết nối lại').waitFor()
    expect(await said(page)).toEqual([
      'Trước khi nghỉ',
      'Đã nhận: Trước khi nghỉ',
      'Tin lỡ 1',
      'Tin lỡ 2',
      'Tin lỡ 3',
    ])
    await type(page, 'Sau khi nghỉ')
    await see(page, 'Đã nhận: Sau khi nghỉ')
  })

  it('keeps a message that could not be sent, over a reload too, and sends it once', async () => {
    const { page, scene } = await visit()
    scene.inbox.storageDown(true)
    await type(page, 'Không được mất')
    await page.getByText('hệ thống sẽ tự gửi lại').waitFor()
    await takeScreenshot(page, 'web-desktop-waiting')
    await page.reload()
    await see(page, 'Không được mất')
    expect(await said(page)).toEqual(['Không được mất'])
    scene.inbox.storageDown(false)
    await see(page, 'Đã nhận: Không được mất')
    expect(scene.inbox.accepted.map(({ text }) => text)).toEqual(['Không được mất'])
    expect(await said(page)).toEqual(['Không được mất', 'Đã nhận: Không được mất'])
  })

  it('says so when the device is offline, and sends when it is back', async () => {
    const { page, scene } = await visit()
    await page.context().setOffline(true)
    await page.getByText('Thiết bị đang mất kết nối mạng').waitFor()
    await type(page, 'Viết khi mất mạng')
    await type(page, 'Viết tiếp')
    await page.getByText('hệ thống sẽ tự gửi lại').nth(1).waitFor()
    await takeScreenshot(page, 'web-desktop-offline')
    await page.context().setOffline(false)
    await see(page, 'Đã nhận: Viết tiếp')
    expect(scene.inbox.accepted.map(({ text }) => text)).toEqual(['Viết khi mất mạng', 'Viết tiếp'])
    expect(await page.locator('.state:visible').count()).toBe(0)
  })

  it('shows that an answer is being written until it comes', async () => {
    const { page, scene } = await visit()
    scene.isSilent = true
    await type(page, 'Chờ chút')
    const sign = page.getByText('Trợ lý đang soạn câu trả lời')
    await sign.waitFor({ state: 'attached' })
    await page.locator('#typing:visible').waitFor()
    await scene.answer()
    await see(page, 'Đã nhận: Chờ chút')
    expect(await page.locator('#typing').isVisible()).toBe(false)
  })

  it('counts the characters near the limit and keeps a text that is too long', async () => {
    const { page, scene } = await visit()
    const input = page.getByLabel('Nội dung tin nhắn')
    await input.fill('a'.repeat(3_500))
    expect(await page.locator('#counter').textContent()).toBe('')
    await input.fill('a'.repeat(3_990))
    expect(await page.locator('#counter').textContent()).toBe('Còn 10 ký tự')
    await input.fill('a'.repeat(4_020))
    expect(await page.locator('#counter').textContent()).toContain('Dài quá 20 ký tự')
    await page.keyboard.press('Enter')
    expect(await input.inputValue()).toHaveLength(4_020)
    expect(scene.inbox.accepted).toEqual([])
  })

  it('offers where to begin, and takes the offer away once the conversation runs', async () => {
    const { page, scene } = await visit()
    await page.getByRole('button', { name: /^Hỏi thủ tục/ }).click()
    await see(page, 'thủ tục nào')
    expect(scene.inbox.accepted.map(({ text }) => text)).toEqual(['Hỏi thủ tục'])
    expect(await page.locator('#suggestions').isVisible()).toBe(false)
  })

  it('clears the conversation only when asked twice, and begins a new session', async () => {
    const { page, scene } = await visit()
    await type(page, 'Chuyện riêng')
    await see(page, 'Đã nhận')
    const clear = page.getByRole('button', { name: 'Xóa cuộc trò chuyện' })
    await clear.click()
    await takeScreenshot(page, 'web-desktop-clear')
    await page.keyboard.press('Escape')
    expect(await said(page)).toHaveLength(2)
    await clear.click()
    await page.getByRole('button', { name: 'Xóa và bắt đầu lại' }).click()
    await page.locator('#suggestions').waitFor()
    expect(await said(page)).toEqual([])
    await type(page, 'Chuyện mới')
    await see(page, 'Đã nhận: Chuyện mới')
    const [before, after] = scene.inbox.accepted
    expect(after!.conversationId).not.toBe(before!.conversationId)
    await page.reload()
    await see(page, 'Đã nhận: Chuyện mới')
    expect(await said(page)).toHaveLength(2)
  })

  it('shows a long answer from its beginning', async () => {
    const { page } = await visit()
    await type(page, 'Kể dài')
    await see(page, 'Dòng 60')
    await page.waitForTimeout(300)
    const top = await page.evaluate<number>(`document.querySelector('.from-bot').getBoundingClientRect().top`)
    const edge = await page.evaluate<number>(
      `document.getElementById('scroller').getBoundingClientRect().top`,
    )
    expect(top - edge).toBeGreaterThanOrEqual(0)
    expect(top - edge).toBeLessThan(100)
  })

  it('follows the end for those who read it, and leaves alone those who have scrolled up', async () => {
    const { page, scene } = await visit({
      viewport: { width: 400, height: 500 },
      reducedMotion: 'no-preference',
    })
    const gap = () =>
      page.evaluate<number>(
        '(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(document.getElementById("scroller"))',
      )
    for (const n of [1, 2, 3, 4, 5]) await type(page, `Câu hỏi số ${n}`)
    await see(page, 'Đã nhận: Câu hỏi số 5')
    await expect.poll(gap).toBeLessThan(2)
    await page.setViewportSize({ width: 400, height: 360 })
    await expect.poll(gap).toBeLessThan(2)

    await page.locator('#scroller').hover()
    await page.mouse.wheel(0, -300)
    await expect.poll(gap).toBeGreaterThan(100)
    const { conversationId } = scene.inbox.accepted[0]!
    await scene.chat.channel.send(conversationId, { id: 'later', text: 'Tin đến sau' })
    await page.getByRole('button', { name: 'Tin mới nhất' }).waitFor()
    await takeScreenshot(page, 'web-400-newest')
    expect(await gap()).toBeGreaterThan(100)
    await page.getByRole('button', { name: 'Tin mới nhất' }).click()
    await expect.poll(gap).toBeLessThan(2)
    expect(await page.locator('#newest').isVisible()).toBe(false)
  })

  it.each(['light', 'dark'] as const)(
    'gives axe-core nothing to hold against it (%s)',
    async (colorScheme) => {
      const { page, scene } = await visit({ colorScheme })
      expect(await findViolations(page)).toEqual([])
      await type(page, 'Giấy phép lao động cần giấy tờ gì?')
      await page.getByRole('button', { name: 'Lệ phí' }).click()
      await see(page, '600.000 đồng')
      scene.inbox.storageDown(true)
      await type(page, 'Không gửi được')
      await page.getByText('hệ thống sẽ tự gửi lại').waitFor()
      await takeScreenshot(page, `web-desktop-${colorScheme}`)
      expect(await findViolations(page)).toEqual([])
      await page.getByRole('button', { name: 'Xóa cuộc trò chuyện' }).click()
      expect(await findViolations(page)).toEqual([])
    },
  )

  it('opens in a frame on a site that is allowed to, and gives the keyboard back on Escape', async () => {
    const host = await listenHost()
    cleanups.push(() => host.server.close())
    const chat = await openWebChat({ embedOrigins: [host.url] })
    cleanups.push(() => chat.close())
    host.html = `<!doctype html><html lang="vi"><title>Sở</title><p>Trang của Sở</p><script src="${chat.url}/widget.js" async></script>`
    const context = await browser.newContext({ viewport: { width: 1024, height: 720 } })
    cleanups.push(() => context.close())
    const page = await context.newPage()
    await page.goto(host.url)
    const button = page.getByRole('button')
    await button.click()
    const frame = page.frameLocator('iframe')
    await frame.locator('#live[aria-busy=false]').waitFor({ state: 'attached' })
    await frame.getByLabel('Nội dung tin nhắn').fill('Từ trang của Sở')
    await page.keyboard.press('Enter')
    await expect.poll(() => chat.inbox.accepted.map(({ text }) => text)).toEqual(['Từ trang của Sở'])
    await takeScreenshot(page, 'web-embedded')
    await page.keyboard.press('Escape')
    await page.locator('iframe').waitFor({ state: 'hidden' })
    expect(await button.textContent()).toBe('Hỏi đáp thủ tục')
  })

  it('tells a browser without JavaScript what to do', async () => {
    const chat = await openWebChat()
    cleanups.push(() => chat.close())
    const context = await browser.newContext({ javaScriptEnabled: false })
    cleanups.push(() => context.close())
    const page = await context.newPage()
    await page.goto(chat.url)
    expect(await page.locator('.no-script').textContent()).toContain('JavaScript')
    expect(await page.locator('#suggestions').isVisible()).toBe(false)
  })
})

/** Another site, which shows our widget. */
async function listenHost(): Promise<{ url: string; html: string; server: Server }> {
  const host = { url: '', html: '', server: createServer() }
  host.server.on('request', (_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.setHeader('content-security-policy', "style-src 'none'")
    response.end(host.html)
  })
  await new Promise<void>((resolve) => host.server.listen(0, '127.0.0.1', resolve))
  host.url = `http://localhost:${(host.server.address() as { port: number }).port}`
  return host
}
