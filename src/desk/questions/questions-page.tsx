import type { ReviewGroup } from '../../catalogue/learning/review-questions.ts'
import type { SearchAlias } from '../../catalogue/learning/search-alias.ts'
import { Confirm, FormField } from '../components/form.tsx'
import { DataTable } from '../components/table.tsx'
import { displayInstant } from '../display-time.ts'
import type { QuestionDeskTexts } from './question-desk-texts.ts'

export const questionsPath = '/desk/questions'
export const maxReasonChars = 300
const dayOf = (at: Date) => displayInstant(at).split(' ')[0]!

export function outcomesInWords(group: Pick<ReviewGroup, 'outcomes'>, texts: QuestionDeskTexts): string {
  return group.outcomes
    .map(({ outcome, count }) =>
      texts.say('questions.outcome-count', { outcome: texts.say(`questions.outcome.${outcome}`), count }),
    )
    .join('; ')
}

/** All groups that wait, as far down as anybody looks. */
export function QuestionsPage(props: {
  texts: QuestionDeskTexts
  groups: readonly ReviewGroup[]
  days: number
  mostRows: number
}) {
  const { texts, groups, days, mostRows } = props
  const shown = groups.slice(0, mostRows)
  return (
    <>
      <p class="lead" safe>
        {texts.say('questions.intro', { days })}
      </p>
      <p>
        <a href={`${questionsPath}/words`} safe>
          {texts.say('questions.words-link')}
        </a>
      </p>
      <DataTable
        caption={texts.say('questions.list')}
        columns={[
          {
            heading: texts.say('questions.question'),
            cell: (group: ReviewGroup) => (
              <a href={`${questionsPath}/${group.id}`} safe>
                {group.questions[0]!.text}
              </a>
            ),
            isRowHeading: true,
          },
          { heading: texts.say('questions.count'), text: ({ count }) => String(count), isNumber: true },
          {
            heading: texts.say('questions.kinds'),
            text: ({ questions }) => String(new Set(questions.map(({ key }) => key)).size),
            isNumber: true,
          },
          { heading: texts.say('questions.outcomes'), text: (group) => outcomesInWords(group, texts) },
          {
            heading: texts.say('questions.days'),
            text: (group) => `${dayOf(group.firstAskedAt)} – ${dayOf(group.lastAskedAt)}`,
            isShort: true,
          },
          { heading: texts.say('questions.waiting'), text: ({ waiting }) => String(waiting), isNumber: true },
        ]}
        rows={shown}
        empty={{ title: texts.say('questions.empty') }}
      />
      {groups.length > shown.length ? (
        <p safe>{texts.say('questions.list-more', { count: groups.length - shown.length })}</p>
      ) : (
        ''
      )}
    </>
  )
}

/** What staff taught, with the way to take it back. */
export function WordsPage(props: {
  texts: QuestionDeskTexts
  aliases: readonly SearchAlias[]
  nameOf: (by: string) => string
  formToken: string
}) {
  const { texts, aliases, nameOf, formToken } = props
  return (
    <>
      <p class="lead" safe>
        {texts.say('questions.words.intro')}
      </p>
      <p>
        <a href={questionsPath} safe>
          {texts.say('questions.group.back')}
        </a>{' '}
        ·{' '}
        <a href={`${questionsPath}/words.yaml`} download="tu-ngu-da-them.yaml" safe>
          {texts.say('questions.words.export')}
        </a>
      </p>
      <DataTable
        caption={texts.say('questions.words.list')}
        columns={[
          {
            heading: texts.say('questions.words.said'),
            text: ({ taught }: SearchAlias) => taught.words,
            isRowHeading: true,
          },
          {
            heading: texts.say('questions.words.means'),
            text: ({ taught }) => (taught.kind === 'alias' ? taught.code : taught.means),
          },
          {
            heading: texts.say('questions.words.by'),
            text: ({ by, at }) => `${nameOf(by)}, ${displayInstant(at)}`,
          },
          { heading: texts.say('questions.words.reason'), text: ({ reason }) => reason },
          {
            heading: texts.say('questions.words.score'),
            text: ({ effect }) => `${effect.before} → ${effect.after}`,
            isShort: true,
          },
          {
            heading: texts.say('questions.words.state'),
            cell: (alias) =>
              alias.takenBack ? (
                <span safe>
                  {texts.say('questions.words.taken-back', {
                    at: displayInstant(alias.takenBack.at),
                    reason: alias.takenBack.reason,
                  })}
                </span>
              ) : (
                <>
                  <span safe>{texts.say('questions.words.kept')}</span>
                  <Confirm
                    action={`${questionsPath}/words/take-back`}
                    formToken={formToken}
                    label={texts.say('questions.words.take-back')}
                    question={texts.say('questions.words.take-back-question')}
                    isDangerous
                  >
                    <input type="hidden" name="alias" value={alias.id} />
                    <label>
                      <span safe>{texts.say('questions.form.reason')}</span>
                      <input name="reason" required maxlength={maxReasonChars} autocomplete="off" />
                    </label>
                  </Confirm>
                </>
              ),
          },
        ]}
        rows={aliases}
        empty={{ title: texts.say('questions.words.empty') }}
      />
    </>
  )
}

/** The reason that every change asks for. */
export const ReasonField = ({
  texts,
  error,
  value,
}: {
  texts: QuestionDeskTexts
  error?: string | undefined
  value?: string
}) => (
  <FormField
    name="reason"
    label={texts.say('questions.form.reason')}
    error={error}
    value={value}
    maxlength={maxReasonChars}
    isWide
  />
)
