import { parseArgs } from 'node:util'
import { formatProblem } from '../src/lib/problem.ts'
import { openSheets, readCatalogue, readCheckTexts, shippedCatalogue } from './catalogue-files.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    'source-date': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

const texts = readCheckTexts()
if (values.help) {
  console.log(texts.say('check.help-check'))
} else {
  const paths = positionals.length > 0 ? positionals : shippedCatalogue()
  const read = readCatalogue(paths, {
    texts,
    sheets: await openSheets(paths, texts),
    ...(values['source-date'] ? { sourceDate: values['source-date'] } : {}),
  })
  const problems = read.kind === 'problems' ? read.problems : []
  const leftOut = read.kind === 'procedures' ? read.leftOut : []
  const procedures = read.kind === 'procedures' ? read.procedures.length : 0
  if (values.json) {
    console.log(JSON.stringify({ ok: problems.length === 0, files: paths, procedures, problems, leftOut }))
  } else {
    for (const problem of problems) console.log(formatProblem(problem))
    if (leftOut.length > 0) console.log(texts.say('check.left-out', { count: leftOut.length }))
    for (const row of leftOut) console.log(formatProblem(row))
    console.log(
      problems.length > 0
        ? texts.say('check.summary-bad', { problems: problems.length })
        : texts.say('check.summary-good', { files: paths.length, procedures }),
    )
  }
  if (problems.length > 0) process.exitCode = 1
}
