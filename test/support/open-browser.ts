import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

/** Why there is no browser to test with; `undefined` when there is one. */
export const noBrowserReason = existsSync(executablePath)
  ? undefined
  : `no Chromium at ${executablePath} (install it or set CHROMIUM_PATH)`

/** Headless and silent: the browser asks nothing of the outside world. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--no-default-browser-check',
    ],
  })
}

export interface Violation {
  id: string
  impact: string | null
  targets: string[]
}

/** What axe-core holds against the page as it stands now: WCAG 2.2 A and AA, and its best practices. */
export async function findViolations(page: Page): Promise<Violation[]> {
  const axe = createRequire(import.meta.url)('axe-core') as { source: string }
  await page.evaluate(axe.source)
  const result = await page.evaluate<{
    violations: { id: string; impact: string | null; nodes: { target: unknown[] }[] }[]
  }>('axe.run(document)')
  return result.violations.map(({ id, impact, nodes }) => ({
    id,
    impact,
    targets: nodes.map(({ target }) => target.join(' ')),
  }))
}

/** For people to look at, in `test-results/`. */
export async function takeScreenshot(page: Page, name: string): Promise<void> {
  const folder = join(import.meta.dirname, '../../test-results')
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}
