import { UUID } from 'bson'
import type { Command } from './command.ts'

const noTransactions: Command = { fields: [], run: () => ({ ok: 1 }) }

export const sessionCommands: Record<string, Command> = {
  startSession: { fields: [], run: () => ({ id: { id: new UUID() }, timeoutMinutes: 30, ok: 1 }) },
  endSessions: noTransactions,
  killSessions: noTransactions,
  refreshSessions: noTransactions,
}
