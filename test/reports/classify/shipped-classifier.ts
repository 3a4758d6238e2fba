import { readFileSync } from 'node:fs'
import { parseSearchIntents } from '../../../src/catalogue/search/search-intents.ts'
import { formatProblem } from '../../../src/lib/problem.ts'
import { createReportClassifier } from '../../../src/reports/classify-report.ts'
import { parseReportWords, type ReportWords } from '../../../src/reports/report-words.ts'
import { checkTexts, readSource } from '../../catalogue/read-content.ts'

const searchFiles =
  'lay-words-civil abbreviations chat-spelling small-words sections topics actions qualifiers'

/** The shipped words of reports, as the program reads them. */
export function shippedReportWords(): ReportWords {
  const parsed = parseReportWords(readSource('intents/reports.yaml'), checkTexts)
  if (parsed.kind === 'problems') throw new Error(parsed.problems.map(formatProblem).join('\n'))
  return parsed.words
}

export function shippedChatSpelling() {
  const files = searchFiles.split(' ').map((name) => readSource(`intents/${name}.yaml`))
  const parsed = parseSearchIntents(files, checkTexts)
  if (parsed.kind === 'problems') throw new Error(parsed.problems.map(formatProblem).join('\n'))
  return parsed.intents.chatSpelling
}

export const classifyReport = createReportClassifier(shippedReportWords(), shippedChatSpelling())

/** Lines `sentence => kind`. */
export function readSentences(name: string): { line: number; text: string; kind: string }[] {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
    .split('\n')
    .map((text, i) => ({ text, line: i + 1 }))
    .filter(({ text }) => text.includes('=>') && !text.startsWith('#'))
    .map(({ text, line }) => {
      const [said, kind] = text.split(/\s*=>\s*/)
      return { line, text: said!, kind: kind!.trim() }
    })
}
