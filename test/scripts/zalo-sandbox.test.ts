import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import type { ChatState } from '../../scripts/zalo-sandbox/chat-state.ts'
import { JumpClock } from '../../scripts/zalo-sandbox/jump-clock.ts'
import { startBot } from '../../scripts/zalo-sandbox/start-bot.ts'
import { startSandbox } from '../../scripts/zalo-sandbox/start-sandbox.ts'
import { readSandboxTexts } from '../../scripts/zalo-sandbox/texts.ts'
import { findViolations, noBrowserReason, openBrowser } from '../support/open-browser.ts'
import { waitUntil } from '../support/wait-until.ts'
import { listenForWebhooks } from '../support/zalo/listen-webhook.ts'

const hourMs = 3_600_000
const texts = readSandboxTexts()

async function openSandbox() {
  const clock = new JumpClock()
  const sandbox = await startSandbox({ port: 0, clock, texts })
  onTestFinished(() => sandbox.stop())
  const { url, oa } = sandbox
  const state = async (person = '') =>
    (await (await fetch(`${url}/state?person=${person}`)).json()) as ChatState
  const act = (action: object, person = '', type = 'application/json') =>
    fetch(`${url}/act?person=${person}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: JSON.stringify(action),
    })
  return { clock, url, oa, state, act }
}

const sendText = async (oa: Awaited<ReturnType<typeof openSandbox>>['oa'], userId: string) => {
  const { accessToken } = oa.tokens.issue()
  const buttons = [{ title: 'Hỏi thủ tục', type: 'oa.query.hide', payload: 'v1:menu' }]
  const message = { text: 'Chọn việc', attachment: { type: 'template', payload: { buttons } } }
  const answer = await fetch(`${oa.hosts.openapi}/v3.0/oa/message/cs`, {
    method: 'POST',
    headers: { access_token: accessToken, 'content-type': 'application/json' },
    body: JSON.stringify({ recipient: { user_id: userId }, message }),
  })
  return (await answer.json()) as { error: number }
}

test('a clock that jumps wakes whoever slept until then, and nobody else', async () => {
  const clock = new JumpClock()
  const woken: string[] = []
  const giveUp = new AbortController()
  const sleeps = [
    clock.sleep(hourMs).then(() => woken.push('hour')),
    clock.sleep(60 * 24 * hourMs, giveUp.signal).then(() => woken.push('months')),
  ]
  const before = clock.now().getTime()
  clock.jump(2 * hourMs)
  await sleeps[0]
  expect(clock.now().getTime() - before).toBeGreaterThanOrEqual(2 * hourMs)
  expect(woken).toEqual(['hour'])
  giveUp.abort()
  await Promise.all(sleeps)
  expect(woken).toEqual(['hour', 'months'])
})

test('what is done on the page happens at the fake: words, taps, files, places, time, an officer, faults', async () => {
  const { oa, url, state, act } = await openSandbox()
  const webhook = await listenForWebhooks()
  onTestFinished(() => webhook.close())
  oa.webhook.turnOn(webhook.url)
  expect((await state()).window.kind).toBe('none')
  await act({ kind: 'follow' })
  expect(await state()).toMatchObject({ person: { follows: true }, window: { kind: 'free', hours: 47 } })
  const { id } = (await state()).person
  expect(await sendText(oa, id)).toMatchObject({ error: 0 })
  const { messageId } = (await state()).bubbles[0]!
  await act({ kind: 'tap', messageId, index: 0 })
  await act({ kind: 'write', text: 'cảm ơn' })
  await act({ kind: 'location', latitude: 12.2, longitude: 109.1 })
  await act({ kind: 'officer', text: 'Dạ chào bác' })
  const photo = await fetch(`${url}/file?person=${id}&name=a.jpg&caption=${encodeURIComponent('ổ gà')}`, {
    method: 'POST',
    headers: { 'content-type': 'image/jpeg' },
    body: Uint8Array.from([0xff, 0xd8, 0xff]),
  })
  expect(photo.status).toBe(200)
  await oa.settled()
  const heard = webhook.heard.map(({ raw }) => JSON.parse(raw.toString()))
  expect(heard.map(({ event_name }) => event_name)).toEqual([
    'follow',
    'oa_send_template',
    'user_send_text',
    'user_send_text',
    'user_send_location',
    'oa_send_text',
    'user_send_image',
  ])
  expect(heard[2].message.text).toBe('v1:menu')
  expect(heard[6].message.text).toBe('ổ gà')

  await act({ kind: 'jump', hours: 49 })
  expect((await state()).window).toMatchObject({ kind: 'paid', hours: 118 })
  expect(await sendText(oa, id)).toMatchObject({ error: 0 })
  expect((await state()).charges.map(({ kind, vnd }) => [kind, vnd])).toEqual([
    ['paid', 55],
    ['free', 0],
  ])
  await act({ kind: 'trouble', trouble: 'buttons' })
  expect(await sendText(oa, id)).toMatchObject({ error: -233 })
  expect((await state()).log.some(({ outcome, isGood }) => outcome.startsWith('-233') && !isGood)).toBe(true)
  await act({ kind: 'jump', hours: 119 })
  expect((await state()).window.kind).toBe('closed')
})

test('what is no action, or comes from the page of somebody else, changes nothing', async () => {
  const { url, state, act } = await openSandbox()
  expect((await act({ kind: 'jump', hours: -1 })).status).toBe(400)
  expect((await act({ kind: 'write', text: 'a' }, '', 'text/plain')).status).toBe(400)
  expect((await fetch(`${url}/people`, { method: 'POST', body: '{}' })).status).toBe(415)
  expect(await state()).toMatchObject({ bubbles: [], people: [{ name: 'Người dân 1' }] })
})

test('the service answers somebody on the sandbox, as it would on Zalo', { timeout: 60_000 }, async () => {
  const { oa, clock, state, act } = await openSandbox()
  const bot = await startBot({ oa, port: 0, clock, logLevel: 'fatal' })
  onTestFinished(() => bot.stop())
  expect(await oa.webhook.save(`${bot.url}/webhooks/zalo`)).toBe(200)
  await act({ kind: 'follow' })
  await waitUntil('the greeting', async () => (await state()).bubbles.some(({ from }) => from === 'oa'))
  const greeting = (await state()).bubbles[0]!
  expect(greeting.buttons.length).toBeGreaterThan(1)
  // The access token dies meanwhile.
  await act({ kind: 'jump', hours: 49 })
  await act({ kind: 'tap', messageId: greeting.messageId, index: 0 })
  await waitUntil('an answer', async () => (await state()).bubbles.length > 1)
  const { log, charges } = await state()
  expect(log.filter(({ isGood }) => !isGood)).toEqual([])
  expect(charges.every(({ kind }) => kind === 'free')).toBe(true)
})

test.skipIf(noBrowserReason)(
  `the page is used with the keyboard and has no barriers${noBrowserReason ? ` (skipped: ${noBrowserReason})` : ''}`,
  { timeout: 60_000 },
  async () => {
    const { url, oa, state } = await openSandbox()
    // Answers every event, so that the webhook stays on.
    const webhook = await listenForWebhooks()
    onTestFinished(() => webhook.close())
    oa.webhook.turnOn(webhook.url)
    const browser = await openBrowser()
    onTestFinished(() => browser.close())
    const page = await browser.newPage({ viewport: { width: 420, height: 900 } })
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text())
    })
    await page.goto(url)
    await page.getByRole('button', { name: texts.say('zalo-sandbox.follow'), exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: texts.say('zalo-sandbox.unfollow') }).waitFor()
    expect(await page.evaluate('document.activeElement.id')).toBe('unfollow')
    await sendText(oa, (await state()).person.id)
    const choice = page.getByRole('log').getByRole('button', { name: 'Hỏi thủ tục' })
    await choice.focus()
    await page.keyboard.press('Enter')
    await page
      .getByRole('textbox', { name: texts.say('zalo-sandbox.message') })
      .first()
      .focus()
    await page.keyboard.type('lệ phí bao nhiêu')
    await page.keyboard.press('Enter')
    await page.getByText('lệ phí bao nhiêu').waitFor()
    await oa.settled()
    expect(webhook.heard.map(({ raw }) => JSON.parse(raw.toString()).message?.text)).toContain('v1:menu')
    for (const width of [420, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      expect(await findViolations(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    }
    expect(faults).toEqual([])
  },
)

test('a port that is taken is told', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void taken.close())
  const { port } = taken.address() as { port: number }
  await expect(startSandbox({ port, clock: new JumpClock(), texts })).rejects.toThrow('EADDRINUSE')
})
