import type { Clock } from '../../lib/clock.ts'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import { displayDay } from '../display-time.ts'
import type { OfficerStore } from '../officer.ts'
import type { NoticeTexts } from './notice-texts.ts'
import type { OfficerNotices } from './officer-notices.ts'

/** What is wrong with the consent of the Official Account. */
export type ZaloAlarm = { kind: 'lost'; code: number } | { kind: 'ending'; consentUntil: Date }

/** Tells the administrators, each once a day for as long as the alarm is raised. */
export function createZaloAlarm(parts: {
  notices: Pick<OfficerNotices, 'tellDigest'>
  officers: Pick<OfficerStore, 'list'>
  texts: NoticeTexts
  clock: Clock
}): (alarm: ZaloAlarm) => Promise<void> {
  const { notices, officers, texts, clock } = parts

  return async (alarm) => {
    const what =
      alarm.kind === 'lost'
        ? texts.say('notices.digest.zalo.lost', { code: alarm.code })
        : texts.say('notices.digest.zalo.ending', { day: displayDay(vietnamDay(alarm.consentUntil)) })
    const lines = [what, texts.say('notices.digest.zalo.mend')]
    const day = vietnamDay(clock.now())
    for (const officer of await officers.list()) {
      if (officer.disabledAt || !officer.roles.includes('admin')) continue
      await notices.tellDigest(officer, { of: 'zalo', day, lines })
    }
  }
}
