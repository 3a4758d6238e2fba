import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { JumpClock } from './zalo-sandbox/jump-clock.ts'
import { createSampleDossiers } from './zalo-sandbox/sample-dossiers.ts'
import { botSettings, startBot } from './zalo-sandbox/start-bot.ts'
import { startSandbox } from './zalo-sandbox/start-sandbox.ts'
import { readSandboxTexts } from './zalo-sandbox/texts.ts'

/** The bot on a telephone that is a page: Zalo's fake, the real service, no account, nothing leaves the machine. */
const webhookPath = '/webhooks/zalo'

const texts = readSandboxTexts()
const given = readArguments()

if (!given) {
  console.error(texts.say('zalo-sandbox.wrong-arguments'))
  process.exitCode = 2
} else if (given.help) console.log(texts.say('zalo-sandbox.help'))
else await run(given)

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '3100' },
        'bot-port': { type: 'string', default: '3101' },
        'no-bot': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    const ports = { port: Number(values.port), botPort: Number(values['bot-port']) }
    const areGood = Object.values(ports).every((port) => Number.isInteger(port) && port >= 0 && port < 65_536)
    return areGood ? { ...ports, hasBot: !values['no-bot'], help: values.help } : undefined
  } catch {
    return undefined
  }
}

async function run({ port, botPort, hasBot }: { port: number; botPort: number; hasBot: boolean }) {
  const clock = new JumpClock()
  const ending: (() => Promise<void>)[] = []
  const end = async () => {
    for (const stop of ending.splice(0).reverse()) await stop()
  }
  process.once('SIGINT', () => void end().then(() => process.exit(0)))
  process.once('SIGTERM', () => void end().then(() => process.exit(0)))
  try {
    const dossiers = createSampleDossiers(clock)
    const sandbox = await startSandbox({ port, clock, texts, dossiers })
    ending.push(sandbox.stop)
    console.log(texts.say('zalo-sandbox.started', { url: sandbox.url }))
    if (!hasBot) {
      const webhook = `http://localhost:${botPort}${webhookPath}`
      sandbox.oa.webhook.turnOn(webhook)
      console.log(texts.say('zalo-sandbox.settings', { webhook }))
      for (const [name, value] of Object.entries(botSettings(sandbox.oa))) console.log(`${name}=${value}`)
      return
    }
    const dossierApiKey = randomUUID()
    const bot = await startBot({
      oa: sandbox.oa,
      port: botPort,
      clock,
      logLevel: process.env.LOG_LEVEL ?? 'error',
      dossierApiKey,
    })
    ending.push(bot.stop)
    await dossiers.connect({ url: bot.url, apiKey: dossierApiKey })
    console.log(texts.say('zalo-sandbox.bot', { url: bot.url }))
    const { firstOfficer } = bot
    if (firstOfficer) {
      const { username, oneTimePassword: password } = firstOfficer
      console.log(texts.say('zalo-sandbox.officer', { username, password }))
    }
    if ((await sandbox.oa.webhook.save(`${bot.url}${webhookPath}`)) !== 200)
      console.log(texts.say('zalo-sandbox.no-channel', { path: webhookPath }))
  } catch (error) {
    console.error(error)
    await end()
    process.exit(1)
  }
}
