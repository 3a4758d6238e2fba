import type { SurveyDeskTexts } from './survey-desk-texts.ts'

/** A unit, field or procedure; '' is what the records do not say. */
export function wordPartName(name: string, texts: SurveyDeskTexts): string {
  return name === '' ? texts.say('index.part.unknown') : name
}
