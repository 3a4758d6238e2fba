import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type SeededRandom, seededRandom, shuffled } from '../../src/surveys/seeded-random.ts'
import { type MadeCell, workbook } from '../dossiers/formats/made-workbook.ts'
import { windows1258 } from './windows-1258.ts'

/**
 * Exports of a one-stop software as offices get them, drawn from a seed. What becomes of a dossier is drawn first and its
 * days are made from that, so the counts here owe nothing to the rules of the program.
 */
export type MadeOutcome =
  | 'early'
  | 'on-time'
  | 'late'
  /** A later day was set without a decision: late against the first. */
  | 're-dated'
  /** Moved by a recorded decision for as long as the pause, and kept. */
  | 'paused-and-kept'
  | 'open-in-time'
  | 'open-overdue'
  | 'paused'
  /** Not taken in yet, refused, taken back. */
  | 'not-counted'

export type MadeStatus =
  | 'registered'
  | 'accepted'
  | 'refused'
  | 'processing'
  | 'supplement'
  | 'payment'
  | 'withdrawn'
  | 'stopped'
  | 'ready'
  | 'returned'

export interface MadeDossier {
  code: string
  status: MadeStatus
  outcome: MadeOutcome
  /** Undefined: the row has none that anybody could use. */
  telephone?: string
  hasSecondTelephone?: boolean
  channel: 'counter' | 'online' | 'post'
  procedure: { code: string; name: string; field: string }
  unit: string
  received: string
  due: string
  firstDue?: string
  newDue?: string
  done?: string
  returned?: string
  pausedFrom?: string
  pausedUntil?: string
  decision?: string
}

export const madeForms = [
  'xlsx',
  'csv-utf8',
  'csv-utf8-bom',
  'csv-utf16le',
  'csv-utf16be',
  'csv-windows1258',
  'json',
] as const
export type FileForm = (typeof madeForms)[number]

export interface MadeFile {
  name: string
  bytes: Buffer
  /** First line of each dossier in the file, as an editor or a spreadsheet counts; of JSON the number of the record. */
  lines: number[]
  /** A row with a line break in it goes on to this line. */
  lastLines: number[]
  unknownColumns: string[]
}

const procedures = [
  { code: '1.014199', name: 'Cấp giấy phép lao động cho người lao động nước ngoài', field: 'Việc làm' },
  { code: '1.000105', name: 'Báo cáo giải trình nhu cầu sử dụng lao động nước ngoài', field: 'Việc làm' },
  // Ends in zeros: a spreadsheet makes 1.00014 and 1.0142 of such.
  { code: '1.014200', name: 'Cấp lại giấy phép lao động', field: 'Việc làm' },
  { code: '2.000140', name: 'Hỗ trợ đào tạo nghề', field: 'Giáo dục nghề nghiệp' },
  {
    code: '1.010801',
    name: 'Giải quyết chế độ trợ cấp ưu đãi đối với thân nhân liệt sĩ',
    field: 'Người có công',
  },
  { code: '1.001776', name: 'Hưởng trợ cấp xã hội hằng tháng', field: 'Bảo trợ xã hội' },
] as const
const units = ['Phòng Việc làm', 'Phòng Người có công', 'Phòng Bảo trợ xã hội', 'Phòng Lao động, tiền lương']

interface Mapping {
  columns: Record<string, string[]>
  leftOut: string[]
  statuses: Record<MadeStatus, string[]>
  channels: Record<MadeDossier['channel'], string[]>
}
const mapping = parse(
  readFileSync(new URL('../../data/dossier-columns.yaml', import.meta.url), 'utf8'),
) as Mapping

const dayMs = 86_400_000
const plus = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
const pick = <T>(things: readonly T[], random: SeededRandom): T => things[random.below(things.length)]!

export interface TownOptions {
  /** Of each: results first, then dossiers of every other kind. */
  finished: number
  others: number
  today: string
  /** Of the finished, how many wait at the counter; the rest were handed over. A fifth when not given. */
  ready?: number
}

