import type { DossierTexts } from '../../dossiers/dossier-texts.ts'
import type { SurveySettings } from '../../surveys/survey-settings.ts'
import type { SurveyTexts } from '../../surveys/survey-texts.ts'
import type { SurveyDeskTexts } from '../surveys/survey-desk-texts.ts'
import { type AnnexTable, annexNotes, annexTables } from './yearly-annex.ts'
import type { YearlyFacts } from './yearly-facts.ts'
import type { YearlyFigure, YearlySettings } from './yearly-settings.ts'
import {
  dossierBlocks,
  indexBlocks,
  itemBlocks,
  paymentBlocks,
  periodBlocks,
  reportBlocks,
  surveyBlocks,
} from './yearly-statements.ts'

/** Where a computed sentence comes from: what was asked of the records, and how to see it again. */
export interface Source {
  text: string
  /** Page of the desk with the same figures. */
  path: string
}

export type Block =
  | { kind: 'computed'; text: string; source: Source; contradictsPraise: boolean }
  /** What only people know: the draft says what is asked for, and makes nothing up. */
  | { kind: 'staff'; prompt: string }
  | { kind: 'fixed'; text: string }

/** The draft as data: the page and the file are two ways to show it. */
export interface YearlyReport {
  year: string
  heading: YearlySettings['heading']
  title: string
  subject: string
  legalBasis: Block[]
  opening: Block[]
  sections: { title: string; blocks: Block[] }[]
  closing: string
  receivers: readonly string[]
  signature: readonly string[]
  annex: { tables: AnnexTable[]; notes: string[] }
}

export interface YearlyWords {
  texts: SurveyDeskTexts
  surveyTexts: SurveyTexts
  dossierTexts: DossierTexts
  settings: YearlySettings
  survey: SurveySettings
}

/** The same facts give the same report. */
export function makeYearlyReport(facts: YearlyFacts, words: YearlyWords): YearlyReport {
  const { settings, texts } = words
  const staff = (prompts: readonly string[]): Block[] => prompts.map((prompt) => ({ kind: 'staff', prompt }))
  return {
    year: facts.period.to.slice(0, 4),
    heading: settings.heading,
    title: settings.title,
    subject: settings.subject,
    legalBasis: [
      ...settings.legalBasis.map((text): Block => ({ kind: 'fixed', text })),
      ...staff([settings.legalBasisPrompt]),
    ],
    opening: [...staff(settings.opening), ...periodBlocks(facts, words)],
    sections: settings.sections.map(({ title, items, figures, staff: prompts }) => ({
      title,
      blocks: [
        ...staff(prompts),
        ...itemBlocks(facts, words, items[facts.index.questionnaire.id]),
        ...figures.flatMap((figure) => blocksOf[figure](facts, words)),
      ],
    })),
    closing: settings.closing,
    receivers: settings.receivers,
    signature: settings.signature,
    annex: { tables: annexTables(facts, words), notes: annexNotes(facts, texts, words) },
  }
}

const blocksOf: Record<YearlyFigure, (facts: YearlyFacts, words: YearlyWords) => Block[]> = {
  survey: surveyBlocks,
  payment: paymentBlocks,
  dossiers: dossierBlocks,
  reports: reportBlocks,
  index: indexBlocks,
}

/** How many sentences the program wrote, and how many wait for people. */
export function countBlocks({ legalBasis, opening, sections }: YearlyReport): {
  computed: number
  staff: number
} {
  const all = [...legalBasis, ...opening, ...sections.flatMap(({ blocks }) => blocks)]
  return {
    computed: all.filter(({ kind }) => kind === 'computed').length,
    staff: all.filter(({ kind }) => kind === 'staff').length,
  }
}
