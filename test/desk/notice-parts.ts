import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type mongoose from 'mongoose'
import { parse } from 'yaml'
import { figuresTexts } from '../../src/desk/figures/figures-texts.ts'
import type { WaysOut } from '../../src/desk/notices/deliver-notice.ts'
import type { NoticeStore } from '../../src/desk/notices/notice.ts'
import { noticeTexts } from '../../src/desk/notices/notice-texts.ts'
import { createOfficerNotices, type OfficerNotices } from '../../src/desk/notices/officer-notices.ts'
import type { OfficerStore } from '../../src/desk/officer.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { createLog, type Log } from '../../src/lib/log.ts'
import { loadTexts } from '../../src/lib/texts.ts'
import { mayRemindAt } from '../../src/reports/reminders.ts'
import type { ReportStore } from '../../src/reports/report-store.ts'
import { createNoticeStore } from '../../src/storage/notice-store.ts'
import { clockTexts, shippedClocks } from '../reports/read-clocks.ts'

const root = join(import.meta.dirname, '../..')
const read = (name: string) => parse(readFileSync(join(root, `data/texts/${name}.yaml`), 'utf8'))

export const noticeWords = loadTexts(read('notices'), noticeTexts)
export const figuresWords = loadTexts(read('figures'), figuresTexts)
export const noticeParts = { texts: noticeWords, clockTexts, calendar: shippedClocks().calendar }

export interface TestNotices {
  noticeStore: NoticeStore
  notices: OfficerNotices
}

/** Notices over a real database, with the ways out that are given. */
export function openTestNotices(
  connection: mongoose.Connection,
  parts: {
    officers: Pick<OfficerStore, 'list'>
    reports: Pick<ReportStore, 'findByRef'>
    clock: Clock
    log?: Log
  } & WaysOut,
): TestNotices {
  const { clocks, calendar } = shippedClocks()
  const noticeStore = createNoticeStore(connection, { keepDays: 180 })
  const notices = createOfficerNotices({
    ...noticeParts,
    log: createLog({ level: 'silent' }),
    ...parts,
    store: noticeStore,
    mayRemindAt: (now) => mayRemindAt(clocks.reminders, calendar, now),
    serviceUrl: 'https://hoidap.example.gov.vn',
  })
  return { noticeStore, notices }
}
