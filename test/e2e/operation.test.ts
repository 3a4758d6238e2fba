import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settingNames } from '../../src/config.ts'
import { loadContent } from '../../src/content.ts'
import { ownStorage } from '../support/own-storage.ts'
import { runProgram, type ServiceProcess, startServiceProcess } from '../support/service-process.ts'
import { waitUntil } from '../support/wait-until.ts'
import { WebPerson } from '../support/web-person.ts'

/** What the people who run the service meet. Numbers in names are rows of the feature list. */
const isForeignDatabase = process.env.MONGODB_TEST_URI !== undefined
const noEmbedded = 'MONGODB_TEST_URI names a foreign server, so there is no embedded one'
if (isForeignDatabase) console.warn(`embedded database not tested in operation: ${noEmbedded}`)

const cleanups: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function freshStorage(): Promise<Record<string, string>> {
  const storage = await ownStorage()
  cleanups.push(() => storage.remove())
  return storage.settings
}

async function start(settings: Record<string, string>): Promise<ServiceProcess> {
  const service = await startServiceProcess(settings)
  cleanups.push(() => service.kill())
  return service
}

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'motcua-scratch-'))
  cleanups.push(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const unknownCode = (n: number) => `9.${String(n).padStart(6, '0')}`
const codesIn = (person: WebPerson) =>
  person.seen.flatMap(({ text }) => /mã (9\.\d{6})/.exec(text)?.[1] ?? [])
const statusOf = async (url: string) => (await fetch(url)).status

describe.concurrent('a wrong set-up', { timeout: 60_000 }, () => {
  const wrong = {
    PORT: 'CANARY-port',
    TRUSTED_PROXIES: '99',
    PUBLIC_URL: 'CANARY-url',
    EMBED_ORIGINS: 'CANARY-origin',
    ENCRYPTION_KEY: 'k1:CANARY',
    METRICS_TOKEN: 'CANARY',
    DOSSIER_API_KEY: 'CANARY',
    MONGODB_URI: 'postgres://user:CANARY@db/x',
    CATALOGUE_MAX_AGE_DAYS: '-1',
    LOG_LEVEL: 'CANARY-loud',
    TELEGRAM_BOT_TOKEN: 'CANARY-token',
    TELEGRAM_API_ROOT: 'ftp://CANARY',
    TELEGRAM_MODE: 'webhook-CANARY',
    TELEGRAM_WEBHOOK_SECRET: 'CANARY!',
    SMTP_URL: 'http://CANARY.mail',
    MAIL_FROM: 'CANARY',
    ZALO_APP_ID: 'CANARY',
    ZALO_APP_SECRET: 'CANARY secret',
    ZALO_OA_SECRET_KEY: 'CANARY key',
    ZALO_OA_ID: 'CANARY',
    ZALO_REFRESH_TOKEN: 'CANARY token',
    ZALO_OAUTH_URL: 'ftp://CANARY',
    ZALO_OPENAPI_URL: 'ftp://CANARY',
    ZALO_BUSINESS_URL: 'ftp://CANARY',
    ZALO_APPSECRET_PROOF: 'CANARY',
    ZALO_ALLOW_PAID: 'CANARY',
    ZALO_PKCE_VERIFIER: 'CANARY',
    ZALO_CALLBACK_URL: 'CANARY',
    ZALO_DOMAIN_VERIFICATION: 'CANARY!',
  }

  it('row 76: names every wrong setting at once with the mend, in Vietnamese, and prints no value', async () => {
    const { code, stdout, stderr } = await runProgram('src/main.ts', [], wrong)
    expect(code).toBe(1)
    const lines = stderr.split('\n').filter((line) => line.startsWith('  • '))
    expect(lines.map((line) => /• ([A-Z_]+): \S/.exec(line)?.[1]).toSorted()).toEqual(
      Object.keys(wrong).toSorted(),
    )
    expect(stderr).toContain('Không khởi động được')
    expect(stdout + stderr).not.toContain('CANARY')
  })

  it('row 76: a broken agency file is told with file and line, and nothing starts', async () => {
    const file = join(await scratch(), 'agency.yaml')
    const shipped = readFileSync('data/agency.yaml', 'utf8').split('\n')
    const line = shipped.findIndex((text) => text.startsWith('workingHours:')) + 1
    shipped[line - 1] = "workingHours: 'CANARY'"
    await writeFile(file, shipped.join('\n'))
    const settings: Record<string, string> = { ...(await freshStorage()), AGENCY_FILE: file, PORT: '0' }
    const { code, stderr } = await runProgram('src/main.ts', [], settings)
    expect(code).toBe(1)
    expect(stderr).toContain('Không khởi động được')
    expect(stderr).toContain(`${file}:${line}: Mục «workingHours»`)
    expect(existsSync(join(settings.DATA_DIR!, 'db'))).toBe(false)
  })

  it('row 76: so is one that is not YAML, and one that is not there', async () => {
    const file = join(await scratch(), 'agency.yaml')
    await writeFile(file, "office:\n  body: 'so-noi-vu\n")
    expect(() => loadContent('.', file)).toThrow(/agency\.yaml:\d+: Tệp không đọc được theo cú pháp YAML/)
    expect(() => loadContent('.', `${file}.absent`)).toThrow(`${file}.absent: Không tìm thấy tệp`)
  })

  it('row 76: a database that does not answer is told, without its address', async () => {
    const { code, stdout, stderr } = await runProgram('src/main.ts', [], {
      DATA_DIR: await scratch(),
      MONGODB_URI: 'mongodb://user:CANARY@127.0.0.1:1/motcua',
      PORT: '0',
    })
    expect(code).toBe(1)
    expect(stderr).toContain('Không khởi động được: STORAGE_UNAVAILABLE')
    expect(stdout + stderr).not.toContain('CANARY')
  })
})

describe('a running service', { timeout: 60_000 }, () => {
  let settings: Record<string, string>
  let service: ServiceProcess
  beforeAll(async () => {
    settings = await freshStorage()
    service = await start(settings)
  }, 60_000)

  it('row 79: /metrics is closed without a token, whatever is sent', async () => {
    for (const authorization of ['', 'Bearer', 'Bearer ', 'Bearer undefined']) {
      const { status } = await fetch(`${service.url}/metrics`, { headers: { authorization } })
      expect(status).toBe(401)
    }
  })

  it.skipIf(isForeignDatabase)(
    'a second process on the same folder is refused and says why; doctor joins the first and finds it well',
    async () => {
      const [second, doctor] = await Promise.all([
        runProgram('src/main.ts', [], { ...settings, PORT: '0' }),
        runProgram('scripts/doctor.ts', ['--json'], settings),
      ])
      expect(second.code).toBe(1)
      expect(second.stderr).toMatch(/Không khởi động được: START_FAILED: .*process \d+ uses the data folder/)
      expect(second.stderr).toContain(settings.DATA_DIR)

      expect(doctor.code).toBe(0)
      const report = JSON.parse(doctor.stdout) as Report
      expect(report.isWell).toBe(true)
      for (const part of ['database', 'catalogue', 'inbox']) expect(stateOf(report, part)).toEqual(['ok'])
      expect(stateOf(report, 'telegram')).toEqual(['missing'])
      expect(await statusOf(`${service.url}/readyz`)).toBe(200)
    },
  )

  it.skipIf(isForeignDatabase)(
    'rows 8, 77: database killed → not ready but alive, messages are refused and not lost; it comes back by itself',
    async () => {
      const person = new WebPerson(service.url)
      await person.connect()
      await person.ask(unknownCode(1))
      const health = async () => [
        await statusOf(`${service.url}/healthz`),
        await statusOf(`${service.url}/readyz`),
      ]
      expect(await health()).toEqual([200, 200])

      const lock = join(settings.DATA_DIR!, 'db/lock')
      const { pid } = JSON.parse(await readFile(lock, 'utf8')) as { pid: number }
      // Held by a living process that does not answer: the next server waits five seconds before it takes over.
      const socketPath = join(settings.DATA_DIR!, 'nobody')
      await writeFile(lock, JSON.stringify({ pid: process.pid, socketPath }))
      process.kill(pid, 'SIGKILL')
      const refused = person.post({ text: unknownCode(2), messageId: 'while-down' })
      await waitUntil('not ready', async () => (await statusOf(`${service.url}/readyz`)) === 503)
      const readiness = await fetch(`${service.url}/readyz`)
      expect(await readiness.json()).toEqual({ isReady: false, parts: { database: 'down' } })
      expect(await statusOf(`${service.url}/healthz`)).toBe(200)
      expect(await refused).toBe(503)

      await waitUntil('ready again', async () => (await health())[1] === 200, 20_000)
      expect(await person.post({ text: unknownCode(2), messageId: 'while-down' })).toBe(202)
      await person.connect()
      await waitUntil('the answer', () => codesIn(person).includes(unknownCode(2)))
      expect(codesIn(person)).toEqual([unknownCode(1), unknownCode(2)])
    },
  )

  it('row 78: stops with 0 although a page is open', async () => {
    const person = new WebPerson(service.url)
    await person.connect()
    const startedAt = performance.now()
    expect(await service.stop()).toBe(0)
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })
})

describe('stopping amid messages', { timeout: 60_000 }, () => {
  it('row 78: SIGTERM amid messages ends within 10 s with 0, and the next start answers every accepted one once', async () => {
    const settings = await freshStorage()
    const first = await start(settings)
    let url = first.url
    const people = Array.from({ length: 8 }, () => new WebPerson(() => url))
    // Half of them with an open page: that must not hold the stop up.
    await Promise.all(people.slice(0, 4).map((person) => person.connect()))
    const accepted = people.map(() => [] as string[])
    const typing = people.map(async (person, who) => {
      for (let n = 0; n < 25; n++) {
        const code = unknownCode(who * 100 + n)
        const status = await person.post({ text: code, messageId: `n${n}` }).catch(() => 0)
        if (status !== 202) return
        accepted[who]!.push(code)
      }
    })
    await waitUntil('some messages', () => accepted.flat().length >= 20)
    const startedAt = performance.now()
    expect(await first.stop()).toBe(0)
    expect(performance.now() - startedAt).toBeLessThan(10_000)
    await Promise.all(typing)
    expect(accepted.flat().length).toBeGreaterThanOrEqual(20)
    for (const person of people) person.disconnect()

    const second = await start(settings)
    url = second.url
    // A page that opens afresh is shown the whole conversation.
    for (const person of people) person.seen.length = 0
    await Promise.all(people.map((person) => person.reopen()))
    const isAnswered = () => people.every((person, who) => codesIn(person).length >= accepted[who]!.length)
    await waitUntil('all answers', isAnswered, 15_000).catch((error: unknown) => {
      throw new Error(
        `${String(error)}: ${people.map((p, w) => `${codesIn(p).length}/${accepted[w]!.length}`).join(' ')}`,
      )
    })
    for (const [who, person] of people.entries()) {
      // What was being stored when the line was cut may be there as well, at the end.
      expect(codesIn(person).slice(0, accepted[who]!.length)).toEqual(accepted[who])
      expect(new Set(codesIn(person)).size).toBe(codesIn(person).length)
    }
    expect(await second.stop()).toBe(0)
  })
})

interface Report {
  isWell: boolean
  findings: { part: string; state: 'ok' | 'missing' | 'wrong'; message: string }[]
}
const stateOf = ({ findings }: Report, part: string) =>
  findings.filter((finding) => finding.part === part).map(({ state }) => state)

describe.concurrent('the commands', { timeout: 60_000 }, () => {
  it('row 76: doctor explains wrong settings as the start does, in one JSON value, and ends with 1', async () => {
    const settings = { LOG_LEVEL: 'CANARY', TELEGRAM_BOT_TOKEN: 'CANARY' }
    const { code, stdout, stderr } = await runProgram('scripts/doctor.ts', ['--json'], settings)
    expect(code).toBe(1)
    const report = JSON.parse(stdout) as Report
    expect(report.isWell).toBe(false)
    expect(stateOf(report, 'settings')).toEqual(['wrong', 'wrong'])
    const messages = report.findings.map(({ message }) => message)
    expect(messages).toContainEqual(expect.stringMatching(/^LOG_LEVEL: /))
    expect(messages).toContainEqual(expect.stringMatching(/^TELEGRAM_BOT_TOKEN: .*@BotFather/))
    expect(stdout + stderr).not.toContain('CANARY')
  })

  it('row 76: doctor tells what works, what is not filled in, and a Telegram that is out of reach', async () => {
    const { code, stdout } = await runProgram('scripts/doctor.ts', [], {
      ...(await freshStorage()),
      TELEGRAM_BOT_TOKEN: '123:CANARY',
      TELEGRAM_API_ROOT: 'http://127.0.0.1:1',
    })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^✓ Node\.js \d/m)
    expect(stdout).toMatch(/^✓ .*\d+ thủ tục/m)
    expect(stdout).toMatch(/^– Chưa điền «hotlines\.ask» trong data\/agency\.yaml/m)
    expect(stdout).toMatch(/^✓ .*(Cơ sở dữ liệu nhúng|MongoDB): trả lời/m)
    expect(stdout).toMatch(/^✗ Telegram: không kết nối được/m)
    expect(stdout).not.toContain('CANARY')
  })

  it('ask prints one JSON value of the documented shape, for an answer and for a miss', async () => {
    const [answer, miss] = (
      await Promise.all(
        ['1.014199 phí bao nhiêu', '9.999999'].map((question) =>
          runProgram('scripts/ask.ts', [question, '--json']),
        ),
      )
    ).map(({ code, stdout }) => ({ code, value: JSON.parse(stdout) as Record<string, unknown> }))
    expect(answer).toMatchObject({
      code: 0,
      value: {
        kind: 'answer',
        section: 'fee',
        procedure: { code: '1.014199', name: expect.stringContaining('Cấp giấy phép lao động') },
        text: expect.stringContaining('Hội đồng nhân dân tỉnh'),
        ms: expect.any(Number),
      },
    })
    expect(miss).toMatchObject({
      code: 0,
      value: { kind: 'not-found', text: expect.stringContaining('9.999999') },
    })
    expect(miss!.value.procedure).toBeUndefined()
  })

  it('ask without a question shows how, and ends with 2', async () => {
    const { code, stdout } = await runProgram('scripts/ask.ts')
    expect(code).toBe(2)
    expect(stdout).toContain('npm run ask')
  })
})

describe('row 76: the list of wrong settings in this file', () => {
  it('leaves out only settings that take any text', () => {
    const free = ['HOST', 'DATA_DIR', 'AGENCY_FILE']
    const source = readFileSync(import.meta.filename, 'utf8')
    const tried = settingNames.filter((name) => source.includes(`    ${name}: `))
    expect(settingNames.filter((name) => !tried.includes(name) && !free.includes(name))).toEqual([])
  })
})
