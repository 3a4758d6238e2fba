import type { Problem } from '../../lib/problem.ts'
import { addDays } from '../../lib/working-days/day.ts'
import type { ColumnMapping, DossierColumn } from '../column-mapping.ts'
import { lastDigitsOf } from '../digits-hash.ts'
import { type DossierStatus, isClosed, isDone } from '../dossier.ts'
import { type DossierCode, parseDossierCode } from '../dossier-code.ts'
import type { DossierFacts } from '../dossier-facts.ts'
import type { DossierTexts } from '../dossier-texts.ts'
import { vietnameseDay } from '../say-day.ts'
import type { Header } from './find-header.ts'
import { readDay } from './read-day.ts'
import type { Cell, DaySystem, TableRow } from './table.ts'

export interface RowRules {
  file: string
  format: 'csv' | 'xlsx'
  daySystem: DaySystem
  mapping: ColumnMapping
  texts: DossierTexts
  now: Date
  /** The day of `now`. */
  today: string
}

export type ReadRow = { kind: 'facts'; facts: DossierFacts } | { kind: 'problems'; problems: Problem[] }

/** The one-stop law of 2018 is the oldest from which codes of this form come; older dossiers have no such code. */
const firstDay = '2000-01-01'
/** The longest published procedures take two years or so; ten is a slip of the pen. */
const maxPromiseDays = 3_660
const maxNameChars = 500

/** Checks all of a row and names every fault, not only the first. */
export function readRow(row: TableRow, header: Header, rules: RowRules): ReadRow {
  return new RowReader(row, header, rules).read()
}

class RowReader {
  readonly #problems: Problem[] = []
  readonly #row: TableRow
  readonly #header: Header
  readonly #rules: RowRules
  readonly #today: string

  constructor(row: TableRow, header: Header, rules: RowRules) {
    this.#row = row
    this.#header = header
    this.#rules = rules
    this.#today = rules.today
  }

