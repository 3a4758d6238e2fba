import { type LocalPart, localFactsOn, localParts } from '../local-facts.ts'
import type { LocalFacts, Procedure, Section } from '../procedure.ts'
import type { AnswerTexts } from './answer-texts.ts'
import { displayDate } from './display.ts'

/** Which local decision the words of a section come from; nothing when they are the national record's. */
export function localSource(procedure: Procedure, section: Section, texts: AnswerTexts): string[] {
  const { local } = procedure
  if (!local) return []
  switch (section) {
    case 'time':
    case 'fee':
    case 'place':
      return sourceOfPart(procedure, section, texts)
    case 'method': {
      const facts = localFactsOn(procedure, 'time')
      return facts?.methods ? [decisionText(facts, texts)] : []
    }
    case 'overview':
      return local.flatMap((facts) => {
        const parts = localParts.filter((part) => localFactsOn(procedure, part) === facts)
        const names = parts.map((part) => texts.say(`answer.title.${part}`))
        if (names.length === 0) return []
        const decision = decisionText(facts, texts)
        return [texts.say('answer.labelled', { label: names.join(', '), text: decision })]
      })
    case 'documents':
    case 'steps':
    case 'form':
    case 'requirements':
    case 'result':
    case 'legal-basis':
      return []
  }
}

function sourceOfPart(procedure: Procedure, part: LocalPart, texts: AnswerTexts): string[] {
  const facts = localFactsOn(procedure, part)
  return facts ? [decisionText(facts, texts)] : []
}

function decisionText({ decision }: LocalFacts, texts: AnswerTexts): string {
  const { number, date, by } = decision
  const words = { number, date: displayDate(date), by }
  return decision.kind === 'resolution'
    ? texts.say('answer.local.resolution', words)
    : texts.say('answer.local.decision', words)
}
