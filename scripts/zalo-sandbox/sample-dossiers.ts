import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { displayDate } from '../../src/catalogue/answers/display.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { vietnamDay } from '../../src/lib/vietnam-time.ts'
import { addDays } from '../../src/lib/working-days/day.ts'

/** A dossier as the software of the one-stop desk would send it, moved on by hand. */
export interface SampleDossier {
  code: string
  /** Of the telephone that stands in it. */
  lastFour: string
  status: SampleStatus
}
export const sampleStatuses = ['processing', 'ready', 'returned'] as const
export type SampleStatus = (typeof sampleStatuses)[number]

export interface SampleDossiers {
  all(): readonly SampleDossier[]
  /** Resolves when the bot has taken it. */
  move(code: string, to: SampleStatus): Promise<void>
  /** From now on the bot is told; it takes the dossiers as they are. */
  connect(bot: { url: string; apiKey: string }): Promise<void>
}

const samples = [
  { number: '0361', telephone: '0905123456', daysAgo: 5 },
  { number: '0362', telephone: '0905654321', daysAgo: 4 },
]
const dueInDays = 10
const procedureCode = '1.014199'
const columnsSchema = z.object({
  columns: z.record(z.string(), z.array(z.string()).min(1)),
  statuses: z.record(z.string(), z.array(z.string()).min(1)),
})

/** Their days follow from the clock at the start. */
export function createSampleDossiers(clock: Clock): SampleDossiers {
  const { columns, statuses } = columnsSchema.parse(parse(readFileSync('data/dossier-columns.yaml', 'utf8')))
  const today = vietnamDay(clock.now())
  const rows = samples.map(({ number, telephone, daysAgo }) => {
    const received = addDays(today, -daysAgo)
    const code = `H32.14-${received.slice(2).replaceAll('-', '')}-${number}`
    const lastFour = telephone.slice(-4)
    const dossier: SampleDossier = { code, lastFour, status: 'processing' }
    return { dossier, telephone, received, done: '', returned: '' }
  })
  let send: ((records: unknown[]) => Promise<void>) | undefined

  const recordOf = ({ dossier, telephone, received, done, returned }: (typeof rows)[number]) => {
    const day = (value: string) => (value === '' ? '' : displayDate(value))
    const cells = {
      code: dossier.code,
      procedureCode,
      telephone,
      received: day(received),
      due: day(addDays(received, dueInDays)),
      done: day(done),
      returned: day(returned),
    }
    const named = Object.entries(cells).map(([key, value]) => [columns[key]![0]!, value])
    return Object.fromEntries([...named, [columns.status![0]!, statuses[dossier.status]![0]!]])
  }

  return {
    all: () => (send ? rows.map(({ dossier }) => dossier) : []),
    async move(code, to) {
      const row = rows.find(({ dossier }) => dossier.code === code)
      if (!row || sampleStatuses.indexOf(to) <= sampleStatuses.indexOf(row.dossier.status)) return
      const now = vietnamDay(clock.now())
      row.dossier.status = to
      row.done ||= now
      if (to === 'returned') row.returned = now
      await send?.([recordOf(row)])
    },
    async connect({ url, apiKey }) {
      send = async (records) => {
        const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }
        const response = await fetch(`${url}/api/dossiers`, {
          method: 'POST',
          headers,
          body: JSON.stringify(records),
        })
        if (!response.ok) throw new Error(`dossiers: ${response.status} ${await response.text()}`)
      }
      await send(rows.map(recordOf))
    },
  }
}
