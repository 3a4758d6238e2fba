import { randomBytes } from 'node:crypto'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Accept } from '../../src/channels/channel.ts'
import type { WebLimits } from '../../src/channels/web/limits.ts'
import { FakeClock } from '../../src/lib/clock.ts'
import { MemoryMailbox } from '../channels/web/memory-mailbox.ts'
import { MemoryUploads } from '../channels/web/memory-uploads.ts'
import { openWebChat, type WebChat } from '../channels/web/open-web-chat.ts'
import { recordingInbox } from '../contracts/channel.ts'
import { findViolations, noBrowserReason, openBrowser, takeScreenshot } from '../support/open-browser.ts'

if (noBrowserReason) console.warn(`files in the chat page not tested in a browser: ${noBrowserReason}`)

const mebibyte = 1024 * 1024
const photo = { name: 'Biên lai thu tiền.jpg', mimeType: 'image/jpeg', buffer: randomBytes(350_000) }
const paper = {
  name: `Đơn ${'rất dài '.repeat(12)}.pdf`,
  mimeType: 'application/pdf',
  buffer: Buffer.from('%PDF'),
}
const receipt = {
  text: 'Đã nhận phản ánh. Mã tra cứu của Anh/Chị:\n1234 5678 9012 3456 7\nMã chỉ hiện một lần này. Anh/Chị chép lại giúp.',
  buttons: [{ label: 'Hỏi việc khác', choice: 'menu' }],
  isSecret: true as const,
}

