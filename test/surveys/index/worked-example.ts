import type { Level } from '../../../src/surveys/questionnaire.ts'

/**
 * 50 paper forms with 19 items; only 12 people ever sent a petition. Made so that the counts are those of
 * docs/index-methods.md: per group 193/200, 190/200, 243/250, 146/150, 31/36; levels 5/4/3/2/1 = 420/383/25/6/2.
 */
const groups = [
  { id: 'I', items: [15, 16, 17, 18], forms: 50, satisfied: 193 },
  { id: 'II', items: [19, 20, 21, 22], forms: 50, satisfied: 190 },
  { id: 'III', items: [23, 24, 25, 26, 27], forms: 50, satisfied: 243 },
  { id: 'IV', items: [28, 29, 30], forms: 50, satisfied: 146 },
  { id: 'V', items: [31, 32, 33], forms: 12, satisfied: 31 },
] as const

export interface ExampleRow {
  form: number
  item: string
  group: string
  level: Level | undefined
}

export function exampleRows(): ExampleRow[] {
  const happy: Level[] = [...Array<Level>(420).fill(5), ...Array<Level>(383).fill(4)]
  const unhappy: Level[] = [
    ...Array<Level>(25).fill(3),
    ...Array<Level>(6).fill(2),
    ...Array<Level>(2).fill(1),
  ]
  const rows: ExampleRow[] = []
  for (const { id, items, forms, satisfied } of groups) {
    let left = items.length * forms - satisfied
    for (let form = 1; form <= 50; form++) {
      for (const [place, item] of items.entries()) {
        const isAnswered = form <= forms
        const isUnhappy = isAnswered && left > 0 && (form + place) % 3 === 1
        if (isUnhappy) left--
        const level = isAnswered ? (isUnhappy ? unhappy : happy).pop() : undefined
        rows.push({ form, item: String(item), group: id, level })
      }
    }
    if (left !== 0) throw new Error(`group ${id}: ${left} too many`)
  }
  if (happy.length + unhappy.length > 0) throw new Error('levels left over')
  return rows
}

export function exampleCsv(): string {
  const lines = exampleRows().map(({ form, item, group, level }) => `${form},${item},${group},${level ?? ''}`)
  return ['form,item,group,level', ...lines, ''].join('\n')
}
