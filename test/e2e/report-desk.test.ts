import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keepEvidence } from '../../src/reports/evidence/keep-evidence.ts'
import type { Report } from '../../src/reports/report.ts'
import { openDesk, type TestDesk } from '../desk/open-desk.ts'
import { picture } from '../reports/evidence/made-files.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { browseDesk, type DeskBrowser } from '../support/desk-browser.ts'
import { hex, madeReport } from '../support/made-report.ts'
import { noBrowserReason } from '../support/open-browser.ts'

if (noBrowserReason) console.warn(`pages of reports not tested in a browser: ${noBrowserReason}`)

const story = `Sáng thứ Hai tôi đến quầy số 3 nộp hồ sơ cấp giấy phép lao động cho nhân viên người nước ngoài. Cán bộ ở quầy nói hồ sơ thiếu, nếu muốn nhanh thì đưa thêm 500 nghìn.
Tôi không đưa thì bị hẹn lại ba lần, lần nào cũng một lý do khác.`

describe.skipIf(noBrowserReason)('reports at the desk, in a browser', () => {
  let database: TestDatabase
  let desk: TestDesk
  let pages: DeskBrowser
  let report: Report
  const secrets = new Map<string, { id: string; secret: string }>()

  beforeAll(async () => {
    database = await openTestDatabase()
    desk = await openDesk(database)
    const add = async (
      username: string,
      ...rest: [Parameters<TestDesk['add']>[1], Parameters<TestDesk['add']>[2]]
    ) => secrets.set(username, await desk.add(username, ...rest))
    await add('ban.phim', ['intake', 'handler'], {
      name: 'Nguyễn Thị Lan Anh',
      unit: 'Phòng Việc làm - An toàn lao động',
      mayOpenRestricted: true,
    })
    await add('dong.nghiep', ['handler'], {
      name: 'Trần Đỗ Thị Phương Thảo Nguyên',
      unit: 'Phòng Bảo trợ xã hội và Bảo vệ chăm sóc trẻ em',
      mayOpenRestricted: true,
    })
    await add('moi.den', ['intake'], { name: 'Lê Văn Mới' })
    await add('quan.tri', ['admin'], { name: 'Phạm Quản Trị' })
    report = await makeReports()
    pages = await browseDesk(desk, 'desk-reports')
  }, 60_000)
  afterAll(async () => {
    await pages?.close()
    await desk?.close()
    await database?.close()
  })

  /** One with everything that a page can show, and some more to fill the list. */
  async function makeReports(): Promise<Report> {
    const { store, identities, notes, reports, evidenceRoom } = desk.reports
    const colleague = secrets.get('dong.nghiep')!.id
    const own = secrets.get('ban.phim')!.id
    const now = desk.clock.now().getTime()
    const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000)
    const ref = hex(16)
    const bytes = await (await picture(320, 240)).jpeg().toBuffer()
    const photo = { type: 'jpeg', sha256: hex(32), metadata: 'removed', widthPx: 320, heightPx: 240 } as const
    const evidence = [
      await keepEvidence(ref, { ...photo, bytes }, evidenceRoom),
      await keepEvidence(
        ref,
        { type: 'pdf', bytes: Buffer.alloc(1_500_000), sha256: hex(32), metadata: 'kept' },
        evidenceRoom,
      ),
    ]
    const identityRef = hex(16)
    await identities.put(identityRef, {
      name: 'Huỳnh Thị Mỹ Duyên',
      phone: '0905 111 222',
      conversation: { channel: 'zalo', conversationId: 'z' },
    })
    const content = {
      story,
      place: 'Trung tâm Phục vụ hành chính công tỉnh',
      happenedWhen: 'sáng thứ Hai tuần trước',
      people: 'một cán bộ nam ở quầy 3',
      payment: {
        procedure: {
          code: '1.000105',
          name: 'Cấp giấy phép lao động cho người lao động nước ngoài làm việc tại Việt Nam',
        },
        askedVnd: 1_100_000,
        isApproximate: true,
        publishedFee: '600.000 đồng/giấy phép (Nghị quyết của HĐND tỉnh)',
        differenceVnd: 500_000,
        receiptGiven: 'no' as const,
        counter: 'Quầy 3',
      },
      evidence,
    }
    const main = madeReport({
      ref,
      kind: 'informal-payment',
      queue: 'restricted',
      identityMode: 'confidential',
      identityRef,
      procedureCode: '1.000105',
      receivedAt: hoursAgo(70),
      evidenceNames: evidence.map(({ name }) => name),
      content,
    })
    await store.insert(main)
    await store.insert(
      madeReport({
        kind: 'informal-payment',
        queue: 'restricted',
        procedureCode: '1.000105',
        receivedAt: hoursAgo(26),
        content: { ...content, evidence: [] },
      }),
    )
    await notes.add({
      id: hex(12),
      reportRef: ref,
      officerId: own,
      at: hoursAgo(2),
      text: 'Trùng với điều nghe được tuần trước. Xin camera quầy 3 trước khi hỏi.',
    })
    const officer = { kind: 'officer', officerId: own } as const
    await reports.act(ref, officer, { kind: 'assign', to: own, unit: 'phòng việc làm - an toàn lao động' })
    await reports.act(ref, officer, { kind: 'ask', text: 'Ông/Bà nhớ giờ đến quầy không?' })
    await reports.act(ref, { kind: 'reporter' }, { kind: 'write', text: 'Khoảng 8 giờ 30.', evidence: [] })
    for (let n = 0; n < 60; n++) {
      const isHandled = n % 4 === 0
      await store.insert(
        madeReport({
          kind: (['feedback', 'delay'] as const)[n % 2]!,
          receivedAt: hoursAgo(3 + n * 5),
          hasUnread: n % 3 === 0,
          isSlowLane: n % 20 === 19,
          identityMode: n % 5 === 0 ? 'named' : 'anonymous',
          ...(isHandled ? { state: 'in-progress' as const, assignee: colleague, unit: 'phòng khác' } : {}),
          ...(n === 7 ? { deadlines: { missingYear: 2028 } } : {}),
          content: { story: `Việc số ${n}`, evidence: [] },
        }),
      )
    }
    return (await store.findByRef(ref))!
  }

  it.each([
    ['desktop', {}],
    ['phone', { viewport: { width: 360, height: 740 } }],
    ['desktop-dark', { colorScheme: 'dark' as const }],
    ['phone-dark', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' as const }],
  ])(
    'reads well: %s',
    async (name, options) => {
      const page = await pages.openPage(options)
      await pages.signIn(page, 'ban.phim', secrets.get('ban.phim')!.secret)
      await pages.look(page, `${name}-home`)
      await page.goto(`${pages.url}/desk/reports`)
      await pages.look(page, `${name}-inbox`)
      await page.goto(`${pages.url}/desk/reports?number=PA-999999`)
      await pages.look(page, `${name}-inbox-empty`)
      await page.goto(`${pages.url}/desk/reports/${report.caseNumber}`)
      await pages.look(page, `${name}-case`)
      for (const summary of await page.locator('.actions summary').all()) await summary.click()
      await pages.look(page, `${name}-case-forms`)
      await page.getByLabel('Nội dung trả lời gửi người phản ánh').fill('Còn {chỗ này} chưa điền')
      await page.locator('form[action$="/answer"] button.primary').click()
      await page.getByRole('alert').waitFor()
      await pages.look(page, `${name}-case-refused`)
      await page.context().close()
    },
    120_000,
  )

  it('is worked on from the list to the answer with the keyboard alone (feature 74)', async () => {
    const page = await pages.openPage()
    await pages.signIn(page, 'ban.phim', secrets.get('ban.phim')!.secret)
    const press = (key: string) => page.keyboard.press(key)
    /** Tabs on until the focus is on what says or is named so: whoever has no mouse gets there too. */
    async function tabTo(wanted: RegExp): Promise<void> {
      for (let steps = 0; steps < 150; steps++) {
        await press('Tab')
        const focused = await page.evaluate<string>(
          '(document.activeElement.id || "") + " " + (document.activeElement.textContent || "").trim()',
        )
        if (wanted.test(focused)) return
      }
      throw new Error(`the keyboard never gets to ${wanted}`)
    }
    await tabTo(/^ Mở danh sách phản ánh$/)
    await press('Enter')
    await page.waitForURL('**/desk/reports')
    await page.evaluate('window.isSamePage = true')
    await tabTo(/^number /)
    await page.keyboard.type(report.caseNumber.toLowerCase())
    await press('Enter')
    await page.waitForURL('**number=**')
    expect(await page.evaluate('window.isSamePage')).toBe(true)
    await tabTo(new RegExp(`^ ${report.caseNumber}$`))
    await press('Enter')
    await page.waitForURL(`**/${report.caseNumber}`)

    await tabTo(/^ Trả lời kết quả$/)
    await press('Enter')
    await tabTo(/^answerOutcome /)
    await page.keyboard.type('Phản ánh đ')
    await tabTo(/^answerTemplate /)
    await page.keyboard.type('Trả lời về khoản')
    await page.getByLabel('Nội dung trả lời gửi người phản ánh').fill('Kính gửi Ông/Bà,')
    await page.evaluate('document.querySelector("#answerTemplate").focus()')
    await tabTo(/^ Chèn mẫu$/)
    await page.evaluate('window.isSamePage = true')
    await press('Enter')
    const text = page.getByLabel('Nội dung trả lời gửi người phản ánh')
    await expect.poll(() => text.inputValue()).toContain('mức phí công bố')
    expect(await page.evaluate('window.isSamePage'), 'only the field was replaced').toBe(true)
    const filled = await text.inputValue()
    expect(filled).toContain('Kính gửi Ông/Bà,')
    expect(filled).toContain('1.100.000 đồng')
    await pages.look(page, 'desktop-template')
    await text.fill(filled.replace(/\{[^}]+\}/g, 'đã kiểm tra'))
    await page.evaluate('document.querySelector("#answerText").focus()')
    await tabTo(/^ Trả lời kết quả$/)
    await press('Enter')
    await page.getByText('Đã gửi trả lời cho người phản ánh.').waitFor()
    expect((await desk.reports.store.findByRef(report.ref))!).toMatchObject({
      state: 'answered',
      outcome: 'substantiated',
    })
    await pages.look(page, 'desktop-answered')

    await tabTo(/^noteText /)
    await page.keyboard.type('Nhắc lại sau một tháng.')
    await tabTo(/^ Lưu ghi chú$/)
    await press('Enter')
    await page.getByText('Đã lưu ghi chú nội bộ.').waitFor()

    await tabTo(/^ Xem người phản ánh$/)
    await press('Enter')
    await tabTo(/^identityReason /)
    await page.keyboard.type('Gọi báo kết quả')
    await press('Enter')
    await page.getByText('Huỳnh Thị Mỹ Duyên').waitFor()
    await pages.look(page, 'desktop-identity')
    await page.context().close()
  }, 120_000)

  it('shows what somebody else changed meanwhile, and keeps what was typed (feature 68)', async () => {
    const made = madeReport({ receivedAt: desk.clock.now() })
    await desk.reports.store.insert(made)
    const page = await pages.openPage()
    await pages.signIn(page, 'ban.phim', secrets.get('ban.phim')!.secret)
    await page.goto(`${pages.url}/desk/reports/${made.caseNumber}`)
    await page.getByText('Nhắn tin', { exact: true }).first().click()
    await page.getByLabel('Tin gửi người phản ánh').fill('Chúng tôi đã nhận phản ánh.')
    const other = { kind: 'officer', officerId: secrets.get('moi.den')!.id } as const
    await desk.reports.reports.act(made.ref, other, {
      kind: 'reclassify',
      to: 'delay',
      reason: 'Đọc lại thì là chậm trễ.',
    })
    await page.locator('form[action$="/tell"] button.primary').click()
    await page.getByText('Có người vừa cập nhật phản ánh này').waitFor()
    await page.getByText('Lê Văn Mới: Đổi loại từ «Góp ý» sang «Chậm trễ, phiền hà»').waitFor()
    expect(await page.getByLabel('Tin gửi người phản ánh').inputValue()).toBe('Chúng tôi đã nhận phản ánh.')
    await pages.look(page, 'desktop-conflict')
    await page.locator('form[action$="/tell"] button.primary').click()
    await page.getByText('Đã gửi tin cho người phản ánh.').waitFor()
    await page.context().close()
  }, 60_000)

  it('shows a picture that was sent, in a page that can do nothing', async () => {
    const page = await pages.openPage()
    await pages.signIn(page, 'ban.phim', secrets.get('ban.phim')!.secret)
    const [photo] = report.content.evidence
    const response = await page.goto(`${pages.url}/desk/reports/${report.caseNumber}/evidence/${photo!.name}`)
    expect(response!.headers()['content-type']).toBe('image/jpeg')
    expect(await page.evaluate('document.images[0].naturalWidth')).toBe(320)
    await page.context().close()
  }, 60_000)

  it('works without scripts', async () => {
    const made = madeReport({ receivedAt: desk.clock.now() })
    await desk.reports.store.insert(made)
    const page = await pages.openPage({ javaScriptEnabled: false })
    await pages.signIn(page, 'ban.phim', secrets.get('ban.phim')!.secret)
    await page.goto(`${pages.url}/desk/reports?number=${made.caseNumber}`)
    await page.getByRole('link', { name: made.caseNumber }).click()
    await page.getByText('Nhắn tin', { exact: true }).first().click()
    await page.getByLabel('Mẫu có sẵn').first().selectOption({ label: 'Báo đã phân loại, đang xử lý' })
    await page.getByRole('button', { name: 'Chèn mẫu' }).first().click()
    const text = page.getByLabel('Tin gửi người phản ánh')
    expect(await text.inputValue()).toContain(made.caseNumber)
    await page.locator('form[action$="/tell"] button.primary').click()
    await page.getByText('Đã gửi tin cho người phản ánh.').waitFor()
    await page.getByText('Giao xử lý', { exact: true }).first().click()
    await page.getByLabel('Người xử lý', { exact: true }).selectOption({ index: 2 })
    await page.locator('form[action$="/assign"] button.primary').click()
    await page.getByText('Đã giao xử lý.').waitFor()
    await page.context().close()
  }, 60_000)

  it('tells an administrator only that something is stuck', async () => {
    const everybody = (await desk.officers.list()).map(({ id }) => id)
    await desk.reports.store.insert(madeReport({ concerns: { officers: everybody, units: [] } }))
    const page = await pages.openPage()
    await pages.signIn(page, 'quan.tri', secrets.get('quan.tri')!.secret)
    await page.getByText('Có 1 phản ánh đang mở mà không cán bộ đang làm việc nào').waitFor()
    await pages.look(page, 'desktop-admin-home')
    await page.context().close()
  }, 60_000)
})