describe.skipIf(noBrowserReason)('files and secrets in the chat page', { timeout: 60_000 }, () => {
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

  interface Scene {
    chat: WebChat
    inbox: ReturnType<typeof recordingInbox>
    mailbox: MemoryMailbox
    uploads: MemoryUploads
    clock: FakeClock
    reopen(whileDown?: () => Promise<void>): Promise<void>
  }

  /** Files are counted; "Gửi" is answered by a receipt; all else is echoed. */
  async function openScene(limits: Partial<WebLimits> = {}): Promise<Scene> {
    const clock = new FakeClock('2026-03-02T01:00:00Z')
    const mailbox = new MemoryMailbox(() => clock.now())
    const uploads = new MemoryUploads()
    const inbox = recordingInbox()
    const accept: Accept = async (message) => {
      const outcome = await inbox.accept(message)
      if (outcome === 'repeat') return outcome
      const { text, choice, attachments, conversationId, messageId } = message
      const reply =
        text === 'Gửi'
          ? receipt
          : { text: attachments.length > 0 ? `Nhận ${attachments.length} tệp` : `Đã nghe: ${text ?? choice}` }
      setTimeout(() => void scene.chat.channel.send(conversationId, { id: `${messageId}#0`, ...reply }), 30)
      return outcome
    }
    const scene: Scene = {
      chat: await openWebChat({ mailbox, uploads, clock, accept, limits }),
      inbox,
      mailbox,
      uploads,
      clock,
      async reopen(whileDown = async () => {}) {
        const { port } = scene.chat
        await scene.chat.close()
        await whileDown()
        scene.chat = await openWebChat({ mailbox, uploads, clock, accept, limits, port })
      },
    }
    cleanups.push(() => scene.chat.close())
    return scene
  }

  async function visit(options: BrowserContextOptions = {}, given?: Scene) {
    const scene = given ?? (await openScene())
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
    // Listened for before the page loads: the browser is told in passing, and a key pressed at once would be quicker.
    page.on('filechooser', () => {})
    await page.goto(scene.chat.url)
    await page.locator('#live[aria-busy=false]').waitFor({ state: 'attached' })
    return { scene, page, complaints }
  }

  const bubbles = (page: Page) => page.locator('#log > li .bubble')
  const said = (page: Page) => bubbles(page).allInnerTexts()
  const see = (page: Page, text: string) => bubbles(page).filter({ hasText: text }).last().waitFor()
  const choose = (page: Page, ...files: (typeof photo)[]) => page.locator('#files').setInputFiles(files)
  const chips = (page: Page) => page.locator('.chip .file-name').allInnerTexts()
  const fault = (page: Page) => page.locator('#file-fault').innerText()
  const type = async (page: Page, text: string) => {
    await page.getByLabel('Nội dung tin nhắn').fill(text)
    await page.keyboard.press('Enter')
  }
  const scrollsSideways = (page: Page) =>
    page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth')

  it('sends a text with two files, and says after a reload how many there were', async () => {
    const { page, scene, complaints } = await visit()
    await choose(page, photo, paper)
    expect(await chips(page)).toEqual([photo.name, paper.name])
    await takeScreenshot(page, 'files-1280-chosen')
    expect(await findViolations(page)).toEqual([])
    await type(page, 'Biên lai đây')
    await see(page, 'Nhận 2 tệp')
    expect(await said(page)).toEqual(['Biên lai đây\nĐã gửi: 2 tệp', 'Nhận 2 tệp'])
    expect(await page.locator('#tray').isVisible()).toBe(false)
    const [message] = scene.inbox.accepted
    expect(message!.text).toBe('Biên lai đây')
    expect(message!.attachments.map(({ kind, fileName }) => [kind, fileName])).toEqual([
      ['image', photo.name],
      ['file', paper.name],
    ])
    const fetched = await scene.chat.channel.fetchAttachment!(message!.attachments[0]!, 10 * mebibyte)
    expect(fetched.kind === 'fetched' && photo.buffer.equals(fetched.bytes)).toBe(true)
    await takeScreenshot(page, 'files-1280-sent')
    await page.reload()
    await see(page, 'Nhận 2 tệp')
    expect(await said(page)).toEqual(['Biên lai đây\nĐã gửi: 2 tệp', 'Nhận 2 tệp'])
    expect(complaints).toEqual([])
  })

  it('works with the keyboard alone: opens the choice, takes a file out, sends', async () => {
    const { page, scene } = await visit()
    await page.getByLabel('Nội dung tin nhắn').focus()
    await page.keyboard.press('Shift+Tab')
    expect(await page.evaluate('document.activeElement.id')).toBe('attach')
    const choosing = page.waitForEvent('filechooser')
    await page.keyboard.press('Enter')
    const chooser = await choosing
    expect(chooser.isMultiple()).toBe(true)
    await chooser.setFiles([photo, paper])
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Shift+Tab')
    expect(await page.evaluate('document.activeElement.innerText.trim()')).toBe(`Bỏ tệp ${photo.name}`)
    await page.keyboard.press('Enter')
    expect(await chips(page)).toEqual([paper.name])
    expect(await page.evaluate('document.activeElement.innerText.trim()')).toBe(`Bỏ tệp ${paper.name}`)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.id')).toBe('message')
    await page.keyboard.press('Enter')
    await see(page, 'Nhận 1 tệp')
    expect(scene.inbox.accepted[0]!.attachments.map(({ fileName }) => fileName)).toEqual([paper.name])
  })

  it('says at once what is too large, of the wrong kind, empty or too much, and keeps the rest', async () => {
    const { page, scene } = await visit()
    const large = { ...photo, name: 'lớn.jpg', buffer: Buffer.alloc(10 * mebibyte + 1) }
    await choose(page, large, photo)
    expect(await fault(page)).toBe(
      'Tệp “lớn.jpg” lớn quá 10 MB nên không gửi được. Anh/Chị chọn tệp nhỏ hơn giúp.',
    )
    expect(await chips(page)).toEqual([photo.name])
    await takeScreenshot(page, 'files-1280-fault')
    expect(await findViolations(page)).toEqual([])
    await choose(page, { name: 'chạy.exe', mimeType: 'application/x-msdownload', buffer: Buffer.from('MZ') })
    expect(await fault(page)).toContain('“chạy.exe” không phải ảnh hoặc PDF')
    await choose(page, { ...photo, name: 'rỗng.png', buffer: Buffer.alloc(0) })
    expect(await fault(page)).toContain('“rỗng.png” không có nội dung')
    await choose(page, ...Array.from({ length: 6 }, (_, n) => ({ ...photo, name: `${n}.jpg` })))
    expect(await fault(page)).toContain('nhiều nhất 5 tệp')
    expect(await chips(page)).toHaveLength(5)
    await type(page, '')
    await see(page, 'Nhận 5 tệp')
    expect(await fault(page)).toBe('')
    expect(scene.inbox.accepted).toHaveLength(1)
  })

  it('tries again with the same id when the network fails, keeps the order, and sends once', async () => {
    const { page, scene } = await visit()
    await page.context().setOffline(true)
    await choose(page, photo)
    await type(page, 'Ảnh đây')
    await type(page, 'Xong rồi')
    await page.getByText('hệ thống sẽ tự gửi lại').nth(1).waitFor()
    await takeScreenshot(page, 'files-1280-waiting')
    expect(await findViolations(page)).toEqual([])
    await page.context().setOffline(false)
    await see(page, 'Đã nghe: Xong rồi')
    expect(scene.inbox.accepted.map(({ text, attachments }) => [text, attachments.length])).toEqual([
      ['Ảnh đây', 1],
      ['Xong rồi', 0],
    ])
    expect((await said(page)).slice(0, 2)).toEqual(['Ảnh đây\nĐã gửi: 1 tệp', 'Xong rồi'])
    expect(await page.locator('.upload').count()).toBe(0)
  })

  it('does not send twice what the server took without its answer arriving', async () => {
    const { page, scene } = await visit()
    let lost = 0
    await page.route('**/web/files', async (route) => {
      if (lost++ > 0) return route.continue()
      await route.fetch()
      await route.abort()
    })
    await choose(page, photo)
    await page.getByRole('button', { name: 'Gửi', exact: true }).click()
    await expect.poll(() => lost, { timeout: 8_000 }).toBe(2)
    await see(page, 'Đã gửi: 1 tệp')
    await see(page, 'Nhận 1 tệp')
    expect(scene.inbox.accepted).toHaveLength(1)
    expect(scene.uploads.size).toBe(1)
  })

  it('shows how far it is and can be called off, after which the rest goes on', async () => {
    const { page, scene } = await visit()
    await page.route('**/web/files', () => {})
    await choose(page, photo)
    await type(page, 'Ảnh đây')
    await page.locator('.upload progress').waitFor()
    await type(page, 'Bỏ ảnh')
    await takeScreenshot(page, 'files-1280-uploading')
    await page.getByRole('button', { name: 'Hủy gửi' }).click()
    await see(page, 'Đã nghe: Bỏ ảnh')
    expect(await said(page)).toEqual(['Bỏ ảnh', 'Đã nghe: Bỏ ảnh'])
    expect(scene.inbox.accepted.map(({ attachments }) => attachments.length)).toEqual([0])
    expect(await page.evaluate('document.activeElement.id')).toBe('message')
  })

  it('says that there were too many files this hour, and lets words through all the same', async () => {
    const { page, scene } = await visit({}, await openScene({ uploadBytesPerHourPerSession: 300_000 }))
    await choose(page, photo)
    await type(page, 'Ảnh một')
    await see(page, 'Nhận 1 tệp')
    await choose(page, photo)
    await type(page, 'Ảnh hai')
    await page.getByText('Không gửi được: Trong một giờ qua').waitFor()
    await takeScreenshot(page, 'files-1280-refused')
    await type(page, 'Vẫn nói được')
    await see(page, 'Đã nghe: Vẫn nói được')
    expect(scene.inbox.accepted.map(({ text }) => text)).toEqual(['Ảnh một', 'Vẫn nói được'])
    expect(await findViolations(page)).toEqual([])
  })

  it('shows the reason of the server when it refuses, though it is still being sent to', async () => {
    const { page } = await visit()
    // As a page would that is older than the limits of the server.
    const answer = await page.evaluate<{ status: number; message: string }>(`(async () => {
      const { postFiles } = await import(document.querySelector('script[type=module]').src.replace('chat.js', 'post.js'))
      const file = new File([new Uint8Array(40 * 1024 * 1024)], 'lớn.jpg', { type: 'image/jpeg' })
      const message = { sessionId: 'some-session', messageId: 'm1' }
      const { status, body } = await postFiles(message, [file], new AbortController().signal, () => {})
      return { status, message: body.message }
    })()`)
    expect(answer.status).toBe(413)
    expect(answer.message).toContain('lớn quá 10 MB')
  })

  it.each(['light', 'dark'] as const)('fits 320 pixels (%s)', async (colorScheme) => {
    const { page, complaints } = await visit({
      viewport: { width: 320, height: 640 },
      colorScheme,
      hasTouch: true,
      isMobile: true,
    })
    const name = `files-320${colorScheme === 'dark' ? '-dark' : ''}`
    await choose(page, photo, paper, { ...photo, name: `${'A'.repeat(80)}.jpg` })
    expect(await scrollsSideways(page)).toBe(false)
    await choose(page, { ...photo, name: 'x.exe', mimeType: 'application/x-msdownload' })
    await takeScreenshot(page, `${name}-chosen`)
    expect(await findViolations(page)).toEqual([])
    for (const button of await page.locator('button:visible').all()) {
      const box = (await button.boundingBox())!
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44)
    }
    await page.route('**/web/files', () => {})
    await page.getByRole('button', { name: 'Gửi', exact: true }).tap()
    await page.locator('.upload progress').waitFor()
    expect(await scrollsSideways(page)).toBe(false)
    await takeScreenshot(page, `${name}-uploading`)
    expect(await findViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Hủy gửi' }).tap()
    await type(page, 'Gửi')
    await see(page, '1234 5678')
    await takeScreenshot(page, `${name}-secret`)
    expect(await scrollsSideways(page)).toBe(false)
    expect(await findViolations(page)).toEqual([])
    expect(complaints).toEqual([])
  })

  it('clears what was said when a secret comes, from the page and from the browser', async () => {
    const { page, scene, complaints } = await visit()
    await choose(page, photo)
    await type(page, 'Họ đòi tiền tôi')
    await see(page, 'Nhận 1 tệp')
    await type(page, 'Gửi')
    await see(page, '1234 5678')
    await page.locator('.forgotten').waitFor()
    expect(await said(page)).toEqual([receipt.text])
    expect(await page.locator('.forgotten').innerText()).toContain('được xóa khỏi trang này')
    await takeScreenshot(page, 'files-1280-secret')
    expect(await findViolations(page)).toEqual([])
    expect(JSON.stringify(await page.evaluate('({ ...localStorage })'))).not.toMatch(/đòi tiền|Biên lai/)
    expect(await page.content()).not.toMatch(/đòi tiền|Biên lai/)

    await page.reload()
    await see(page, '1234 5678')
    expect(await said(page)).toEqual([receipt.text])
    await page.getByRole('button', { name: 'Hỏi việc khác' }).click()
    await see(page, 'Đã nghe: menu')
    scene.clock.advanceMs(11 * 60_000)
    await page.reload()
    await see(page, 'Đã nghe: menu')
    expect(await page.content()).not.toContain('1234 5678')
    expect(complaints).toEqual([])
  })

  it('clears the page that was offline meanwhile, and leaves a receipt on the page that shows it', async () => {
    const scene = await openScene()
    const { page } = await visit({}, scene)
    await type(page, 'Họ đòi tiền tôi')
    await see(page, 'Đã nghe')
    const second = await page.context().newPage()
    await second.goto(scene.chat.url)
    await see(second, 'Đã nghe')
    await scene.reopen(async () => {
      await second.getByText('Đang kết nối lại').waitFor()
    })
    await type(page, 'Gửi')
    await see(page, '1234 5678')
    await see(second, '1234 5678')
    expect(await said(second)).toEqual([receipt.text])

    await scene.reopen(async () => {
      await second.getByText('Đang kết nối lại').waitFor()
      scene.clock.advanceMs(11 * 60_000)
    })
    await second.getByText('Đã kết nối lại').waitFor()
    expect(await said(second)).toEqual([receipt.text])
    await second.reload()
    await second.locator('#live[aria-busy=false]').waitFor({ state: 'attached' })
    expect(await said(second)).toEqual([])
  })

  it('shows nothing again of a message whose answer was lost before the secret came', async () => {
    const { page, scene } = await visit()
    let tries = 0
    await page.route('**/web/messages', async (route) => {
      if (tries++ > 0) return route.continue()
      await route.fetch()
      await route.abort()
    })
    await type(page, 'Gửi')
    await see(page, '1234 5678')
    expect(await said(page)).toEqual([receipt.text])
    await expect.poll(() => tries, { timeout: 8_000 }).toBe(2)
    await page.waitForTimeout(200)
    expect(await said(page)).toEqual([receipt.text])
    expect(scene.inbox.accepted).toHaveLength(1)
    expect(await page.evaluate('Object.keys(localStorage)')).toEqual(['motcua.session'])
  })
})
