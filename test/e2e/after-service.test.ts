import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { create } from 'qrcode'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DossierCode } from '../../src/dossiers/dossier-code.ts'
import { slipKeyPurpose, slipStartPayload, slipToken } from '../../src/dossiers/slip-token.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createKeyRing, encryptionKeysSchema, makeEncryptionKey } from '../../src/lib/key-ring.ts'
import { vietnamDay } from '../../src/lib/vietnam-time.ts'
import { addDays, timeOf } from '../../src/lib/working-days/day.ts'
import {
  advance,
  countDossiers,
  type MadeDossier,
  makeDossiers,
  rowTraps,
  writeDossiers,
} from '../support/dossier-file.ts'
import { noBrowserReason, openBrowser, takeScreenshot } from '../support/open-browser.ts'
import { type OwnOffice, ownOffice } from '../support/own-office.ts'
import { type OwnStorage, ownStorage } from '../support/own-storage.ts'
import { runProgram, type ServiceProcess, startServiceProcess } from '../support/service-process.ts'
import { telegramChat } from '../support/telegram/chat.ts'
import { EmulatorWithGate, freePort } from '../support/telegram/emulator.ts'
import { unzip } from '../support/unzip.ts'
import { waitUntil } from '../support/wait-until.ts'
import { WebPerson } from '../support/web-person.ts'

if (noBrowserReason) console.warn(`the way after the service not tested: ${noBrowserReason}`)
const soffice = '/usr/bin/soffice'

const token = '778:emulated_token'
const apiKey = 'a-key-of-the-one-stop-software-1234567890'
const password = 'một câu mật khẩu đủ dài 42'
const results = join(import.meta.dirname, '../../test-results')
/** The jobs run at the full minute. */
const tickMs = 75_000
const levels = ['Rất không hài lòng', 'Không hài lòng', 'Bình thường', 'Hài lòng', 'Rất hài lòng'] as const
const isPoll = /mức hài lòng của Ông\/Bà/

/**
 * From the export of the one-stop software to the yearly report, by the real service: in a browser, on Telegram and at the
 * desk. Numbers in names are rows of the feature list.
 */
