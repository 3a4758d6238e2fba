import { existsSync } from 'node:fs'
import { type Config, parseConfig } from '../src/config.ts'
import { auditKey } from '../src/desk/audit/audit-key.ts'
import { systemClock } from '../src/lib/clock.ts'
import { createLog } from '../src/lib/log.ts'
import { KeyRefused, openKeyRing } from '../src/open-key-ring.ts'
import { createAuditStore } from '../src/storage/audit-store.ts'
import { ensureIndexes } from '../src/storage/connect.ts'
import { createInstallationSecretStore } from '../src/storage/installation-secret-store.ts'
import { createOfficerStore } from '../src/storage/officer-store.ts'
import { joinDatabase } from './join-database.ts'
import { readOperationTexts } from './operation-texts.ts'

/** The settings of the installation, or the names of those that are wrong. */
export function readConfig(): { kind: 'config'; config: Config } | { kind: 'wrong'; settings: string[] } {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const parsed = parseConfig(process.env)
  if (parsed.kind === 'parsed') return { kind: 'config', config: parsed.config }
  return { kind: 'wrong', settings: parsed.faults.map(({ setting }) => setting) }
}

/** Officers and audit of the installation, also while the service runs; refused when the keys are not the ones used. */
export async function openDeskStores(config: Config) {
  const log = createLog({ level: 'silent' })
  const database = await joinDatabase(config.storage, log)
  const secrets = createInstallationSecretStore(database.connection)
  const officers = createOfficerStore(database.connection)
  try {
    await ensureIndexes(database.connection)
    const { keyRing } = await openKeyRing(config, secrets, { log })
    const key = auditKey(keyRing)
    const audit = createAuditStore(database.connection, { clock: systemClock, log, ...(key ? { key } : {}) })
    await ensureIndexes(database.connection)
    return { kind: 'opened', officers, audit, key, close: () => database.close() } as const
  } catch (error) {
    await database.close()
    if (!(error instanceof KeyRefused)) throw error
    const { refusal, file } = error
    return {
      kind: 'refused',
      problem: readOperationTexts().say(`operation.key.${refusal}`, { file }),
    } as const
  }
}