/** Dossiers of the last two months, no two alike in code. */
export function makeDossiers(seed: string, options: TownOptions): MadeDossier[] {
  const random = seededRandom(`dossiers|${seed}`)
  const { finished, others, today, ready = Math.floor(finished / 5) } = options
  const numberOfDay = new Map<string, number>()
  const made: MadeDossier[] = []

  type Begun = 'code' | 'procedure' | 'unit' | 'received' | 'channel' | 'telephone' | 'hasSecondTelephone'

  function begin(received: string): Pick<MadeDossier, Begun> {
    const number = (numberOfDay.get(received) ?? 0) + 1 + random.below(3)
    numberOfDay.set(received, number)
    const agency = pick(['000.00.06.H32', '000.00.06.H32', '000.00.06.H43', 'H32.14', 'H32'], random)
    const digits = `0${pick(['905', '983', '77', '258'], random)}${String(random.below(10_000_000)).padStart(7, '0')}`
    return {
      code: `${agency}-${received.slice(2).replaceAll('-', '')}-${String(number).padStart(4, '0')}`,
      procedure: pick(procedures, random),
      unit: pick(units, random),
      received,
      channel: pick(['counter', 'online', 'post'], random),
      hasSecondTelephone: random.below(4) === 0,
      ...(random.below(12) === 0 ? {} : { telephone: digits.slice(0, 10) }),
    }
  }

  for (let index = 0; index < finished; index++) {
    const isReady = index < ready
    const done = plus(today, -1 - random.below(40))
    const work = 3 + random.below(12)
    const received = plus(done, -work)
    const roll = random.below(100)
    const base = { ...begin(received), status: isReady ? 'ready' : 'returned', done } as const
    // A result that waits at the counter, or was fetched some days later, is on time by its own day.
    const handed = isReady ? {} : { returned: [done, plus(done, 1), today][Math.min(random.below(4), 2)]! }
    if (roll < 45) made.push({ ...base, ...handed, outcome: 'early', due: plus(done, 1 + random.below(5)) })
    else if (roll < 75) made.push({ ...base, ...handed, outcome: 'on-time', due: done })
    else if (roll < 85)
      made.push({
        ...base,
        ...handed,
        outcome: 'late',
        due: plus(done, -1 - random.below(Math.min(work, 3))),
      })
    else if (roll < 93) {
      const due = plus(done, -1 - random.below(3))
      made.push({ ...base, ...handed, outcome: 're-dated', due, newDue: plus(done, random.below(3)) })
    } else {
      const pausedDays = 1 + random.below(2)
      const pausedFrom = plus(received, 1)
      made.push({
        ...base,
        ...handed,
        outcome: 'paused-and-kept',
        firstDue: plus(done, -pausedDays),
        due: done,
        pausedFrom,
        pausedUntil: plus(pausedFrom, pausedDays),
        decision: `${10 + random.below(90)}/TB-TTPVHCC`,
      })
    }
  }

  for (let index = 0; index < others; index++) {
    const received = plus(today, -10 - random.below(20))
    const base = begin(received)
    switch (index % 6) {
      case 0:
      case 1:
        made.push({
          ...base,
          status: pick(['accepted', 'processing'], random),
          outcome: 'open-in-time',
          due: plus(today, random.below(9)),
        })
        break
      case 2:
        made.push({
          ...base,
          status: 'processing',
          outcome: 'open-overdue',
          due: plus(today, -1 - random.below(8)),
        })
        break
      case 3: {
        const due = plus(today, -3 + random.below(9))
        made.push({
          ...base,
          status: pick(['supplement', 'payment', 'stopped'], random),
          outcome: 'paused',
          due,
          pausedFrom: plus(today, -6 - random.below(3)),
        })
        break
      }
      case 4:
        // The promised day was missed before anybody asked for papers: a pause does not undo that.
        made.push({
          ...base,
          status: 'supplement',
          outcome: 'open-overdue',
          due: plus(today, -5),
          pausedFrom: plus(today, -2),
        })
        break
      default:
        made.push({
          ...base,
          status: pick(['registered', 'refused', 'withdrawn'], random),
          outcome: 'not-counted',
          due: plus(today, 3),
        })
    }
  }
  return made
}

