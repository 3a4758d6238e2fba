import { withLocalFacts } from '../local-facts.ts'
import { type Procedure, type Replaced, type Section, sections } from '../procedure.ts'
import type { AnswerCard, AnswerContext, CardButton } from './answer-card.ts'
import { documentCaseChoice, procedureChoice } from './choice-payload.ts'
import { maxLabelChars, shorten } from './display.ts'
import { documentCases, documentCaseText } from './documents-text.ts'
import { localSource } from './local-source.ts'
import { hasSection, sectionText } from './section-text.ts'
import { leadLines, sourceText, warnings } from './source-text.ts'

/** One section of a procedure, then its source, then a button for each other section that the record has. */
export function answerSection(procedure: Procedure, section: Section, context: AnswerContext): AnswerCard {
  return answerSections(procedure, [section], context)
}

/**
 * Several sections in the order given; no section or `overview` alone gives the key facts.
 * @param options.documentCase the case whose papers were asked for by a tap, 1 first
 * @param options.replaced the former procedure that was asked for, of which this one took the place
 */
export function answerSections(
  published: Procedure,
  asked: readonly Section[],
  context: AnswerContext,
  options: { documentCase?: number | undefined; replaced?: Replaced | undefined } = {},
): AnswerCard {
  const procedure = withLocalFacts(published)
  const named = [...new Set(asked)].filter((section) => section !== 'overview')
  const shown: Section[] = named.length > 0 ? named : ['overview']
  const blocks = shown.map((section) => sectionBlock(procedure, section, context, options.documentCase))
  const text = [
    ...leadLines(procedure, context, options.replaced),
    ...blocks,
    ...warnings(procedure, context),
    sourceText(procedure, context),
  ].join('\n\n')
  const cases = shown.includes('documents') ? caseButtons(procedure, context) : []
  return { text, buttons: [...cases, ...otherSections(procedure, shown, context)] }
}

function sectionBlock(
  procedure: Procedure,
  section: Section,
  context: AnswerContext,
  documentCase: number | undefined,
): string {
  const { texts } = context
  const title = texts.say(`answer.title.${section}`)
  const ofCase =
    section === 'documents' && documentCase !== undefined
      ? documentCaseText(procedure, documentCase, texts)
      : undefined
  const text = ofCase ?? sectionText(procedure, section, context)
  if (text === undefined) return texts.say('answer.absent', { title })
  const lines = [texts.say('answer.heading', { title }), text, ...localSource(procedure, section, texts)]
  return lines.join('\n')
}

function caseButtons(procedure: Procedure, { texts }: AnswerContext): CardButton[] {
  return documentCases(procedure, texts).map((when, index) => ({
    label: shorten(when, maxLabelChars),
    choice: documentCaseChoice(procedure.code, index + 1),
  }))
}

function otherSections(
  procedure: Procedure,
  shown: readonly Section[],
  { texts }: AnswerContext,
): CardButton[] {
  return sections
    .filter((section) => !shown.includes(section) && hasSection(procedure, section))
    .sort((a, b) => Number(a === 'overview') - Number(b === 'overview'))
    .map((section) => ({
      label: texts.say(`answer.title.${section}`),
      choice: procedureChoice(procedure.code, [section]),
    }))
}
