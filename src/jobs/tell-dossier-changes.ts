import { type Dossier, type DossierEvent, isClosed } from '../dossiers/dossier.ts'
import type { DossierLink, HandedOver, LinkStore, OnHandedOver } from '../dossiers/dossier-links.ts'
import type { ReviewStore } from '../dossiers/dossier-reviews.ts'
import type { DossierStore } from '../dossiers/dossier-store.ts'
import type { Job } from './job.ts'

export interface DossierChangesParts {
  store: Pick<DossierStore, 'untoldEvents' | 'findMany' | 'markTold'>
  links: Pick<LinkStore, 'ofDossier' | 'endAt'>
  reviews: Pick<ReviewStore, 'put'>
  /** Puts the news into the outboxes of the linked; queued once, however often it is called. */
  tellLinked: (event: DossierEvent, dossier: Dossier, now: Date) => Promise<DossierLink[]>
  onHandedOver: OnHandedOver
  /** One-way; see `HandedOver`. */
  tokenOf: (code: Dossier['code']) => string
  /** After the last news a link stays so long: the question of the survey can still be sent. */
  linkDaysAfterEnd: number
}

const batch = 200
const dayMs = 86_400_000

/** News of what the last imports changed. A run that breaks off is taken up where it was: nothing is queued twice. */
export function tellDossierChanges(parts: DossierChangesParts): Job {
  return {
    name: 'tell-dossier-changes',
    cron: '* * * * *',
    async run(now, signal) {
      // One that cannot be told holds up no other; the next run tries it again.
      const failed = new Map<string, unknown>()
      while (!signal.aborted) {
        const events = (await parts.store.untoldEvents(batch)).filter(({ id }) => !failed.has(id))
        if (events.length === 0) break
        const codes = [...new Set(events.map(({ code }) => code))]
        const found = await parts.store.findMany(codes)
        const dossiers = new Map(found.map((dossier) => [dossier.code, dossier]))
        const told: string[] = []
        for (const event of events) {
          if (signal.aborted) break
          const dossier = dossiers.get(event.code)
          try {
            // Erased since.
            if (dossier) await tell(event, dossier, now, parts)
            told.push(event.id)
          } catch (error) {
            failed.set(event.id, error)
          }
        }
        await parts.store.markTold(told)
      }
      for (const error of failed.values()) throw error
    },
  }
}

async function tell(
  event: DossierEvent,
  dossier: Dossier,
  now: Date,
  parts: DossierChangesParts,
): Promise<void> {
  const { links, reviews, tellLinked, onHandedOver, tokenOf, linkDaysAfterEnd } = parts
  if (event.isBackward) {
    const { id, code } = event
    const { from, to } = event.status ?? { from: dossier.status, to: dossier.status }
    await reviews.put([{ kind: 'backward', id: `backward:${id}`, code, madeAt: now, from, to }])
    return
  }
  const linked = await tellLinked(event, dossier, now)
  if (event.status?.to === 'returned' && linked.length > 0) {
    await onHandedOver(handedOver(dossier, linked, tokenOf(dossier.code), now))
  }
  const isLast = event.status !== undefined && isClosed(event.status.to) && event.status.to !== 'ready'
  if (isLast) await links.endAt(dossier.code, new Date(now.getTime() + linkDaysAfterEnd * dayMs))
}

function handedOver(
  dossier: Dossier,
  linked: readonly DossierLink[],
  dossierToken: string,
  toldAt: Date,
): HandedOver {
  const { procedureCode, procedureName, field, unit, channel, returnedDay } = dossier
  return {
    dossierToken,
    conversations: linked.map(({ conversation }) => conversation),
    ...(procedureCode === undefined ? {} : { procedureCode }),
    ...(procedureName === undefined ? {} : { procedureName }),
    ...(field === undefined ? {} : { field }),
    ...(unit === undefined ? {} : { unit }),
    ...(channel === undefined ? {} : { channel }),
    ...(returnedDay === undefined ? {} : { returnedDay }),
    toldAt,
  }
}