export interface KnownCounts {
  rows: number
  withoutTelephone: number
  newDone: number
  early: number
  onTime: number
  late: number
  openInTime: number
  openOverdue: number
  paused: number
}

/** What the generator knows, by plain counting. */
export function countDossiers(dossiers: readonly MadeDossier[]): KnownCounts {
  const of = (...outcomes: MadeOutcome[]) =>
    dossiers.filter(({ outcome }) => outcomes.includes(outcome)).length
  return {
    rows: dossiers.length,
    withoutTelephone: dossiers.filter(({ telephone }) => telephone === undefined).length,
    newDone: dossiers.filter(({ status }) => status === 'ready' || status === 'returned').length,
    early: of('early'),
    onTime: of('on-time', 'paused-and-kept'),
    late: of('late', 're-dated'),
    openInTime: of('open-in-time'),
    openOverdue: of('open-overdue'),
    paused: of('paused'),
  }
}

/** The same dossiers a day later: what waited was fetched, some of what was worked on is ready. */
export function advance(
  dossiers: readonly MadeDossier[],
  { today, isFetched }: { today: string; isFetched: (dossier: MadeDossier) => boolean },
): MadeDossier[] {
  return dossiers.map((dossier) =>
    isFetched(dossier)
      ? { ...dossier, status: 'returned' as const, done: dossier.done ?? today, returned: today }
      : dossier,
  )
}

const columnNames = [
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
  'pausedFrom',
  'pausedUntil',
  'pauseDecision',
] as const
type ColumnName = (typeof columnNames)[number]
const unknownNames = ['Mức độ dịch vụ công', 'Số lần liên hệ', 'Cột lạ']

/** A cell that replaces what the dossier would have there. */
export interface Spoilt {
  /** Which dossier, from 0. */
  row: number
  cells: Partial<Record<ColumnName, MadeCell>>
}

/** Writes dossiers as an office would find them: other headers, other order, other spellings, a title above. */
export function writeDossiers(
  dossiers: readonly MadeDossier[],
  form: FileForm,
  seed: string,
  spoilt: readonly Spoilt[] = [],
): MadeFile {
  const random = seededRandom(`file|${seed}|${form}`)
  const isBook = form === 'xlsx'
  const canMark = form !== 'csv-windows1258'
  const personal = shuffled(mapping.leftOut, random).slice(0, 4)
  const unknown = shuffled(unknownNames, random).slice(0, random.below(3))
  const columns = shuffled<{ column?: ColumnName; name: string }>(
    [
      ...columnNames.map((column) => ({ column, name: pick(mapping.columns[column]!, random) })),
      ...personal.map((name) => ({ name })),
      ...unknown.map((name) => ({ name })),
    ],
    random,
  )
  const header = columns.map(({ column, name }) => (column ? otherwise(name, random, canMark) : name))
  const rows = dossiers.map((dossier, index) => {
    const instead = spoilt.find(({ row }) => row === index)?.cells ?? {}
    const usual = cellsOf(dossier, { random, isBook, isJson: form === 'json', canMark })
    return columns.map(({ column, name }): MadeCell => {
      if (column === undefined) return personalCell(name, random, form)
      return Object.hasOwn(instead, column) ? instead[column] : usual[column]
    })
  })
  const name = `ho-so-${form}.${isBook ? 'xlsx' : form === 'json' ? 'json' : 'csv'}`
  const unknownColumns = header.filter((_, index) => unknown.includes(columns[index]!.name))
  if (form === 'json') {
    const records = rows.map((row) => Object.fromEntries(header.map((title, at) => [title, row[at] ?? null])))
    const lines = rows.map((_, index) => index + 1)
    return { name, bytes: Buffer.from(JSON.stringify(records)), lines, lastLines: lines, unknownColumns }
  }
  const title: MadeCell[][] =
    random.below(2) === 0
      ? []
      : [['TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG'], ['Danh sách hồ sơ, từ đầu kỳ đến nay'], []]
  if (isBook) {
    const lines = rows.map((_, index) => title.length + 2 + index)
    const bytes = workbook([...title, header, ...rows])
    return { name, bytes, lines, lastLines: lines, unknownColumns }
  }
  return { name, unknownColumns, ...writeCsv([...title, header], rows, form, random) }
}

