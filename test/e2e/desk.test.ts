import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureFirstOfficer } from '../../src/desk/ensure-first-officer.ts'
import { codeFor, openDesk, password, type TestDesk, texts } from '../desk/open-desk.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { browseDesk, type DeskBrowser } from '../support/desk-browser.ts'
import { noBrowserReason } from '../support/open-browser.ts'

if (noBrowserReason) console.warn(`desk not tested in a browser: ${noBrowserReason}`)

describe.skipIf(noBrowserReason)('the desk in a browser', () => {
  let database: TestDatabase
  let desk: TestDesk
  let pages: DeskBrowser

  beforeAll(async () => {
    database = await openTestDatabase()
    desk = await openDesk(database)
    pages = await browseDesk(desk, 'desk')
  }, 60_000)
  afterAll(async () => {
    await pages?.close()
    await desk?.close()
    await database?.close()
  })

  it('takes the first administrator from the printed password to work and out again', async () => {
    const { officers, audit, clock } = desk
    const first = (await ensureFirstOfficer({ officers, audit: audit.log, clock, texts }))!
    const page = await pages.openPage()
    await page.goto(`${pages.url}/desk`)
    await pages.look(page, 'desktop-sign-in')

    await page.keyboard.type(first.username)
    await page.keyboard.press('Tab')
    await page.keyboard.type('không phải')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    await pages.look(page, 'desktop-sign-in-refused')
    await page.keyboard.type(first.oneTimePassword)
    await page.keyboard.press('Enter')

    await page.waitForURL('**/desk/new-password')
    await pages.look(page, 'desktop-new-password')
    await page.getByLabel('Mật khẩu mới', { exact: true }).fill('ngắn')
    await page.getByLabel('Nhập lại mật khẩu mới').fill('ngắn')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    expect(await page.evaluate('document.activeElement.id')).toBe('errors')
    await pages.look(page, 'desktop-new-password-refused')
    await page.getByLabel('Mật khẩu mới', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Hiện mật khẩu' }).first().click()
    expect(await page.getByLabel('Mật khẩu mới', { exact: true }).getAttribute('type')).toBe('text')
    await page.getByLabel('Nhập lại mật khẩu mới').fill(password)
    await page.keyboard.press('Enter')

    await page.waitForURL('**/desk/enrol')
    await pages.look(page, 'desktop-enrol')
    await page.getByText('Nhập tay khóa này').click()
    const secret = ((await page.locator('#secret').textContent()) ?? '').replaceAll(/\s/g, '')
    await page.getByLabel('Mã xác thực').fill(codeFor(secret, clock))
    await page.getByRole('button', { name: 'Hoàn tất đăng ký' }).click()
    await page.getByRole('heading', { name: 'Mã dự phòng' }).waitFor()
    expect(await page.locator('.codes li').count()).toBe(8)
    await pages.look(page, 'desktop-recovery-codes')
    await page.getByRole('link', { name: 'Đã cất mã, tiếp tục' }).click()
    await page.waitForURL('**/desk')
    await pages.look(page, 'desktop-home')

    await page.getByRole('link', { name: 'Cán bộ', exact: true }).click()
    await page.getByRole('link', { name: 'Thêm cán bộ' }).click()
    await page.getByLabel('Họ và tên').fill('Nguyễn Thị Lan Anh')
    await page.getByRole('button', { name: 'Thêm cán bộ' }).click()
    await page.getByRole('alert').waitFor()
    await pages.look(page, 'desktop-add-officer-refused')
    await page.getByLabel('Tên đăng nhập').fill('lan.anh')
    await page.getByLabel('Đơn vị').fill('Phòng Việc làm - An toàn lao động')
    await page.getByLabel('Tiếp nhận').check()
    await page.getByLabel('Xử lý', { exact: false }).first().check()
    await page.getByRole('button', { name: 'Thêm cán bộ' }).click()
    await page.locator('#one-time-password').waitFor()
    await pages.look(page, 'desktop-officer-added')
    const handedOut = (await page.locator('#one-time-password').textContent()) ?? ''
    await page.getByRole('link', { name: 'Đã ghi lại, về danh sách' }).click()
    await pages.look(page, 'desktop-officers')
    await page.getByRole('link', { name: 'Nguyễn Thị Lan Anh' }).click()
    await page.getByText('Khóa tài khoản').first().click()
    await pages.look(page, 'desktop-officer')
    await page.getByRole('link', { name: 'Tài khoản', exact: true }).click()
    await pages.look(page, 'desktop-account')

    await page.getByRole('button', { name: 'Đăng xuất' }).click()
    await page.waitForURL('**/desk/sign-in?out=1')
    await pages.look(page, 'desktop-signed-out')
    await page.goBack()
    await page.waitForURL('**/desk/sign-in**')

    const second = await pages.openPage()
    await second.goto(`${pages.url}/desk`)
    await second.getByLabel('Tên đăng nhập').fill('lan.anh')
    await second.getByLabel('Mật khẩu', { exact: true }).fill(handedOut)
    await second.keyboard.press('Enter')
    await second.waitForURL('**/desk/new-password')
    await second.context().close()
    await page.context().close()
  }, 90_000)

  it('shows officers what did not reach people', async () => {
    const { secret } = await desk.add('tiep.nhan', ['intake'], { name: 'Trần Thu Hà' })
    const page = await pages.openPage()
    await pages.signIn(page, 'tiep.nhan', secret)
    await page.getByRole('link', { name: 'Chưa làm được' }).click()
    await page.getByRole('heading', { name: 'Việc trợ lý chưa làm được' }).waitFor()
    await pages.look(page, 'desktop-follow-up')
    await page.setViewportSize({ width: 390, height: 844 })
    await pages.look(page, 'phone-follow-up')
    await page.context().close()
  }, 60_000)

  it('shows the audit to those who watch over it, and narrows it without loading the page anew', async () => {
    const { secret } = await desk.add('giam.sat', ['auditor'], { name: 'Lê Quang Minh' })
    for (let n = 0; n < 60; n++) {
      await desk.audit.log.append({
        officer: 'unknown',
        action: 'sign-in-failed',
        subject: 'officer:unknown',
        detail: { network: '203.113.4.0/24' },
      })
    }
    const page = await pages.openPage()
    await pages.signIn(page, 'giam.sat', secret)
    await page.getByRole('link', { name: 'Nhật ký' }).click()
    await page.getByRole('heading', { name: 'Nhật ký hệ thống' }).waitFor()
    await pages.look(page, 'desktop-audit')
    await page.evaluate('window.isSamePage = true')
    await page.getByLabel('Việc', { exact: true }).selectOption({ label: 'Thêm cán bộ' })
    await page.getByRole('button', { name: 'Lọc' }).click()
    await page.waitForURL('**action=officer-added**')
    expect(await page.evaluate('window.isSamePage')).toBe(true)
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(0)
    expect(await page.locator('tbody tr', { hasText: 'Đăng nhập sai' }).count()).toBe(0)
    await pages.look(page, 'desktop-audit-filtered')
    await page.getByRole('link', { name: 'Bỏ lọc' }).click()
    await page.getByRole('link', { name: 'Cũ hơn' }).click()
    await page.getByRole('link', { name: 'Mới nhất' }).waitFor()
    await page.goto(`${pages.url}/desk/audit?action=evidence-viewed`)
    await pages.look(page, 'desktop-audit-empty')
    await page.goto(`${pages.url}/desk/officers`)
    await pages.look(page, 'desktop-forbidden', /403/)
    await page.emulateMedia({ media: 'print' })
    await page.goto(`${pages.url}/desk/audit?action=officer-added`)
    await pages.look(page, 'print-audit')
    // A session that ended meanwhile: the list asks, the whole page goes to the sign-in.
    await page.emulateMedia({ media: 'screen' })
    desk.clock.advanceMs(31 * 60_000)
    await page.getByRole('button', { name: 'Lọc' }).click()
    await page.waitForURL('**/desk/sign-in?next=**')
    await page.context().close()
  }, 60_000)

  it.each([
    ['phone', { viewport: { width: 390, height: 844 } }],
    ['phone-dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' as const }],
    ['desktop-dark', { colorScheme: 'dark' as const }],
    ['narrow', { viewport: { width: 320, height: 640 } }],
  ])(
    'reads well: %s',
    async (name, options) => {
      const { secret } = await desk.add(
        `moi.viec.${name}`,
        ['intake', 'handler', 'leader', 'admin', 'auditor'],
        {
          name: 'Trần Đỗ Thị Phương Thảo Nguyên',
          unit: 'Phòng Bảo trợ xã hội và Bảo vệ chăm sóc trẻ em',
          mayOpenRestricted: true,
        },
      )
      const page = await pages.openPage(options)
      await page.goto(`${pages.url}/desk`)
      await pages.look(page, `${name}-sign-in`)
      await pages.signIn(page, `moi.viec.${name}`, secret)
      await pages.look(page, `${name}-home`)
      for (const path of ['account', 'officers', 'officers/new', 'audit', 'enrol', 'new-password']) {
        await page.goto(`${pages.url}/desk/${path}`)
        await pages.look(page, `${name}-${path.replace('/', '-')}`)
      }
      await page.context().close()
    },
    60_000,
  )

  it('works without scripts', async () => {
    const { secret } = await desk.add('khong.script', ['admin', 'auditor'])
    const page = await pages.openPage({ javaScriptEnabled: false })
    await pages.signIn(page, 'khong.script', secret)
    await page.getByRole('link', { name: 'Nhật ký' }).click()
    await page.getByLabel('Việc', { exact: true }).selectOption({ label: 'Thêm cán bộ' })
    await page.getByRole('button', { name: 'Lọc' }).click()
    await page.waitForURL('**action=officer-added**')
    await page.getByRole('link', { name: 'Cán bộ', exact: true }).click()
    await page.getByRole('link', { name: 'Lê Quang Minh' }).click()
    await page.getByText('Khóa tài khoản').first().click()
    await page.getByRole('button', { name: 'Khóa tài khoản' }).click()
    await page.getByText('Đã khóa tài khoản.').waitFor()
    await page.context().close()
  }, 30_000)
})
