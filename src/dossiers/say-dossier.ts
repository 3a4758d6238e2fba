import { vietnamDay } from '../lib/vietnam-time.ts'
import type { Dossier, DossierEvent } from './dossier.ts'
import type { DossierTexts } from './dossier-texts.ts'
import { vietnameseDay } from './say-day.ts'
import { promisedDay, timelinessOf } from './timeliness.ts'

type Told = Pick<Dossier, 'code' | 'procedureName' | 'unit'>

/** "Hồ sơ 000.00.06.H32-261120-0361 – Cấp giấy phép lao động" */
export function dossierName({ code, procedureName }: Told, texts: DossierTexts): string {
  if (procedureName === undefined) return texts.say('dossier.name-bare', { code })
  return texts.say('dossier.name', { code, procedure: procedureName })
}

/**
 * Where it stands, for the one who has shown that it is theirs: the status, the promised day, what is late, and the day
 * of the records that say so. Never whose it is.
 */
export function sayDossier(dossier: Dossier, today: string, texts: DossierTexts): string {
  const lines = [sayStatus(dossier, texts)]
  const timeliness = timelinessOf(dossier, today)
  const { dueDay, firstDueDay } = dossier
  const isOpen = timeliness.kind === 'open-in-time' || timeliness.kind === 'open-overdue'
  if (isOpen && dueDay !== undefined) {
    const day = vietnameseDay(dueDay)
    const first = firstDueDay === undefined || firstDueDay === dueDay ? undefined : vietnameseDay(firstDueDay)
    lines.push(first ? texts.say('dossier.due-first', { day, first }) : texts.say('dossier.due', { day }))
  }
  if (timeliness.kind === 'open-overdue') {
    const day = vietnameseDay(promisedDay(dossier)!)
    lines.push(texts.say('dossier.overdue', { days: timeliness.days, day }))
  }
  if (timeliness.kind === 'paused' && timeliness.since !== undefined) {
    lines.push(texts.say('dossier.paused', { day: vietnameseDay(timeliness.since) }))
  }
  lines.push(texts.say('dossier.as-of', { day: vietnameseDay(vietnamDay(dossier.toldAt)) }))
  return lines.join('\n')
}

/** The news of an event; undefined for what a person has to look at first. */
export function sayEvent(event: DossierEvent, dossier: Dossier, texts: DossierTexts): string | undefined {
  if (event.isBackward) return undefined
  const lines: string[] = []
  if (event.status) lines.push(sayStatus({ ...dossier, status: event.status.to }, texts))
  if (event.due) {
    const day = vietnameseDay(event.due.to)
    lines.push(
      event.status
        ? texts.say('dossier.due', { day })
        : texts.say('dossier.news.due-moved', { dossier: dossierName(dossier, texts), day }),
    )
  }
  return lines.length > 0 ? lines.join('\n') : undefined
}

function sayStatus(told: Told & Pick<Dossier, 'status'>, texts: DossierTexts): string {
  const dossier = dossierName(told, texts)
  if (told.status === 'processing') {
    const unit = told.unit === undefined ? '' : texts.say('dossier.at-unit', { unit: told.unit })
    return texts.say('dossier.status.processing', { dossier, unit })
  }
  return texts.say(`dossier.status.${told.status}`, { dossier })
}