describe.skipIf(noBrowserReason)('after the service, from end to end', { timeout: 240_000 }, () => {
  let storage: OwnStorage
  let office: OwnOffice
  let emulator: EmulatorWithGate
  let service: ServiceProcess
  let browser: Browser
  let settings: Record<string, string>
  let desk: Page
  let web: Page
  const today = vietnamDay(systemClock.now())
  const from = addDays(today, -120)
  const made = makeDossiers('after the service', { finished: 500, others: 120, today, ready: 80 })
  const waiting = made.filter(({ status, telephone }) => status === 'ready' && telephone !== undefined)
  const [ofWeb, ofSlip, ofLookUp, ...others] = waiting as [
    MadeDossier,
    MadeDossier,
    MadeDossier,
    ...MadeDossier[],
  ]
  const crowd = others
    .slice(0, 40)
    .map((dossier) => ({ dossier, person: undefined as WebPerson | undefined }))
  /** What people said, question by question; the last word counts. */
  const said = new Map<string, number>()
  let before: { figure: string; counts: string }

  beforeAll(async () => {
    await mkdir(results, { recursive: true })
    storage = await ownStorage()
    const inTwelveHours = timeOf(new Date(systemClock.now().getTime() + 12 * 3_600_000)).slice(0, 2)
    office = await ownOffice({
      'data/surveys.yaml': (text) =>
        text
          .replace(/delayMinutes: \{ value: \d+/, 'delayMinutes: { value: 0')
          .replace(/from: '20:00', to: '08:00'/, `from: '${inTwelveHours}:00', to: '${inTwelveHours}:01'`),
    })
    emulator = new EmulatorWithGate({ port: await freePort(), host: '127.0.0.1', storeTimeout: 600 })
    await emulator.start()
    settings = {
      ...storage.settings,
      ENCRYPTION_KEY: makeEncryptionKey('k1'),
      TELEGRAM_BOT_TOKEN: token,
      TELEGRAM_API_ROOT: emulator.config.apiURL,
      DOSSIER_API_KEY: apiKey,
    }
    service = await startServiceProcess(settings, { place: office })
    browser = await openBrowser()
  }, 60_000)
  afterAll(async () => {
    for (const { person } of crowd) person?.disconnect()
    await browser?.close()
    await service?.stop()
    await emulator?.stop()
    await office?.remove()
    await storage?.remove()
  })

  const run = (script: string, ...args: string[]) =>
    runProgram(`scripts/${script}.ts`, args, settings, office)

  async function put(name: string, bytes: Uint8Array): Promise<string> {
    const path = join(office.folder, name)
    await writeFile(path, bytes)
    return path
  }

  async function post(dossiers: readonly MadeDossier[], seed: string): Promise<unknown> {
    const response = await fetch(`${service.url}/api/dossiers`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: new Uint8Array(writeDossiers(dossiers, 'json', seed).bytes),
    })
    expect(response.status).toBe(200)
    return response.json()
  }

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

  it('a file with one wrong row is refused with its line; 500 finished dossiers are taken as they were made', async () => {
    const spoilt = rowTraps
      .map(({ spoil, expects }, index) => ({
        row: 40 + index,
        cells: spoil(made[40 + index]!, made, today),
        expects,
      }))
      .flatMap(({ cells, ...rest }) => (cells ? [{ ...rest, cells }] : []))
    expect(spoilt.length).toBeGreaterThan(20)
    const wrong = writeDossiers(made, 'csv-windows1258', 'wrong', spoilt)
    const refused = await run('dossiers-import', await put(wrong.name, wrong.bytes), '--json')
    expect(refused.code).toBe(1)
    const { ok, problems } = JSON.parse(refused.stdout) as {
      ok: boolean
      problems: { line: number; message: string }[]
    }
    expect(ok).toBe(false)
    for (const { row, expects } of spoilt) {
      const ofRow = problems.filter(({ line }) => line >= wrong.lines[row]! && line <= wrong.lastLines[row]!)
      expect(ofRow.map(({ message }) => message).join('\n')).toMatch(expects)
    }

    const right = writeDossiers(made, 'xlsx', 'right')
    const taken = await run('dossiers-import', await put(right.name, right.bytes), '--json')
    expect(taken.code, taken.stdout + taken.stderr).toBe(0)
    const { rows, withoutTelephone, newDone } = countDossiers(made)
    expect(JSON.parse(taken.stdout)).toMatchObject({
      ok: true,
      rows,
      new: rows,
      withoutTelephone,
      newDone,
    })
  })

  const lastFour = ({ telephone }: MadeDossier) => telephone!.slice(-4)

  it('a chat on the web page is linked by look-up: code, then four digits', async () => {
    web = await openPage('/')
    await web.locator('#live[aria-busy=false]').waitFor({ state: 'attached' })
    await say('ho so cua toi toi dau roi', /nhập mã hồ sơ/)
    await say(ofWeb.code.toLowerCase(), /4 số cuối/)
    await say(lastFour(ofWeb) === '0000' ? '0001' : '0000', /Không có hồ sơ nào khớp/)
    await say(lastFour(ofWeb), /đã có kết quả/)
    await tap('Báo tôi khi có thay đổi', /Khi hồ sơ có thay đổi, tôi nhắn vào đây/)
    await takeScreenshot(web, 'after-1-linked')
  })

  async function say(text: string, expected: RegExp): Promise<void> {
    await web.getByLabel('Nội dung tin nhắn').fill(text)
    await web.keyboard.press('Enter')
    await heard(expected)
  }
  async function heard(expected: RegExp, timeout = 15_000): Promise<void> {
    await web.locator('#log > li.from-bot').filter({ hasText: expected }).last().waitFor({ timeout })
  }
  async function tap(label: string, expected: RegExp): Promise<void> {
    await web.locator('#log').getByRole('button', { name: label, exact: true }).last().click()
    await heard(expected)
  }

  it('a chat on Telegram is linked by the code on the printed slip, another by look-up', async () => {
    const file = join(office.folder, 'phieu.html')
    const slips = await run(
      'slips',
      '--codes',
      ofSlip.code,
      '--out',
      file,
      '--telegram',
      'MotCuaBot',
      '--json',
    )
    expect(slips.code, slips.stdout + slips.stderr).toBe(0)
    const page = await browser.newPage({ viewport: { width: 600, height: 800 } })
    await page.goto(`file://${file}`)
    await takeScreenshot(page, 'after-2-slip')
    const ring = createKeyRing(encryptionKeysSchema.parse(settings.ENCRYPTION_KEY))
    const start = slipStartPayload(slipToken(ring.deriveKey(slipKeyPurpose), ofSlip.code as DossierCode))
    await expectSquareOf(page, `https://t.me/MotCuaBot?start=${start}`)
    await page.close()

    const slip = telegramChat(emulator, token, 81_001)
    await slip.say(`/start ${start}`, /Phiếu của hồ sơ/)
    await slip.say(lastFour(ofSlip), /tôi nhắn vào đây/)

    const lookUp = telegramChat(emulator, token, 81_002)
    await lookUp.say(`cho hỏi hồ sơ ${ofLookUp.code} tới đâu rồi`, /4 số cuối/)
    await lookUp.say(`4 số cuối là ${lastFour(ofLookUp)}`, /đã có kết quả/)
    await lookUp.tap('Báo tôi khi có thay đổi', /tôi nhắn vào đây/)
  })

  it('rows 52, 54, 56: forty people are asked when the result was handed over, and their answers make an index', async () => {
    for (const member of crowd) {
      const person = new WebPerson(service.url)
      member.person = person
      await person.connect()
      await person.ask(member.dossier.code)
      const found = await person.ask(lastFour(member.dossier))
      await person.tap(choiceOf(found, 'Báo tôi khi có thay đổi'))
    }
    const codes = new Set(crowd.map(({ dossier }) => dossier.code))
    const fetched = advance(made, { today, isFetched: ({ code }) => codes.has(code) }).filter(({ code }) =>
      codes.has(code),
    )
    expect(await post(fetched, 'fetched')).toMatchObject({
      kind: 'imported',
      summary: { rows: 40, changed: 40, statusChanges: [{ from: 'ready', to: 'returned', count: 40 }] },
    })
    await waitUntil(
      'everybody is asked',
      () => crowd.every(({ person }) => person!.seen.some(({ text }) => isPoll.test(text))),
      tickMs,
    )
    for (const [index, { dossier, person }] of crowd.entries()) await answerAll(index, dossier.code, person!)
    for (const { person } of crowd) {
      expect(person!.seen.filter(({ text }) => isPoll.test(text))).toHaveLength(1)
      expect(person!.seen.filter(({ text }) => /đã trả kết quả/.test(text))).toHaveLength(1)
    }
    await signIn()
    before = await readIndex('after-3-index-before')
    expect(before).toEqual(expectedIndex())
  })

  /** One of eight keeps silent, one of nine stops after the first question, the rest answer as they please. */
  async function answerAll(index: number, code: string, person: WebPerson): Promise<void> {
    if (index % 8 === 7) return
    for (let taps = 0; taps < 3; taps++) {
      const line = person.seen.findLast(({ buttons = [] }) =>
        buttons.some(({ choice }) => choice?.startsWith('s1:')),
      )!
      const question = line.text
      if (said.has(`${code} ${question}`)) return
      const isScored = line.buttons!.some(({ label }) => label === 'Hài lòng')
      const level = [5, 4, 4, 3, 5, 4, 2, 5, 4, 1][(index + 3 * taps) % 10]!
      const label = isScored ? levels[level - 1]! : line.buttons![0]!.label
      const answered = await person.tap(choiceOf([line], label))
      said.set(`${code} ${question}`, isScored ? level : 0)
      if (index % 9 === 8) return
      if (answered.some(({ text }) => text.includes('đổi được câu trả lời'))) return
    }
    throw new Error('a poll took more than three taps')
  }

  function expectedIndex(): { figure: string; counts: string } {
    const scored = [...said].filter(([, level]) => level > 0)
    const satisfied = scored.filter(([, level]) => level >= 4).length
    const people = new Set(scored.map(([key]) => key.split(' ')[0])).size
    const hundredths = Math.floor((20_000 * satisfied + scored.length) / (2 * scored.length))
    const figure = `${Math.floor(hundredths / 100)},${String(hundredths % 100).padStart(2, '0')} %`
    return {
      figure,
      counts: `${people} người có câu trả lời hợp lệ; ${satisfied}/${scored.length} câu trả lời ở mức 4 hoặc 5.`,
    }
  }

  async function signIn(): Promise<void> {
    const officer = await run(
      'officers-add',
      '--username',
      'lanh.dao',
      '--name',
      'Trần Thu',
      '--role',
      'leader',
      '--json',
    )
    expect(officer.code, officer.stderr).toBe(0)
    desk = await openPage('/desk')
    await desk.getByLabel('Tên đăng nhập').fill('lanh.dao')
    const { oneTimePassword } = JSON.parse(officer.stdout) as { oneTimePassword: string }
    await desk.getByLabel('Mật khẩu', { exact: true }).fill(oneTimePassword)
    await desk.keyboard.press('Enter')
    await desk.waitForURL('**/desk/new-password')
    await desk.getByLabel('Mật khẩu mới', { exact: true }).fill(password)
    await desk.getByLabel('Nhập lại mật khẩu mới').fill(password)
    await desk.keyboard.press('Enter')
    await desk.waitForURL(/\/desk\/?$/)
  }

  async function readIndex(screenshot: string): Promise<{ figure: string; counts: string }> {
    await desk.goto(`${service.url}/desk/index?from=${from}&to=${today}`)
    await desk.screenshot({ path: join(results, `${screenshot}.png`), fullPage: true })
    const innerText = async (selector: string) => (await desk.locator(selector).innerText()).trim()
    return { figure: await innerText('#whole-figure'), counts: await innerText('#whole-counts') }
  }

  it('row 52: the polls of three chats arrive after the news, and one is answered while a report is half written', async () => {
    await say('cán bộ một cửa vòi tiền tôi 500k làm giấy phép lao động', /chọn cách gửi/)
    await tap('Không ghi tên', /Chỉ ghi điều Ông\/Bà trực tiếp biết/)

    const fetchedCodes = new Set(
      [...crowd.map(({ dossier }) => dossier), ofWeb, ofSlip, ofLookUp].map(({ code }) => code),
    )
    const next = advance(made, { today, isFetched: ({ code }) => fetchedCodes.has(code) })
    expect(await post(next, 'next')).toMatchObject({
      kind: 'imported',
      summary: {
        rows: made.length,
        changed: 3,
        unchanged: made.length - 3,
        statusChanges: [{ from: 'ready', to: 'returned', count: 3 }],
      },
    })
    await heard(/đã trả kết quả/, tickMs)
    await heard(isPoll, tickMs)
    const question = /«([^»]+)»\s+Bấm một nút/.exec(await web.locator('#log').innerText())![1]!
    await takeScreenshot(web, 'after-4-poll-in-a-report')
    await tap('Hài lòng', /Xin hỏi thêm/)
    said.set(`${ofWeb.code} ${question}`, 4)

    await say(
      'Sáng 20/11 ở quầy số 3, chị cán bộ bảo đưa thêm 500k thì mới nhận hồ sơ',
      /có đưa biên lai không/,
    )
    await tap('Không có biên lai', /Đã ghi/)
    await tap('Xong', /Xin Ông\/Bà xem lại/)
    expect(await web.locator('#log').innerText()).toContain('đưa thêm 500k')
    await tap('Gửi', /MÃ TRA CỨU/)
    await takeScreenshot(web, 'after-5-report-filed')
  })

  it('rows 53, 55, 56: twice tapped is once said, the last change counts, a comment is kept, one word ends it', async () => {
    const slip = telegramChat(emulator, token, 81_001)
    const arrived = await slip.waitFor(isPoll, { timeoutMs: tickMs })
    const poll = arrived.find(({ text }) => isPoll.test(text))!
    const key = (label: string) => poll.keys.find(({ text }) => text === label)!
    const shownBefore = slip.shown().length
    await Promise.all([1, 2, 3].map(() => slip.press(key('Rất không hài lòng'))))
    await slip.waitFor(/Xin hỏi thêm/, { from: shownBefore })
    await slip.press(key('Rất hài lòng'))
    await waitUntil('the change is answered', () => slip.shown().length > shownBefore + 1)
    const question = /«([^»]+)»/.exec(poll.text)![1]!
    said.set(`${ofSlip.code} ${question}`, 5)
    const second = slip.shown().findLast(({ text }) => text.includes('Xin hỏi thêm'))!
    await slip.press(second.keys.find(({ text }) => text === 'Hài lòng')!)
    await slip.waitFor(/đổi được câu trả lời/)
    said.set(`${ofSlip.code} ${/«([^»]+)»/.exec(second.text)![1]!}`, 4)
    const last = slip.shown().at(-1)!
    if (!last.keys.some(({ text }) => text === 'Viết góp ý'))
      throw new Error(JSON.stringify(slip.shown().slice(-4)))
    await slip.tap('Viết góp ý', /Xin viết góp ý/)
    await slip.say('Chờ lâu, gọi 0905 123 456 không ai nghe máy', /Đã nhận góp ý/)

    const lookUp = telegramChat(emulator, token, 81_002)
    await lookUp.waitFor(isPoll, { timeoutMs: tickMs })
    await lookUp.say('đừng hỏi nữa', /không hỏi ý kiến Ông\/Bà nữa/)
    expect(lookUp.shown().filter(({ text }) => isPoll.test(text))).toHaveLength(1)
  })

  it('rows 60, 61: the index on the desk moves by exactly these answers, and one command makes the same figure', async () => {
    const after = await readIndex('after-6-index-after')
    expect(after).toEqual(expectedIndex())
    expect(after).not.toEqual(before)
    const page = await desk.locator('main').innerText()
    expect(page).toContain('Chờ lâu')
    expect(page).not.toContain('0905 123 456')
    const command = await run('satisfaction-index', '--from', from, '--to', today)
    expect(command.stdout).toContain(after.figure.replace(' %', ''))
    const again = await Promise.all(
      [1, 2].map(() => run('satisfaction-index', '--from', from, '--to', today, '--json')),
    )
    expect(again[0]!.stdout).toBe(again[1]!.stdout)
    expect(service.output()).not.toMatch(/0905|81001|đưa thêm/)
  })

  it('row 72: the yearly draft is a Word document with the figures of the generator and of the desk', async () => {
    await desk.goto(`${service.url}/desk/yearly?from=${from}&to=${today}`)
    await desk.screenshot({ path: join(results, 'after-7-yearly.png'), fullPage: true })
    const coming = desk.waitForEvent('download')
    await desk.locator('a[href*="report.docx"]').click()
    const path = join(results, 'after-8-yearly.docx')
    await (await coming).saveAs(path)
    const document = unzip(await readFile(path))
      .get('word/document.xml')!
      .replace(/<\/w:p>/g, '\n')
      .replace(/<[^>]+>/g, '')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&')
    await writeFile(join(results, 'after-8-yearly.txt'), document)
    const { figure } = expectedIndex()
    expect(document).toContain(figure)
    const { early, onTime, late } = countDossiers(made)
    for (const count of [early, onTime, late]) expect(document).toContain(String(count))
    // The report of the web page stands against the customary praise.
    expect(document).toContain('Có 1 phản ánh về khoản tiền ngoài quy định')
    expect(document).not.toMatch(/undefined|NaN/)
    if (!existsSync(soffice)) {
      console.warn(`the yearly draft was not opened in LibreOffice: there is no ${soffice}`)
      return
    }
    await rm(join(results, 'after-8-yearly.pdf'), { force: true })
    const profile = `-env:UserInstallation=file://${join(storage.settings.DATA_DIR!, 'libreoffice')}`
    execFileSync(soffice, [profile, '--headless', '--convert-to', 'pdf', '--outdir', results, path], {
      stdio: 'ignore',
      timeout: 120_000,
    })
    expect(existsSync(join(results, 'after-8-yearly.pdf'))).toBe(true)
  })
})

function choiceOf(
  lines: readonly { buttons?: { label: string; choice?: string }[] }[],
  label: string,
): string {
  const button = lines.flatMap(({ buttons }) => buttons ?? []).findLast((button) => button.label === label)
  if (!button?.choice) throw new Error(`no button ${label} in ${JSON.stringify(lines)}`)
  return button.choice
}

/** What the square on the slip holds; no reader of pictures is at hand, so the expected link is drawn and compared. */
async function expectSquareOf(page: Page, link: string): Promise<void> {
  const { size, data } = create(link, { errorCorrectionLevel: 'M' }).modules
  const expected = Array.from(data, (dark, n) => (dark ? `${n % size},${Math.floor(n / size)}` : '')).filter(
    Boolean,
  )
  const path = (await page.locator('figure svg path').first().getAttribute('d'))!
  const shown = [...path.matchAll(/M(\d+) (\d+)h1v1/g)].map(([, x, y]) => `${Number(x) - 4},${Number(y) - 4}`)
  expect(shown).toEqual(expected)
}
