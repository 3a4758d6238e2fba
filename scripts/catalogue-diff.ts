import { parseArgs } from 'node:util'
import { diffCatalogues } from '../src/catalogue/diff-catalogues.ts'
import { formatProblem } from '../src/lib/problem.ts'
import { diffJson, diffLines, openSheets, readCatalogue, readCheckTexts } from './catalogue-files.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'source-date': { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const texts = readCheckTexts()
const [before, after] = positionals
if (values.help || before === undefined || after === undefined) {
  console.log(texts.say('check.help-diff'))
  if (!values.help) process.exitCode = 1
} else {
  const sheets = await openSheets([before, after], texts)
  const rules = { texts, sheets, ...(values['source-date'] ? { sourceDate: values['source-date'] } : {}) }
  const old = readCatalogue([before], rules)
  const next = readCatalogue([after], rules)
  if (old.kind === 'problems' || next.kind === 'problems') {
    const problems = [old, next].flatMap((read) => (read.kind === 'problems' ? read.problems : []))
    if (values.json) console.log(JSON.stringify({ ok: false, problems }))
    else for (const problem of problems) console.log(formatProblem(problem))
    process.exitCode = 1
  } else {
    const diff = diffCatalogues(old.procedures, next.procedures)
    const counts = {
      added: diff.added.length,
      changed: diff.changed.length,
      removed: diff.removed.length,
      total: next.procedures.length,
    }
    const change = { diff, before: old.procedures, after: next.procedures }
    if (values.json) {
      console.log(JSON.stringify({ ok: true, ...diffJson(change, texts), total: counts.total }))
    } else {
      for (const line of diffLines(change, texts)) console.log(line)
      console.log(texts.say('check.diff-summary', counts))
    }
  }
}
