import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDesk, type TestDesk } from '../desk/open-desk.ts'
import { numbered } from '../dossiers/made-dossier.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { browseDesk, type DeskBrowser } from '../support/desk-browser.ts'
import { choiceOf, row } from '../support/dossier-world.ts'
import { noBrowserReason } from '../support/open-browser.ts'

if (noBrowserReason) console.warn(`pages about dossiers not tested in a browser: ${noBrowserReason}`)

const late = { 'Ngày hẹn trả': '12/11/2026', 'Phòng xử lý': 'Phòng Việc làm - An toàn lao động' }

// Features row 74: accessible, and every step by keyboard.
describe.skipIf(noBrowserReason)('dossiers in a browser', () => {
  let database: TestDatabase
  let desk: TestDesk
  let pages: DeskBrowser
  let secret: string

  beforeAll(async () => {
    database = await openTestDatabase()
    desk = await openDesk(database)
    pages = await browseDesk(desk, 'desk-dossiers')
    secret = (await desk.add('lanh.dao', ['leader'], { name: 'Trần Đỗ Thị Phương Thảo' })).secret
    await desk.dossiers.take([
      row(numbered(1), 'Đang xử lý', late),
      row(numbered(2), 'Đang xử lý', {
        'Ngày hẹn trả': '24/11/2026',
        'Tên thủ tục':
          'Cấp giấy chứng nhận đủ điều kiện hoạt động dịch vụ việc làm của doanh nghiệp hoạt động dịch vụ việc làm',
      }),
      row(numbered(3), 'Yêu cầu bổ sung giấy tờ'),
      row(numbered(4), 'Đã xử lý xong', { ...late, 'Ngày có kết quả': '16/11/2026' }),
      row(numbered(5), 'Đã trả kết quả', {
        'Ngày có kết quả': '16/11/2026',
        'Ngày trả kết quả': '17/11/2026',
      }),
    ])
    const person = desk.dossiers.talk('nguoi-dan')
    await person.say(numbered(1))
    await person.tap(choiceOf(await person.say('3456'), 'Báo tôi khi có thay đổi'))
    desk.clock.advanceMs(60_000)
    await desk.dossiers.take([row(numbered(1), 'Đang xử lý', { ...late, 'Ngày hẹn trả': '20/11/2026' })])
    await desk.dossiers.runJob('draft-dossier-apologies')
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

  it('an officer finds a late dossier, apologises, prints a slip and takes a file in', async () => {
    const page = await openPage()
    await page.getByRole('link', { name: 'Hồ sơ', exact: true }).click()
    await page.getByRole('heading', { name: 'Hồ sơ', exact: true }).waitFor()
    await pages.look(page, 'list')
    await page.getByRole('link', { name: /^Chưa xong/ }).click()
    await pages.look(page, 'list-open')
    await page.getByRole('link', { name: numbered(1) }).click()
    await page.getByText('Quá hạn: ngày hẹn 12/11/2026').waitFor()
    await pages.look(page, 'one')

    await page.goto(`${pages.url}/desk/dossiers`)
    await page.getByRole('link', { name: 'Tin chờ duyệt' }).click()
    await pages.look(page, 'reviews')
    await page.getByRole('link', { name: numbered(1) }).click()
    await page.getByRole('button', { name: 'Xem lời sẽ gửi' }).click()
    await page.getByRole('alert').waitFor()
    await pages.look(page, 'review-wrong')
    await page.getByLabel('Lý do chưa có kết quả').fill('chờ văn bản của cơ quan phối hợp')
    await page.getByRole('textbox', { name: 'Ngày hẹn mới' }).fill('2026-12-01')
    await page.getByRole('button', { name: 'Xem lời sẽ gửi' }).press('Enter')
    await page.getByText('Ngày hẹn mới: 01/12/2026').waitFor()
    await pages.look(page, 'review')
    await page.getByRole('button', { name: 'Gửi', exact: true }).press('Enter')
    await page.getByText('Đã duyệt; gửi tới 1 cuộc trò chuyện.').waitFor()
    expect((await desk.dossiers.outbox('nguoi-dan')).at(-1)?.text).toContain('xin lỗi Ông/Bà')

    await page.goto(`${pages.url}/desk/dossiers/${numbered(1)}`)
    await page.getByRole('link', { name: 'In phiếu theo dõi' }).click()
    await pages.look(page, 'slips')
    await page.getByLabel('Mã hồ sơ').fill(`${numbered(1)}\n${numbered(2)}`)
    await page.getByRole('button', { name: 'Làm trang in' }).click()
    await page.getByRole('heading', { name: 'Phiếu theo dõi hồ sơ' }).first().waitFor()
    await pages.look(page, 'slips-printed')
    const svg = await page.locator('figure svg').first().boundingBox()
    expect(svg!.width).toBeGreaterThan(120)
    await page.getByRole('link', { name: 'Về trang in phiếu' }).click()

    await page.goto(`${pages.url}/desk/dossiers/import`)
    await pages.look(page, 'import')
    const header = 'Mã hồ sơ,Ngày tiếp nhận,Ngày hẹn trả,Trạng thái,Số điện thoại'
    const file = (line: string) => ({
      name: 'Hồ sơ tháng 11.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`${header}\n${line}\n`),
    })
    await page.getByLabel('Tệp', { exact: true }).setInputFiles(file('KHONG,32/11/2026,01/11/2026,Lạ,'))
    await page.getByRole('button', { name: 'Xem thử' }).click()
    await page.getByText('Chưa nhận gì từ tệp này').waitFor()
    await pages.look(page, 'import-faults')
    await page
      .getByLabel('Tệp', { exact: true })
      .setInputFiles(file(`${numbered(8)},02/11/2026,30/11/2026,Đang xử lý,0905123456`))
    await page.getByRole('button', { name: 'Xem thử' }).click()
    await page.getByRole('button', { name: 'Nhận tệp này' }).waitFor()
    await pages.look(page, 'import-looked')
    await page.getByRole('button', { name: 'Nhận tệp này' }).press('Enter')
    await page.getByText('Đã nhận 1 dòng, lần nhận số 3.').waitFor()
    await page.context().close()
  }, 90_000)

  it('fits a phone, in the dark too', async () => {
    const page = await openPage({ viewport: { width: 420, height: 860 }, colorScheme: 'dark' })
    for (const [name, path] of [
      ['list', ''],
      ['list-open', '?listing=open'],
      ['one', `/${numbered(2)}`],
      ['reviews', '/reviews'],
      ['slips', '/slips'],
      ['import', '/import'],
    ]) {
      await page.goto(`${pages.url}/desk/dossiers${path}`)
      await pages.look(page, `phone-${name}`)
    }
    await page.context().close()
  }, 60_000)
})
