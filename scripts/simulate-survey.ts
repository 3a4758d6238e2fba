import { parseArgs } from 'node:util'
import { layoutOf } from '../src/surveys/index/form.ts'
import { runSituation } from './simulate-survey/run-situation.ts'
import { situations } from './simulate-survey/situations.ts'
import { summarise } from './simulate-survey/summarise.ts'
import { makeTowns } from './simulate-survey/town.ts'
import { readSurveyContent, readSurveyTexts } from './survey-files.ts'

/** Whether the intervals hold what they promise, in towns whose truth is known. Ends with 1 when they do not. */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: 'khanh-hoa' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const texts = readSurveyTexts()
const runs = /^\d{1,6}$/.test(values.runs) ? Number(values.runs) : 0

if (values.help) console.log(texts.say('survey.command.simulate-help'))
else if (runs < 1 || runs > 100_000) {
  console.error(texts.say('survey.command.simulate-wrong-runs'))
  process.exitCode = 2
} else {
  const { seed } = values
  const questionnaire = readSurveyContent(texts).questionnaires.find(({ id }) => id === 'sipas-19')!
  const layout = layoutOf(questionnaire)
  const towns = makeTowns(layout, 4000, seed)
  const results = situations.map((situation) => ({
    situation,
    outcomes: runSituation(situation, towns, questionnaire, layout, { runs, seed }),
  }))
  const { report, lines, isGood } = summarise(results, { runs, seed }, texts)
  console.log(values.json ? JSON.stringify(report) : lines.join('\n'))
  if (!isGood) process.exitCode = 1
}
