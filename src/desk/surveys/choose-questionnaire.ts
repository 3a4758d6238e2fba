import type { AnswersOfPeriod, ArchivedForm } from '../../surveys/answer-archive.ts'
import type { Questionnaire } from '../../surveys/questionnaire.ts'
import { questionnaireInUse, type SurveySettings } from '../../surveys/survey-settings.ts'

export interface QuestionnaireSources {
  /** Those of the files. */
  questionnaires: readonly Questionnaire[]
  /** Those that people were asked, kept for ever; for versions that are in the files no longer. */
  findQuestionnaire?: ((id: string, version: number) => Promise<Questionnaire | undefined>) | undefined
  settings: SurveySettings
}

export interface ChosenEntry {
  forms: readonly ArchivedForm[]
  questionnaire: Questionnaire
  /** Every version with forms; figures of different ones are never mixed. */
  known: Questionnaire[]
  /** Versions whose words are neither in the files nor in the database: nothing is counted of them. */
  unknown: string[]
}

export function questionnaireKey({ id, version }: { id: string; version: number }): string {
  return `${id}@${version}`
}

export function isSameVersion(
  a: { id: string; version: number },
  b: { id: string; version: number },
): boolean {
  return a.id === b.id && a.version === b.version
}

/**
 * The wanted one; else that with most forms; else the one in use, with nothing in it.
 *
 * @param wanted "sipas-19@1"
 */
export async function chooseEntry(
  entries: readonly AnswersOfPeriod[],
  { questionnaires, findQuestionnaire, settings }: QuestionnaireSources,
  wanted?: string,
): Promise<ChosenEntry> {
  const known: { forms: readonly ArchivedForm[]; questionnaire: Questionnaire }[] = []
  const unknown: string[] = []
  for (const { questionnaire: version, forms } of entries) {
    const questionnaire =
      questionnaires.find((one) => isSameVersion(one, version)) ??
      (await findQuestionnaire?.(version.id, version.version))
    if (questionnaire) known.push({ forms, questionnaire })
    else unknown.push(questionnaireKey(version))
  }
  const [most] = [...known].sort((a, b) => b.forms.length - a.forms.length)
  const found = known.find(({ questionnaire }) => questionnaireKey(questionnaire) === wanted) ?? most
  return {
    ...(found ?? { forms: [], questionnaire: questionnaireInUse(settings, questionnaires)! }),
    known: known.map(({ questionnaire }) => questionnaire),
    unknown,
  }
}