  read(): ReadRow {
    const { texts } = this.#rules
    if (this.#row.cells.slice(this.#header.width).some((cell) => cell !== undefined)) {
      this.#fault(undefined, texts.say('dossier.row.too-wide', { width: this.#header.width }))
      return { kind: 'problems', problems: this.#problems }
    }
    const code = this.#code()
    const status = this.#status()
    const receivedDay = this.#received()
    const due = this.#dues(receivedDay)
    const done = this.#results(receivedDay, status)
    const pause = this.#pause(receivedDay)
    const updatedAt = this.#updated()
    const procedureCode = this.#procedureCode()
    if (this.#problems.length > 0) return { kind: 'problems', problems: this.#problems }
    const channel = this.#text('channel')
    const facts: DossierFacts = {
      code: code!,
      status: status!,
      receivedDay: receivedDay!,
      updatedAt,
      procedureCode,
      procedureName: this.#name('procedureName'),
      field: this.#name('field'),
      unit: this.#name('unit'),
      channel: channel === undefined ? undefined : this.#rules.mapping.channelOf(channel),
      ...due,
      ...done,
      ...(pause ? { pause } : {}),
      lastDigits: lastDigitsOf(this.#text('telephone') ?? ''),
    }
    return { kind: 'facts', facts: withoutUndefined(facts) }
  }

  #code(): DossierCode | undefined {
    const { texts } = this.#rules
    const text = this.#text('code')
    if (text === undefined) return this.#fault('code', texts.say('dossier.row.no-code'))
    const parsed = parseDossierCode(text, this.#today)
    const code = shown(text)
    switch (parsed.kind) {
      case 'code':
        return parsed.code
      case 'impossible-day':
        return this.#fault('code', texts.say('dossier.row.code-day', { code }))
      case 'future-day':
        return this.#fault('code', texts.say('dossier.row.code-future', { code }))
      case 'not-a-code': {
        const { suggestion } = parsed
        const message = suggestion
          ? texts.say('dossier.row.code-letter-o', { code, suggestion })
          : texts.say('dossier.row.wrong-code', { code })
        return this.#fault('code', message)
      }
    }
  }

  #status(): DossierStatus | undefined {
    const { texts, mapping } = this.#rules
    const text = this.#text('status')
    if (text === undefined) return this.#fault('status', texts.say('dossier.row.no-status'))
    const names = mapping.statusNames().join(', ')
    return (
      mapping.statusOf(text) ??
      this.#fault('status', texts.say('dossier.row.unknown-status', { status: shown(text), names }))
    )
  }

  #received(): string | undefined {
    const { texts } = this.#rules
    if (!this.#cell('received')) return this.#fault('received', texts.say('dossier.row.no-received'))
    const day = this.#day('received')
    if (day === undefined) return undefined
    if (day > this.#today)
      return this.#fault('received', texts.say('dossier.row.future', { day: vietnameseDay(day) }))
    if (day < firstDay)
      return this.#fault('received', texts.say('dossier.row.too-old', { day: vietnameseDay(day) }))
    return day
  }

  /** "Ngày hẹn trả" is the present promise, unless the file has a later one in a column of its own. */
  #dues(received: string | undefined): Pick<DossierFacts, 'firstDueDay' | 'dueDay'> {
    const { texts } = this.#rules
    const promised = (column: DossierColumn) => {
      const day = this.#day(column)
      if (day === undefined || received === undefined) return day
      const words = () => ({ day: vietnameseDay(day), received: vietnameseDay(received) })
      if (day < received) return this.#fault(column, texts.say('dossier.row.due-before-received', words()))
      if (day > addDays(received, maxPromiseDays))
        return this.#fault(column, texts.say('dossier.row.due-too-far', words()))
      return day
    }
    const [due, first, moved] = [promised('due'), promised('firstDue'), promised('newDue')]
    const firstDueDay = first ?? (moved === undefined ? undefined : due)
    return { firstDueDay, dueDay: moved ?? due ?? first }
  }

  #results(
    received: string | undefined,
    status: DossierStatus | undefined,
  ): Pick<DossierFacts, 'doneDay' | 'returnedDay'> {
    const { texts, mapping } = this.#rules
    const past = (column: DossierColumn) => {
      const day = this.#day(column)
      if (day === undefined) return undefined
      if (day > this.#today)
        return this.#fault(column, texts.say('dossier.row.future', { day: vietnameseDay(day) }))
      if (received !== undefined && day < received) {
        const both = { day: vietnameseDay(day), received: vietnameseDay(received) }
        return this.#fault(column, texts.say('dossier.row.result-before-received', both))
      }
      return day
    }
    const before = this.#problems.length
    const [done, returned] = [past('done'), past('returned')]
    if (status === undefined || this.#problems.length > before) return {}
    const name = mapping.statusName(status)
    if (isDone(status) && done === undefined && returned === undefined) {
      this.#fault('status', texts.say('dossier.row.no-result-day', { status: name }))
    } else if (!isClosed(status) && (done ?? returned) !== undefined) {
      const column = done === undefined ? 'returned' : 'done'
      this.#fault(column, texts.say('dossier.row.result-without-end', { status: name }))
    } else if (done !== undefined && returned !== undefined && returned < done) {
      const words = { done: vietnameseDay(done), returned: vietnameseDay(returned) }
      this.#fault('returned', texts.say('dossier.row.returned-before-done', words))
    }
    if (!isDone(status)) return {}
    return { doneDay: done ?? returned, ...(status === 'returned' ? { returnedDay: returned } : {}) }
  }

  #pause(received: string | undefined): DossierFacts['pause'] {
    const { texts } = this.#rules
    const from = this.#day('pausedFrom')
    const until = this.#day('pausedUntil')
    const decision = this.#text('pauseDecision')
    if (from === undefined && until === undefined && decision === undefined) return undefined
    if (from !== undefined && received !== undefined && from < received) {
      return this.#fault(
        'pausedFrom',
        texts.say('dossier.row.pause-before-received', { day: vietnameseDay(from) }),
      )
    }
    if (until !== undefined && (from === undefined || until < from)) {
      return this.#fault(
        'pausedUntil',
        texts.say('dossier.row.pause-ends-first', { day: vietnameseDay(until) }),
      )
    }
    if (decision !== undefined && (decision.length > 60 || !/\d/.test(decision))) {
      return this.#fault('pauseDecision', texts.say('dossier.row.no-document-number'))
    }
    return withoutUndefined({ from, until, decision })
  }

