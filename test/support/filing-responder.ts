import type mongoose from 'mongoose'
import { parse } from 'yaml'
import type { DialogContext } from '../../src/conversation/dialogs/dialog-context.ts'
import { readMemory } from '../../src/conversation/dialogs/report/draft.ts'
import type {
  ReportContext,
  ReportTalkParts,
} from '../../src/conversation/dialogs/report/report-talk-parts.ts'
import { reportTexts } from '../../src/conversation/dialogs/report/report-texts.ts'
import { createReporterNews } from '../../src/conversation/dialogs/report/reporter-news.ts'
import { sendReport } from '../../src/conversation/dialogs/report/send-report.ts'
import type { UnitOfWork } from '../../src/conversation/turn/botkit-turn.ts'
import { forgottenState } from '../../src/conversation/turn/conversation.ts'
import { createConversationNames } from '../../src/conversation/turn/names.ts'
import type { Respond } from '../../src/conversation/turn/run-turns.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { loadTexts } from '../../src/lib/texts.ts'
import { createConversationStore } from '../../src/storage/conversation-store.ts'
import { createIdentityStore } from '../../src/storage/identity-store.ts'
import { createRecordCodec } from '../../src/storage/record-codec.ts'
import { openReports, reportSettings } from '../reports/open-reports.ts'
import { clockTexts, source } from '../reports/read-clocks.ts'
import { keyRingNamed } from './key-ring.ts'

/**
 * The last step of the report dialog with the real domain behind it: any message sends the draft that stands in the
 * conversation. Botkit and most of the content are left out, since the process starts a hundred times.
 */
export async function createFilingResponder(connection: mongoose.Connection): Promise<Respond> {
  const keyRing = keyRingNamed('crash')
  const texts = loadTexts(parse(source('data/texts/report.yaml').text), reportTexts)
  const nameOf = createConversationNames()
  const news = createReporterNews({
    identities: createIdentityStore(connection, keyRing),
    conversations: createConversationStore(connection, createRecordCodec(keyRing)),
    nameOf,
    texts,
    clock: systemClock,
  })
  const { reports, hasher } = openReports(connection, { keyRing, clock: systemClock, listeners: [news] })
  const parts: Partial<ReportTalkParts> = {
    reports,
    hasher,
    settings: reportSettings,
    clockTexts,
    texts,
    nameOf,
    clock: systemClock,
  }
  const context = { reports: parts } as DialogContext as ReportContext
  return async (turn) => {
    const unit: UnitOfWork = { turn, replies: [], state: turn.state }
    const { draft } = readMemory(unit.state).memory
    if (!draft) return { replies: [{ text: 'no draft' }], state: turn.state }
    await sendReport(unit, context, draft)
    const { replies, state, forgetAll } = unit
    return forgetAll ? { replies, state: forgottenState(state), forgetAll } : { replies, state }
  }
}
