import { setImmediate } from 'node:timers/promises'
import { stringify } from 'csv-stringify/sync'
import { eachInSteps, finish, inSteps, rowsAStep, type Steps, sortInSteps } from '../../lib/steps.ts'
import type { Answer, IndexLayout, SurveyForm } from './form.ts'

export const answerColumns = ['form', 'item', 'group', 'level', 'chance', 'assisted'] as const

/**
 * Everything that an index is made of, so that anybody can make it again without the database: `readAnswersCsv` reads it
 * back, and the index of it is the same to the last byte. Whoever was asked stands in it, silent people too.
 *
 * Excel in Viet Nam takes the semicolon for the separator and needs the mark of UTF-8 in front.
 */
export function answersCsv(forms: readonly SurveyForm[], layout: IndexLayout): string {
  return [...csvParts(finish(sayingsOf(forms, layout)))].join('')
}

/** The same bit by bit, so that a file of many forms holds nobody up. */
export async function* streamAnswersCsv(
  forms: readonly SurveyForm[],
  layout: IndexLayout,
): AsyncGenerator<string> {
  for (const part of csvParts(await inSteps(sayingsOf(forms, layout)))) {
    yield part
    await setImmediate()
  }
}

function* csvParts(sayings: readonly Saying[]): Generator<string> {
  const options = { delimiter: ';', quoted: true, quoted_empty: false, record_delimiter: 'windows' } as const
  yield stringify([[...answerColumns]], { ...options, bom: true })
  let rows: string[][] = []
  for (const row of answerRows(sayings)) {
    rows.push(row)
    if (rows.length < rowsAStep) continue
    yield stringify(rows, options)
    rows = []
  }
  if (rows.length > 0) yield stringify(rows, options)
}

/** What people said, in the cells of the file, and how many forms say it. */
export interface Saying {
  /** Item, group, level and chance of each answer. */
  cells: string[][]
  assisted: '' | '1'
  forms: number
}

/** In the order of the file. */
export function* sayingsOf(forms: readonly SurveyForm[], { groups }: IndexLayout): Steps<Saying[]> {
  const groupOf = new Map(groups.flatMap((group) => group.items.map((item) => [item.id, group.id] as const)))
  const places = new Map([...groupOf.keys()].map((item, place) => [item, place]))
  const byList = {
    '': new Map<SurveyForm['asked'], KeyedSaying>(),
    1: new Map<SurveyForm['asked'], KeyedSaying>(),
  }
  yield* eachInSteps(forms, ({ asked, isAssisted, count = 1 }) => {
    const assisted = isAssisted ? '1' : ''
    const known = byList[assisted].get(asked)
    if (known) {
      known.forms += count
      return
    }
    const cells = [...asked]
      .sort((a, b) => places.get(a.item)! - places.get(b.item)!)
      .map(({ item, answer, chance = { part: 1, whole: 1 } }) => [
        item,
        groupOf.get(item) ?? '',
        levelOf(answer),
        `${chance.part}/${chance.whole}`,
      ])
    byList[assisted].set(asked, { key: JSON.stringify(cells), cells, assisted, forms: count })
  })
  const all = [...byList[''].values(), ...byList[1].values()]
  const sorted = yield* sortInSteps(all, (a, b) => order(a.assisted, b.assisted) || order(a.key, b.key))
  return sorted.map(({ key: _key, ...saying }) => saying)
}

type KeyedSaying = Saying & { key: string }

/**
 * One row an answer, in the order of `answerColumns`. Forms are numbered in the order of what they say, so nothing tells
 * when somebody answered or about which dossier; the same forms in any order give the same rows.
 */
export function* answerRows(sayings: readonly Saying[]): Generator<string[]> {
  let number = 0
  for (const { cells, assisted, forms } of sayings) {
    for (let form = 0; form < forms; form++) {
      number++
      for (const cell of cells) yield [String(number), ...cell, assisted]
    }
  }
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function levelOf(answer: Answer): string {
  if (answer === 'unanswered') return ''
  return answer === 'never-used' ? '0' : String(answer)
}
