import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { benchSearch } from './bench/search.ts'
import { benchTurns } from './bench/turns.ts'
import { readOperationTexts } from './operation-texts.ts'
import { referenceCatalogues, referenceFolder, referenceQuestions } from './reference-files.ts'

/** All measurements behind the budgets of the README, in one run on one machine. */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) console.log(readOperationTexts().say('operation.bench-help'))
else await bench()

async function bench(): Promise<void> {
  const turns = await benchTurns(values.quick ? { seconds: 3, turns: 1_500 } : {})
  const search = existsSync(referenceQuestions)
    ? await benchSearch(referenceQuestions, referenceCatalogues, { isQuick: values.quick })
    : undefined
  if (values.json) {
    console.log(JSON.stringify({ turns, search }))
    return
  }
  console.table({ 'side by side': turns.sideBySide })
  console.table({ 'steady, inbound to outbound': turns.steady })
  if (search) {
    console.table(search.engines)
    console.table(search.sizes)
  } else {
    console.log(readOperationTexts().say('operation.bench-no-reference', { folder: referenceFolder }))
  }
}
