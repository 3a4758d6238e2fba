import { existsSync } from 'node:fs'
import { type Config, parseConfig } from '../src/config.ts'
import { auditKey } from '../src/desk/audit/audit-key.ts'
import { keyRingOf } from '../src/key-ring-of.ts'
import { systemClock } from '../src/lib/clock.ts'
import { createLog } from '../src/lib/log.ts'
import { createAuditStore } from '../src/storage/audit-store.ts'
import { ensureIndexes } from '../src/storage/connect.ts'
import { createOfficerStore } from '../src/storage/officer-store.ts'
import { joinDatabase } from './join-database.ts'

/** The settings of the installation, or the names of those that are wrong. */
export function readConfig(): { kind: 'config'; config: Config } | { kind: 'wrong'; settings: string[] } {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const parsed = parseConfig(process.env)
  if (parsed.kind === 'parsed') return { kind: 'config', config: parsed.config }
  return { kind: 'wrong', settings: parsed.faults.map(({ setting }) => setting) }
}

/** Officers and audit of the installation, also while the service runs. */
export async function openDeskStores(config: Config) {
  const log = createLog({ level: 'silent' })
  const key = auditKey(keyRingOf(config))
  const database = await joinDatabase(config.storage, log)
  const officers = createOfficerStore(database.connection)
  const audit = createAuditStore(database.connection, { clock: systemClock, log, ...(key ? { key } : {}) })
  await ensureIndexes(database.connection)
  return { officers, audit, key, close: () => database.close() }
}
