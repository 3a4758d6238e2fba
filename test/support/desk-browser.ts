import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'
import { codeFor, password, type TestDesk } from '../desk/open-desk.ts'
import { findViolations, openBrowser } from './open-browser.ts'

const folder = join(import.meta.dirname, '../../test-results')

/** A desk over real HTTP, and a browser before it. */
export interface DeskBrowser {
  url: string
  browser: Browser
  /** A visitor of their own, 1,280 × 860; `look` tells of the faults of the page opened last. */
  openPage(options?: BrowserContextOptions): Promise<Page>
  /** Both steps, up to the first page of the desk. */
  signIn(page: Page, username: string, secret: string): Promise<void>
  /**
   * Accessible, nothing wider than the window, no fault of scripts or policy; and a picture to look at.
   * @param expected faults that are meant, such as a refusal
   */
  look(page: Page, name: string, expected?: RegExp): Promise<void>
  close(): Promise<void>
}

/** @param pictures how the names of the pictures in `test-results/` begin */
export async function browseDesk(desk: TestDesk, pictures: string): Promise<DeskBrowser> {
  await mkdir(folder, { recursive: true })
  await desk.app.listen({ port: 0, host: '127.0.0.1' })
  const address = desk.app.server.address()
  const url = `http://localhost:${typeof address === 'object' && address ? address.port : 0}`
  const browser = await openBrowser()
  let faults: string[] = []
  return {
    url,
    browser,
    async openPage(options = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options })
      const page = await context.newPage()
      const own: string[] = []
      faults = own
      page.on('console', (message) => {
        // The browser reports refused forms (422) and lost races (409) as errors; those we mean.
        if (message.type() === 'error' && !/422|409/.test(message.text())) own.push(message.text())
      })
      page.on('pageerror', (error) => own.push(error.message))
      return page
    },
    async signIn(page, username, secret) {
      await page.goto(`${url}/desk`)
      await page.getByLabel('Tên đăng nhập').fill(username)
      await page.getByLabel('Mật khẩu', { exact: true }).fill(password)
      await page.keyboard.press('Enter')
      await page.waitForURL('**/desk/second-step')
      desk.clock.advanceMs(30_000)
      await page.getByLabel('Mã xác thực').fill(codeFor(secret, desk.clock))
      await page.keyboard.press('Enter')
      await page.waitForURL('**/desk')
    },
    async look(page, name, expected) {
      expect(await findViolations(page), name).toEqual([])
      const tooWide = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      expect(tooWide, `${name} is wider than the window`).toBeLessThanOrEqual(0)
      if (expected) faults.splice(0, faults.length, ...faults.filter((fault) => !expected.test(fault)))
      expect(faults, name).toEqual([])
      await page.screenshot({ path: join(folder, `${pictures}-${name}.png`), fullPage: true })
    },
    close: () => browser.close(),
  }
}
