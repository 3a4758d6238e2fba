import type { Level, Questionnaire } from '../questionnaire.ts'

/** `never-used`: the person said so. `unanswered`: asked, and nothing came back. */
export type Answer = Level | 'never-used' | 'unanswered'

/** part ÷ whole, both positive whole numbers; plain, so that it can be stored. */
export interface Ratio {
  part: number
  whole: number
}

export interface AskedItem {
  item: string
  answer: Answer
  /** How likely the rotation was to ask this person this item; 1 when it is absent (a whole form). */
  chance?: Ratio
}

/** What one person was asked about one dossier. A person who kept silent is a form with every answer `unanswered`. */
export interface SurveyForm {
  asked: readonly AskedItem[]
  /** The part of the work it belongs to, such as the procedure field; for `weighByVolume`. */
  stratum?: string
  /** How many dossiers the form stands for, such as those of its procedure field; 1 when absent. */
  weight?: Ratio
  /** Typed in by staff on a person's behalf ("nhập hộ"): counted, never part of an index. */
  isAssisted?: boolean
  /** How many people this stands for who were asked and said the same (`countEqual`); 1 when absent. */
  count?: number
}

/** Which items make which groups, in the order of printing. */
export interface IndexLayout {
  groups: readonly LayoutGroup[]
}

export interface LayoutGroup {
  id: string
  name: string
  weight: number
  items: readonly { id: string; weight: number }[]
}

export function layoutOf({ groups, items }: Questionnaire): IndexLayout {
  return {
    groups: groups.map(({ id, name, weight }) => ({
      id,
      name,
      weight,
      items: items.filter(({ group }) => group === id).map((item) => ({ id: item.id, weight: item.weight })),
    })),
  }
}

/**
 * The same items under the official criteria I–V, for the ministry's form. Groups of one criterion become one; an item's
 * weight carries that of its group, and each criterion weighs 1.
 *
 * @param names of the criteria
 */
export function layoutByCriterion(
  { groups, items }: Questionnaire,
  names: Readonly<Record<string, string>>,
): IndexLayout {
  const used = [...new Set(groups.map(({ criterion }) => criterion))].sort()
  return {
    groups: used.map((criterion) => ({
      id: criterion,
      name: names[criterion] ?? criterion,
      weight: 1,
      items: groups
        .filter((group) => group.criterion === criterion)
        .flatMap((group) =>
          items
            .filter((item) => item.group === group.id)
            .map((item) => ({ id: item.id, weight: item.weight * group.weight })),
        ),
    })),
  }
}
