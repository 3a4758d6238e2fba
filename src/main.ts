import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { parseConfig, type SettingFault } from './config.ts'
import { loadContent } from './content.ts'
import { systemClock } from './lib/clock.ts'
import { AppError } from './lib/errors.ts'
import { createLog } from './lib/log.ts'
import { loadTexts } from './lib/texts.ts'
import { KeyRefused } from './open-key-ring.ts'
import { type OperationTexts, operationTexts } from './operation-texts.ts'
import { startService } from './service.ts'

/** The process: settings in, service up, signals, exit code. What the service is made of stands in `service.ts`. */
const stopTimeoutMs = 10_000

async function main(): Promise<void> {
  const rootDir = projectDir(dirname(fileURLToPath(import.meta.url)))
  if (existsSync('.env')) process.loadEnvFile('.env')
  const operation = loadTexts(
    parse(readFileSync(join(rootDir, 'data/texts/operation.yaml'), 'utf8')),
    operationTexts,
  )

  const parsed = parseConfig(process.env)
  if (parsed.kind === 'faults') fail(settingFaults(parsed.faults, operation))
  const { config } = parsed
  const log = createLog({ level: config.log.level })
  process.on('unhandledRejection', (err) => log.error({ err }, 'process: a promise was rejected unseen'))

  try {
    const content = loadContent(rootDir, config.content.agencyFile)
    mkdirSync(config.storage.dataDir, { recursive: true })
    const service = await startService({ config, content, rootDir, clock: systemClock, log })
    stopOnSignal(service.stop)
    const database =
      service.database === 'embedded'
        ? operation.say('operation.started-embedded', { folder: resolve(config.storage.dataDir) })
        : operation.say('operation.started-mongodb')
    const telegram = config.telegram ? 'operation.started-telegram' : 'operation.no-telegram'
    const first = service.firstOfficer
    tell([
      operation.say('operation.started', { url: `${service.url}/` }),
      operation.say('operation.desk', { url: `${service.url}/desk` }),
      ...(first
        ? [
            operation.say('operation.first-officer', {
              username: first.username,
              password: first.oneTimePassword,
            }),
          ]
        : []),
      database,
      ...(service.madeKeyFile ? [operation.say('operation.key-made', { file: service.madeKeyFile })] : []),
      operation.say(telegram),
    ])
  } catch (error) {
    if (!(error instanceof AppError)) log.fatal({ err: error }, 'process: start failed')
    if (error instanceof KeyRefused) {
      const { refusal, file } = error
      fail([
        operation.say('operation.settings-wrong'),
        `  • ${operation.say(`operation.key.${refusal}`, { file })}`,
      ])
    }
    const reason = error instanceof AppError ? `${error.code}: ${error.message}` : 'INTERNAL'
    fail([operation.say('operation.start-failed', { reason })])
  }

  function stopOnSignal(stop: () => Promise<void>): void {
    let isStopping = false
    const onSignal = (signal: NodeJS.Signals) => {
      if (isStopping) process.exit(1)
      isStopping = true
      log.info({ signal }, 'process: stopping')
      setTimeout(() => process.exit(1), stopTimeoutMs).unref()
      void stop().then(() => process.exit(0))
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
  }
}

/** The nearest folder upwards that holds package.json: the same from `src/` and from `dist/src/`. */
function projectDir(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from
  const parent = dirname(from)
  if (parent === from) throw new Error('projectDir: no package.json above the program')
  return projectDir(parent)
}

function settingFaults(faults: readonly SettingFault[], operation: OperationTexts): string[] {
  const lines = faults.map(({ setting, kind }) =>
    kind === 'needed-for-webhook' || kind === 'needed-for-zalo'
      ? operation.say(`operation.${kind}`, { setting })
      : operation.say(`operation.setting.${setting}`),
  )
  return [operation.say('operation.settings-wrong'), ...lines.map((line) => `  • ${line}`)]
}

/** For the person at the terminal; the log goes to stdout. */
function tell(lines: readonly string[]): void {
  process.stderr.write(`\n${lines.join('\n')}\n\n`)
}

function fail(lines: readonly string[]): never {
  tell(lines)
  process.exit(1)
}

await main()
