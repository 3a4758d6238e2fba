import { z } from 'zod'
import { type CheckTexts, parseCheckedYaml } from '../lib/checked-yaml.ts'
import type { Problem } from '../lib/problem.ts'
import { columnKey } from './column-key.ts'
import { type DossierChannel, type DossierStatus, dossierStatuses, filingChannels } from './dossier.ts'
import type { DossierTexts } from './dossier-texts.ts'

/** What a file can tell of a dossier. Everything else in it is left where it is. */
export const dossierColumns = [
  'code',
  'procedureCode',
  'procedureName',
  'field',
  'unit',
  'channel',
  'telephone',
  'received',
  'due',
  'firstDue',
  'newDue',
  'done',
  'returned',
  'status',
  'updated',
  'pausedFrom',
  'pausedUntil',
  'pauseDecision',
] as const
export type DossierColumn = (typeof dossierColumns)[number]

/** Without these nothing can be said of a dossier. */
export const neededColumns = ['code', 'received', 'due', 'status'] as const satisfies readonly DossierColumn[]

/** `data/dossier-columns.yaml`, made ready for looking up. */
export interface ColumnMapping {
  columnOf(header: string): DossierColumn | undefined
  /** Named as personal: read over on purpose. */
  isLeftOut(header: string): boolean
  statusOf(word: string): DossierStatus | undefined
  channelOf(word: string): DossierChannel | undefined
  /** The first name of a column or status in the file: how it is called in messages. */
  columnName(column: DossierColumn): string
  statusName(status: DossierStatus): string
  /** All status names, for telling what a cell may hold. */
  statusNames(): string[]
}

const names = z.array(z.string().min(1)).min(1)
const mappingSchema = z.strictObject({
  columns: z.strictObject(byKey(dossierColumns)),
  leftOut: names,
  statuses: z.strictObject(byKey(dossierStatuses)),
  channels: z.strictObject(byKey(filingChannels)),
})

function byKey<K extends string>(keys: readonly K[]): Record<K, typeof names> {
  return Object.fromEntries(keys.map((key) => [key, names])) as Record<K, typeof names>
}

export type ParsedColumnMapping =
  | { kind: 'mapping'; mapping: ColumnMapping }
  | { kind: 'problems'; problems: Problem[] }

export function parseColumnMapping(
  file: { name: string; text: string },
  checks: CheckTexts,
  texts: DossierTexts,
): ParsedColumnMapping {
  const parsed = parseCheckedYaml(file.name, file.text, mappingSchema, checks)
  if (parsed.kind === 'problems') return parsed
  const { columns, leftOut, statuses, channels } = parsed.value
  const problems: Problem[] = []

  /** A name that stands for two things would be taken for one of them at random. */
  function index<T>(rows: readonly { value: T; names: readonly string[]; path: readonly PropertyKey[] }[]) {
    const found = new Map<string, { value: T; name: string }>()
    for (const { value, names, path } of rows) {
      for (const [position, name] of names.entries()) {
        const key = columnKey(name)
        const other = found.get(key)
        if (other && other.value !== value) {
          const message = texts.say('dossier.mapping.same-name', { name, other: String(other.value) })
          problems.push({
            file: file.name,
            line: parsed.kind === 'parsed' ? parsed.lineOf([...path, position]) : 1,
            message,
          })
        }
        found.set(key, { value, name })
      }
    }
    return found
  }

  const headers = index<DossierColumn | 'leftOut'>([
    ...dossierColumns.map((value) => ({ value, names: columns[value], path: ['columns', value] })),
    { value: 'leftOut' as const, names: leftOut, path: ['leftOut'] },
  ])
  const statusWords = index(
    dossierStatuses.map((value) => ({ value, names: statuses[value], path: ['statuses', value] })),
  )
  const channelWords = index(
    filingChannels.map((value) => ({ value, names: channels[value], path: ['channels', value] })),
  )
  if (problems.length > 0) return { kind: 'problems', problems }

  const statusOf = remembered((word) => statusWords.get(columnKey(word))?.value)
  const channelOf = remembered((word) => channelWords.get(columnKey(word))?.value)
  return {
    kind: 'mapping',
    mapping: {
      columnOf(header) {
        const found = headers.get(columnKey(header))?.value
        return found === 'leftOut' ? undefined : found
      },
      isLeftOut: (header) => headers.get(columnKey(header))?.value === 'leftOut',
      statusOf,
      channelOf,
      columnName: (column) => columns[column][0]!,
      statusName: (status) => statuses[status][0]!,
      statusNames: () => dossierStatuses.map((status) => statuses[status][0]!),
    },
  }
}

/** A file says the same few words a hundred thousand times. Words without an answer are not kept: there is no end of them. */
function remembered<T>(look: (word: string) => T | undefined): (word: string) => T | undefined {
  const known = new Map<string, T>()
  return (word) => {
    const before = known.get(word)
    if (before !== undefined) return before
    const found = look(word)
    if (found !== undefined && known.size < 1_000) known.set(word, found)
    return found
  }
}