  #updated(): Date | undefined {
    const { texts, now } = this.#rules
    const read = this.#readDay('updated')
    if (read === undefined) return undefined
    if (read.at <= now) return read.at
    return this.#fault('updated', texts.say('dossier.row.future', { day: vietnameseDay(read.day) }))
  }

  /** A spreadsheet takes "1.014200" for a number and drops the zeros at its end. */
  #procedureCode(): string | undefined {
    const cell = this.#cell('procedureCode')
    const text = cell?.kind === 'number' ? cell.number.toFixed(6) : this.#text('procedureCode')
    if (text === undefined) return undefined
    const national = /^(\d\.\d{6})(?:\.\d{3}\.\d{2}\.\d{2})?(?:\.[A-Z]\d{2})?$/.exec(
      text.replace(/\s/g, ''),
    )?.[1]
    const message = () => this.#rules.texts.say('dossier.row.wrong-procedure', { code: shown(text) })
    return national ?? this.#fault('procedureCode', message())
  }

  #name(column: DossierColumn): string | undefined {
    return this.#text(column)?.slice(0, maxNameChars)
  }

  #text(column: DossierColumn): string | undefined {
    const cell = this.#cell(column)
    if (cell?.kind === 'error') return undefined
    return cell?.kind === 'number' ? String(cell.number) : cell?.text
  }

  #cell(column: DossierColumn): Cell | undefined {
    const position = this.#header.positions.get(column)
    return position === undefined ? undefined : this.#row.cells[position]
  }

  #day(column: DossierColumn): string | undefined {
    return this.#readDay(column)?.day
  }

  #readDay(column: DossierColumn): { day: string; at: Date } | undefined {
    const cell = this.#cell(column)
    if (!cell) return undefined
    const { texts, daySystem } = this.#rules
    const read = readDay(cell, daySystem)
    if (read.kind === 'day') return read
    const text = shown(cell.kind === 'number' ? String(cell.number) : cell.text)
    switch (read.kind) {
      case 'impossible':
        return this.#fault(column, texts.say('dossier.row.impossible-day', { text }))
      case 'short-year':
        return this.#fault(column, texts.say('dossier.row.short-year', { text }))
      case 'month-first':
        return this.#fault(column, texts.say('dossier.row.month-first', { text }))
      case 'not-a-day':
        return this.#fault(column, texts.say('dossier.row.not-a-day', { text }))
    }
  }

  #fault(column: DossierColumn | undefined, message: string): undefined {
    const { file, format, mapping, texts } = this.#rules
    const position = column === undefined ? undefined : this.#header.positions.get(column)
    const words = column === undefined ? '' : mapping.columnName(column)
    const placed =
      column === undefined
        ? message
        : format === 'xlsx' && position !== undefined
          ? texts.say('dossier.row.in-cell', {
              cell: cellName(position, this.#row.line),
              column: words,
              message,
            })
          : texts.say('dossier.row.in-column', { column: words, message })
    this.#problems.push({ file, line: this.#row.line, message: placed })
    return undefined
  }
}

/** A table that has slipped by a column shows somebody's name here, so never more than a code needs. */
function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}

/** 7, 12 → "H12". */
export function cellName(position: number, line: number): string {
  let letters = ''
  for (let left = position + 1; left > 0; left = Math.floor((left - 1) / 26)) {
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters
  }
  return `${letters}${line}`
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T
}
