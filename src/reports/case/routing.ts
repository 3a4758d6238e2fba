import { fold } from '../../catalogue/entry.ts'
import type { ReportContent, ReportKind, ReportQueue } from '../report.ts'
import type { ReportSettings } from '../report-settings.ts'
import { unitKey } from './access.ts'

/** Whom a report may be about. */
export interface KnownOfficer {
  id: string
  name: string
  unit?: string
  isLeader: boolean
}

export interface Routed {
  queue: ReportQueue
  concerns: { officers: string[]; units: string[] }
}

/**
 * Who the words of a report name, and where it goes by that. Names are compared without marks and with blanks around,
 * so "ong Tran Van Ba" is found. A name that several bear counts for all of them: hidden from one too many is mended by
 * intake at the desk, shown to one too many is not.
 */
export function routeReport(
  report: { kind: ReportKind; content: Pick<ReportContent, 'story' | 'place' | 'people' | 'payment'> },
  officers: readonly KnownOfficer[],
  settings: Pick<ReportSettings, 'queues'>,
): Routed {
  const { story, place = '', people = '', payment } = report.content
  const fields = [story, place, people, payment?.counter ?? '']
  // Each with blanks of its own around it: the end of one and the beginning of the next are no name together.
  const words = fields.map((text) => ` ${folded(text)} `).join('|')
  const named = officers.filter(({ name }) => mentions(words, name))
  const units = new Set(
    officers.flatMap(({ unit }) => (unit !== undefined && mentions(words, unit) ? [unitKey(unit)] : [])),
  )
  return {
    queue: queueFor(
      report.kind,
      named.some(({ isLeader }) => isLeader),
      settings,
    ),
    concerns: { officers: named.map(({ id }) => id), units: [...units] },
  }
}

export function queueFor(
  kind: ReportKind,
  isAboutLeader: boolean,
  { queues }: Pick<ReportSettings, 'queues'>,
): ReportQueue {
  return isAboutLeader ? 'outside' : queues[kind]
}

/** A single syllable ("Ba", "Lan") is a word of every other sentence, so it names nobody. */
function mentions(words: string, name: string): boolean {
  const wanted = folded(name)
  return wanted.includes(' ') && words.includes(` ${wanted} `)
}

function folded(text: string): string {
  return fold(text)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