function writeCsv(
  above: readonly MadeCell[][],
  rows: readonly MadeCell[][],
  form: FileForm,
  random: SeededRandom,
): Pick<MadeFile, 'bytes' | 'lines' | 'lastLines'> {
  const separator = pick([',', ';', '\t'], random)
  const lineEnd = pick(['\r\n', '\n'], random)
  const quoted = (cell: MadeCell) => {
    const text = cell === undefined ? '' : String(cell)
    return /["\n\r,;\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  const lineOf = (row: readonly MadeCell[]) => row.map(quoted).join(separator)
  const records: string[] = above.map(lineOf)
  const lines: number[] = []
  const lastLines: number[] = []
  let line = above.length + 1
  for (const row of rows) {
    const text = lineOf(row)
    lines.push(line)
    line += text.split('\n').length
    lastLines.push(line - 1)
    records.push(text)
    if (random.below(60) !== 0) continue
    records.push('')
    line++
  }
  const text = `${records.join(lineEnd)}${lineEnd}`
  return { bytes: encode(text, form), lines, lastLines }
}

function encode(text: string, form: FileForm): Buffer {
  switch (form) {
    case 'csv-utf8-bom':
      return Buffer.from(`\ufeff${text}`)
    case 'csv-utf16le':
      return Buffer.from(`\ufeff${text}`, 'utf16le')
    case 'csv-utf16be':
      return Buffer.from(`\ufeff${text}`, 'utf16le').swap16()
    case 'csv-windows1258':
      return windows1258(text)
    default:
      return Buffer.from(text)
  }
}

function cellsOf(
  dossier: MadeDossier,
  {
    random,
    isBook,
    isJson,
    canMark,
  }: { random: SeededRandom; isBook: boolean; isJson: boolean; canMark: boolean },
): Partial<Record<ColumnName, MadeCell>> {
  const { code, status, procedure, unit } = dossier
  const day = (value: string | undefined) =>
    value === undefined ? undefined : daySpelt(value, random, isBook)
  // As a number a code with zeros at its end loses them; only the number itself is given back by the reader.
  const asNumber = (isBook || isJson) && random.below(2) === 0
  return {
    code: codeSpelt(code, random),
    procedureCode: asNumber
      ? Number(procedure.code)
      : pick([procedure.code, `${procedure.code}.000.00.00.H32`], random),
    procedureName: procedure.name,
    field: procedure.field,
    unit,
    channel: otherwise(pick(mapping.channels[dossier.channel], random), random, canMark),
    telephone: telephoneSpelt(dossier, random, isBook),
    received: day(dossier.received),
    due: day(dossier.due),
    firstDue: day(dossier.firstDue),
    newDue: day(dossier.newDue),
    done: day(dossier.done),
    returned: day(dossier.returned),
    status: otherwise(pick(mapping.statuses[status], random), random, canMark),
    pausedFrom: day(dossier.pausedFrom),
    pausedUntil: day(dossier.pausedUntil),
    pauseDecision: dossier.decision,
  }
}

const withoutMarks = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D')

/** The same words as another software, or another hand, writes them. */
function otherwise(text: string, random: SeededRandom, canMark: boolean): string {
  switch (random.below(7)) {
    case 0:
      return text.toUpperCase()
    case 1:
      return text.toLowerCase()
    case 2:
      return withoutMarks(text)
    case 3:
      return withoutMarks(text).replaceAll(' ', '_').toUpperCase()
    case 4:
      return ` ${text.replaceAll(' ', '  ')} `
    case 5:
      return canMark ? text.normalize('NFD') : text
    default:
      return text
  }
}

function codeSpelt(code: string, random: SeededRandom): string {
  switch (random.below(6)) {
    case 0:
      return code.toLowerCase()
    case 1:
      return code.replaceAll('-', '–')
    case 2:
      return code.replaceAll('-', ' - ')
    case 3:
      return `\u00a0${code} `
    default:
      return code
  }
}

/** 1 January 1970 is day 25569 of a spreadsheet. */
const serialOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / dayMs + 25_569

function daySpelt(day: string, random: SeededRandom, isBook: boolean): MadeCell {
  const [year, month, date] = day.split('-') as [string, string, string]
  const short = `${Number(date)}/${Number(month)}/${year}`
  switch (random.below(isBook ? 12 : 9)) {
    case 0:
      return `${date}/${month}/${year}`
    case 1:
      return short
    case 2:
      return `${date}-${month}-${year}`
    case 3:
      return `${date}.${month}.${year}`
    case 4:
      return day
    case 5:
      return `${date}/${month}/${year} 16:45`
    case 6:
      return `07:30:00 ${short}`
    case 7:
      // Before midnight of UTC it is the next morning in Viet Nam.
      return `${plus(day, -1)}T18:20:00Z`
    case 8:
      return String(serialOf(day))
    case 9:
      return serialOf(day) + 0.999
    default:
      return serialOf(day)
  }
}

function telephoneSpelt(
  { telephone, hasSecondTelephone }: MadeDossier,
  random: SeededRandom,
  isBook: boolean,
): MadeCell {
  if (telephone === undefined) return pick([undefined, 'không có', '9.05E+08'], random)
  if (hasSecondTelephone) return `${telephone}; 0258 382 2222`
  switch (random.below(isBook ? 4 : 3)) {
    case 0:
      return `${telephone.slice(0, 4)} ${telephone.slice(4, 7)} ${telephone.slice(7)}`
    case 1:
      return `+84 ${telephone.slice(1, 4)}.${telephone.slice(4)}`
    case 2:
      return telephone
    default:
      return Number(telephone)
  }
}

function personalCell(name: string, random: SeededRandom, form: FileForm): MadeCell {
  if (unknownNames.includes(name)) return String(random.below(5))
  const text = pick(
    [
      'Nguyễn Thị Canary-Hồng',
      'Số 12, đường Canary, tổ 3',
      'Đề nghị giải quyết, "theo quy định"; xin cảm ơn',
      'Dòng một\nDòng hai',
      '',
    ],
    random,
  )
  return form === 'xlsx' ? text.replaceAll('\n', ' ') : text
}

export interface Trap {
  name: string
  /** What the dossier's row says instead; undefined when it does not fit this dossier. */
  spoil(dossier: MadeDossier, all: readonly MadeDossier[], today: string): Spoilt['cells'] | undefined
  expects: RegExp
}

const isFinished = ({ status }: MadeDossier) => status === 'ready' || status === 'returned'
const isOpen = ({ status }: MadeDossier) => ['accepted', 'processing'].includes(status)
const slashed = (day: string) => day.split('-').reverse().join('/')

/** Rows that must be refused, each with its line and the fault in words. */
export const rowTraps: readonly Trap[] = [
  {
    name: 'a code that stands in an earlier row, spelt otherwise',
    spoil: (dossier, all) =>
      all[0] === dossier ? undefined : { code: all[0]!.code.toLowerCase().replaceAll('-', '–') },
    expects: /đã có ở dòng/,
  },
  { name: 'no code', spoil: () => ({ code: undefined }), expects: /thiếu mã hồ sơ/ },
  { name: 'a line of totals', spoil: () => ({ code: 'Tổng cộng' }), expects: /không phải mã hồ sơ/ },
  {
    name: 'letters O in a code',
    spoil: ({ code }) => (code.startsWith('000') ? { code: code.replace('000.00', 'OOO.OO') } : undefined),
    expects: /chữ O thay cho số 0/,
  },
  {
    name: 'a code of 30 February',
    spoil: ({ code }) => ({ code: code.replace(/-\d{6}-/, '-260230-') }),
    expects: /ngày không có trong lịch/,
  },
  {
    name: 'a code of tomorrow',
    spoil: ({ code }, _all, today) => ({
      code: code.replace(/-\d{6}-/, `-${plus(today, 1).slice(2).replaceAll('-', '')}-`),
    }),
    expects: /mang ngày chưa tới/,
  },
  { name: '31 February', spoil: () => ({ received: '31/02/2026' }), expects: /không có trong lịch/ },
  {
    name: '29 February of no leap year',
    spoil: () => ({ due: '29.02.2026' }),
    expects: /không có trong lịch/,
  },
  { name: 'the day that 1900 never had', spoil: () => ({ due: '60000000' }), expects: /không phải ngày/ },
  { name: 'a year of two digits', spoil: () => ({ received: '3/6/26' }), expects: /chỉ ghi hai số của năm/ },
  { name: 'the month first', spoil: () => ({ due: '06/13/2026' }), expects: /tháng trước ngày/ },
  { name: 'words for a day', spoil: () => ({ due: 'tuần sau' }), expects: /không phải ngày/ },
  {
    name: 'promised before it was received',
    spoil: (dossier) => ({
      due: slashed(plus(dossier.received, -1)),
      firstDue: undefined,
      newDue: undefined,
    }),
    expects: /ngày hẹn .* trước ngày tiếp nhận/,
  },
  {
    name: 'promised in a hundred years',
    spoil: () => ({ due: '01/12/2126', firstDue: undefined }),
    expects: /hơn mười năm/,
  },
  {
    name: 'received tomorrow',
    spoil: (_dossier, _all, today) => ({
      received: slashed(plus(today, 1)),
      due: slashed(plus(today, 9)),
      firstDue: undefined,
      newDue: undefined,
      done: undefined,
      returned: undefined,
      pausedFrom: undefined,
      pausedUntil: undefined,
      status: 'Đang xử lý',
    }),
    expects: /chưa tới/,
  },
  {
    name: 'a result of tomorrow',
    spoil: (dossier, _all, today) =>
      isFinished(dossier) ? { done: slashed(plus(today, 1)), returned: undefined } : undefined,
    expects: /chưa tới/,
  },
  {
    name: 'a result before it was received',
    spoil: (dossier) =>
      isFinished(dossier) ? { done: slashed(plus(dossier.received, -2)), returned: undefined } : undefined,
    expects: /trước ngày tiếp nhận/,
  },
  {
    name: 'handed over before there was a result',
    spoil: (dossier) =>
      dossier.status === 'returned' ? { returned: slashed(plus(dossier.done!, -1)) } : undefined,
    expects: /trước ngày có kết quả/,
  },
  {
    name: 'finished without a day',
    spoil: (dossier) => (isFinished(dossier) ? { done: undefined, returned: undefined } : undefined),
    expects: /không có ngày có kết quả/,
  },
  {
    name: 'a result of what is still worked on',
    spoil: (dossier, _all, today) => (isOpen(dossier) ? { done: slashed(today) } : undefined),
    expects: /đã có ngày kết quả/,
  },
  { name: 'no status', spoil: () => ({ status: undefined }), expects: /thiếu trạng thái/ },
  {
    name: 'a status of another world',
    spoil: () => ({ status: 'Đang nghiên cứu thêm' }),
    expects: /không có trạng thái/,
  },
  {
    name: 'a number of papers for a procedure',
    spoil: () => ({ procedureCode: 'TTHC-12' }),
    expects: /không phải mã thủ tục/,
  },
  {
    name: 'a pause that ends before it begins',
    spoil: (dossier) => ({
      pausedFrom: slashed(plus(dossier.received, 3)),
      pausedUntil: slashed(plus(dossier.received, 1)),
    }),
    expects: /không có ngày tạm dừng trước đó/,
  },
  {
    name: 'a reason where the number of a decision stands',
    spoil: (dossier) => ({
      pausedFrom: slashed(plus(dossier.received, 1)),
      pauseDecision: 'do thiếu giấy tờ',
    }),
    expects: /không phải số văn bản/,
  },
]
