import { parseArgs } from 'node:util'
import { parts, readLabelled } from './labelled-questions.ts'
import { type Measured, measure, type Summary, summarise } from './measure-search.ts'
import { readSearchInputs, searchOf } from './search-files.ts'
import { readSearchTexts } from './search-texts.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    catalogue: { type: 'string', multiple: true },
    part: { type: 'string', default: 'all' },
    misses: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const texts = readSearchTexts()
const [file] = positionals
const part = parts.find((known) => known === values.part)
if (values.help || part === undefined) {
  console.log(texts.say('search.eval-help'))
  if (!values.help) process.exitCode = 2
} else if (file === undefined) {
  console.error(texts.say('search.eval-no-file'))
  process.exitCode = 2
} else if (values.misses && part !== 'dev') {
  console.error(texts.say('search.eval-misses-refused'))
  process.exitCode = 2
} else {
  const search = searchOf(readSearchInputs(values.catalogue))
  const lines = readLabelled(file, part, texts)
  // Once to warm up: the first questions would be timed with code that is not compiled yet.
  for (const line of lines) search.search(line.question)
  const all = lines.map((line) => measure(search, line))
  report(all)
}

function report(all: readonly Measured[]): void {
  const tierNames = [...new Set(all.flatMap(({ line }) => line.tier ?? []))].sort()
  const tiers: Record<string, Summary> = {}
  for (const tier of tierNames) tiers[tier] = summarise(all.filter(({ line }) => line.tier === tier))
  const overall = summarise(all)
  if (values.json) {
    console.log(JSON.stringify({ part, overall, tiers }))
    return
  }
  console.table({ ...tiers, overall })
  if (values.misses) for (const miss of all.filter(isMiss)) printMiss(miss)
}

function isMiss({ line, rank, meetsExpectation }: Measured): boolean {
  return !meetsExpectation || (line.codes.length > 0 && rank !== 0)
}

function printMiss({ line, outcome, rank, first }: Measured): void {
  const came = outcome.kind === 'other' ? `other:${outcome.topic}` : outcome.kind
  console.log(`\n[${line.expect} → ${came}, rank ${rank}] ${line.question}`)
  console.log(`    right: ${line.codes.join(', ') || '–'}`)
  for (const { code, name } of first) console.log(`    ${code} ${name.slice(0, 100)}`)
}
