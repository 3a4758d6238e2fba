import { type Dossier, isPaused } from '../../dossiers/dossier.ts'
import { promisedDay, type Timeliness, timelinessOf } from '../../dossiers/timeliness.ts'
import { daysBetween } from '../../lib/working-days/day.ts'
import type { Tone } from '../components/badge.tsx'
import { displayDay } from '../display-time.ts'
import type { DossierDeskTexts } from './dossier-desk-texts.ts'

/** How a dossier stands, for a row of the list. */
export interface Standing {
  timeliness: Timeliness
  words: string
  tone: Tone
  /** How many days, or since when. */
  more?: string
  /** The day it is measured against, when that is no longer the day promised now. */
  firstDay?: string
}

export function standingOf(dossier: Dossier, today: string, texts: DossierDeskTexts): Standing {
  const timeliness = timelinessOf(dossier, today)
  const promised = promisedDay(dossier)
  return {
    timeliness,
    words: wordsOf(timeliness, texts),
    tone: toneOf(timeliness),
    ...moreOf(timeliness, texts),
    ...(promised !== undefined && promised !== dossier.dueDay ? { firstDay: promised } : {}),
  }
}

function wordsOf(timeliness: Timeliness, texts: DossierDeskTexts): string {
  switch (timeliness.kind) {
    case 'open-in-time':
      return timeliness.daysLeft === 0
        ? texts.say('dossier-desk.standing.due-today')
        : texts.say('dossier-desk.standing.open-in-time', { days: timeliness.daysLeft })
    default:
      return texts.say(`dossier-desk.standing.${timeliness.kind}`)
  }
}

function moreOf(timeliness: Timeliness, texts: DossierDeskTexts): { more?: string } {
  switch (timeliness.kind) {
    case 'late':
    case 'open-overdue':
    case 'early':
      return { more: texts.say('dossier-desk.standing.days', { days: timeliness.days }) }
    case 'paused':
      return timeliness.since === undefined
        ? {}
        : { more: texts.say('dossier-desk.standing.since', { day: displayDay(timeliness.since) }) }
    default:
      return {}
  }
}

function toneOf(timeliness: Timeliness): Tone {
  switch (timeliness.kind) {
    case 'late':
    case 'open-overdue':
      return 'bad'
    case 'early':
    case 'on-time':
      return 'good'
    case 'open-in-time':
      return timeliness.daysLeft <= 2 ? 'warn' : 'plain'
    default:
      return 'plain'
  }
}

/** How it was judged, in sentences that name the days. */
export function judgedSentences(
  dossier: Dossier,
  today: string,
  texts: DossierDeskTexts,
  statusName: string,
): string[] {
  const timeliness = timelinessOf(dossier, today)
  const promised = promisedDay(dossier)
  const sentences = [verdict()]
  const { firstDueDay, dueDay, dueChanges } = dossier
  for (const change of dueChanges) {
    if (change.kind !== 'pause') continue
    const days = daysBetween(change.from, change.to)
    sentences.push(texts.say('dossier-desk.judged.moved', { days, decision: change.decision }))
  }
  if (firstDueDay !== undefined && promised !== undefined && dueDay !== undefined && dueDay > promised) {
    sentences.push(
      texts.say('dossier-desk.judged.re-dated', { due: displayDay(dueDay), promised: displayDay(promised) }),
    )
  }
  if (timeliness.kind === 'open-overdue' && isPaused(dossier.status)) {
    sentences.push(texts.say('dossier-desk.judged.paused-too-late'))
  }
  return sentences

  function verdict(): string {
    const day = promised === undefined ? '' : displayDay(promised)
    const done = dossier.doneDay === undefined ? '' : displayDay(dossier.doneDay)
    switch (timeliness.kind) {
      case 'early':
        return texts.say('dossier-desk.judged.early', { done, promised: day, days: timeliness.days })
      case 'on-time':
        return texts.say('dossier-desk.judged.on-time', { done })
      case 'late':
        return texts.say('dossier-desk.judged.late', { done, promised: day, days: timeliness.days })
      case 'done-without-due':
        return texts.say('dossier-desk.judged.done-without-due', { done })
      case 'open-in-time':
        return texts.say('dossier-desk.judged.open-in-time', { promised: day, days: timeliness.daysLeft })
      case 'open-overdue':
        return texts.say('dossier-desk.judged.open-overdue', { promised: day, days: timeliness.days })
      case 'open-without-due':
        return texts.say('dossier-desk.judged.open-without-due')
      case 'paused':
        return texts.say('dossier-desk.judged.paused')
      case 'not-counted':
        return texts.say('dossier-desk.judged.not-counted', { status: statusName })
    }
  }
}
