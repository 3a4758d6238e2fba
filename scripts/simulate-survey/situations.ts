import type { MethodId } from '../../src/surveys/index/methods.ts'
import type { Person } from './town.ts'

/** How a survey is held in a town, and who keeps silent. */
export interface Situation {
  id:
    | 'random-silence'
    | 'unequal-shares'
    | 'silence-by-field'
    | 'paper-forms'
    | 'three-items'
    | 'unhappy-silent'
    | 'very-unhappy-silent'
    | 'happy-silent'
  /** Whether silence has to do with what people think, beyond what the office knows of them. */
  silence: 'random' | 'biased'
  invited: number
  /** Of the rotation; absent: whole forms on paper. */
  itemsAPerson?: number
  /** Items with these places are asked so many times as often. */
  shares?: Readonly<Record<number, number>>
  /** Chance that a person answers at all. */
  answers(person: Person): number
  /** Chance to go on after each answered question. */
  goesOn: number
  isWeighedByVolume?: true
  methods: readonly MethodId[]
}

const all: readonly MethodId[] = [
  'share45_pooled',
  'share45_mean_of_groups',
  'share45_mean_of_items',
  'mean_over_5',
  'mean_rescaled',
]
/** A share and a mean; the others behave like one of them. */
const two: readonly MethodId[] = ['share45_pooled', 'mean_rescaled']

export const situations: readonly Situation[] = [
  {
    id: 'random-silence',
    silence: 'random',
    invited: 400,
    itemsAPerson: 2,
    answers: () => 0.4,
    goesOn: 1,
    methods: all,
  },
  {
    id: 'three-items',
    silence: 'random',
    invited: 250,
    itemsAPerson: 3,
    answers: () => 0.4,
    goesOn: 0.8,
    methods: all,
  },
  {
    id: 'paper-forms',
    silence: 'random',
    invited: 100,
    answers: () => 0.8,
    goesOn: 1,
    methods: all,
  },
  {
    id: 'unequal-shares',
    silence: 'random',
    invited: 400,
    itemsAPerson: 2,
    // The friendliest and the hardest item of a town differ; asking three of them often pulls a naive figure along.
    shares: { 8: 6, 9: 6, 10: 6 },
    answers: () => 0.4,
    goesOn: 1,
    methods: two,
  },
  {
    id: 'silence-by-field',
    silence: 'random',
    invited: 400,
    itemsAPerson: 2,
    answers: ({ field }) => (field === 'kho' ? 0.15 : 0.5),
    goesOn: 1,
    isWeighedByVolume: true,
    methods: two,
  },
  {
    id: 'unhappy-silent',
    silence: 'biased',
    invited: 250,
    itemsAPerson: 2,
    answers: ({ contentment }) => 0.1 + 0.3 * contentment ** 2,
    goesOn: 0.9,
    methods: two,
  },
  {
    id: 'very-unhappy-silent',
    silence: 'biased',
    invited: 250,
    itemsAPerson: 2,
    answers: ({ contentment }) => 0.02 + 0.5 * contentment ** 6,
    goesOn: 0.9,
    methods: two,
  },
  {
    id: 'happy-silent',
    silence: 'biased',
    invited: 250,
    itemsAPerson: 2,
    answers: ({ contentment }) => 0.6 - 0.5 * contentment,
    goesOn: 0.9,
    methods: two,
  },
]
