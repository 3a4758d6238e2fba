import { type Effect, type LineEffect, verdicts } from '../../catalogue/learning/measure-effect.ts'
import type { ReviewGroup, Tried } from '../../catalogue/learning/review-questions.ts'
import type { CountedQuestion } from '../../catalogue/unanswered-question.ts'
import {
  Confirm,
  ErrorSummary,
  type FieldErrors,
  FormField,
  PostForm,
  RadioField,
} from '../components/form.tsx'
import { DataTable } from '../components/table.tsx'
import type { Desk } from '../desk-page.ts'
import { displayInstant } from '../display-time.ts'
import type { QuestionDeskTexts } from './question-desk-texts.ts'
import { outcomesInWords, questionsPath, ReasonField } from './questions-page.tsx'

export interface TypedWords {
  kind: 'alias' | 'lay-word'
  words: string
  code: string
  means: string
  reason: string
}

export interface GroupPageProps {
  desk: Desk
  texts: QuestionDeskTexts
  group: ReviewGroup
  typed: TypedWords
  errors: FieldErrors
  tried?: Extract<Tried, { kind: 'tried' }> | undefined
  formToken: string
}

/** Longer lists say no more. */
const mostLines = 20
const maxWordChars = 120

/** One group, what new words would do to it and to everything else, and the ways to be done with it. */
export function GroupPage(props: GroupPageProps) {
  const { desk, texts, group, errors, tried } = props
  const { count, firstAskedAt, lastAskedAt, waiting } = group
  return (
    <>
      <p>
        <a href={questionsPath} safe>
          {texts.say('questions.group.back')}
        </a>
      </p>
      <ErrorSummary errors={errors} texts={desk.texts} />
      <p class="lead" safe>
        {texts.say('questions.group.facts', {
          count,
          from: displayInstant(firstAskedAt),
          to: displayInstant(lastAskedAt),
          waiting,
        })}
      </p>
      <p safe>{outcomesInWords(group, texts)}</p>
      {tried ? <EffectPart {...props} tried={tried} /> : ''}
      <WordsForm {...props} />
      <DataTable
        caption={texts.say('questions.group.questions')}
        columns={[
          {
            heading: texts.say('questions.question'),
            text: (row: CountedQuestion) => row.text,
            isRowHeading: true,
          },
          {
            heading: texts.say('questions.outcomes'),
            text: ({ outcome }) => texts.say(`questions.outcome.${outcome}`),
          },
          { heading: texts.say('questions.count'), text: (row) => String(row.count), isNumber: true },
        ]}
        rows={group.questions.slice(0, mostLines)}
        empty={{ title: texts.say('questions.empty') }}
      />
      <Ends {...props} />
    </>
  )
}

function WordsForm({ texts, group, typed, errors, formToken }: GroupPageProps) {
  return (
    <section class="card">
      <h2 safe>{texts.say('questions.form.heading')}</h2>
      <p safe>{texts.say('questions.form.intro')}</p>
      <PostForm action={`${questionsPath}/${group.id}/try`} formToken={formToken} class="card">
        <div class="fields">
          <RadioField
            name="kind"
            label={texts.say('questions.form.kind')}
            value={typed.kind}
            options={[
              { value: 'alias', label: texts.say('questions.form.kind-alias') },
              { value: 'lay-word', label: texts.say('questions.form.kind-lay-word') },
            ]}
          />
          <FormField
            name="words"
            label={texts.say('questions.form.words')}
            hint={texts.say('questions.form.words-hint')}
            error={errors.words}
            value={typed.words}
            maxlength={maxWordChars}
            isWide
          />
          <FormField
            name="code"
            label={texts.say('questions.form.code')}
            hint={texts.say('questions.form.code-hint')}
            optional={texts.say('questions.form.optional')}
            error={errors.code}
            value={typed.code}
            spellcheck="false"
            maxlength={20}
          />
          <FormField
            name="means"
            label={texts.say('questions.form.means')}
            hint={texts.say('questions.form.means-hint')}
            optional={texts.say('questions.form.optional')}
            error={errors.means}
            value={typed.means}
            maxlength={maxWordChars}
            isWide
          />
        </div>
        <button type="submit" class="button primary" safe>
          {texts.say('questions.form.try')}
        </button>
      </PostForm>
    </section>
  )
}

function EffectPart({
  texts,
  group,
  typed,
  errors,
  tried,
  formToken,
}: GroupPageProps & { tried: NonNullable<GroupPageProps['tried']> }) {
  const { effect, isRefused, questions } = tried
  return (
    <section class="card" aria-labelledby="effect">
      <h2 id="effect" safe>
        {texts.say('questions.effect.heading')}
      </h2>
      <p role="status">
        <strong safe>{effectInWords(effect, isRefused, texts)}</strong>
      </p>
      <DataTable
        caption={texts.say('questions.effect.figures')}
        columns={[
          {
            heading: texts.say('questions.effect.verdict'),
            text: (verdict: (typeof verdicts)[number]) => texts.say(`questions.effect.${verdict}`),
            isRowHeading: true,
          },
          {
            heading: texts.say('questions.effect.before'),
            text: (verdict) => String(effect.before[verdict]),
            isNumber: true,
          },
          {
            heading: texts.say('questions.effect.after'),
            text: (verdict) => String(effect.after[verdict]),
            isNumber: true,
          },
        ]}
        rows={verdicts}
        empty={{ title: '' }}
      />
      <Lines texts={texts} title={texts.say('questions.effect.worse')} lines={effect.worse} />
      <Lines texts={texts} title={texts.say('questions.effect.better')} lines={effect.better} />
      <DataTable
        caption={texts.say('questions.effect.own')}
        columns={[
          {
            heading: texts.say('questions.effect.line'),
            text: (row: (typeof questions)[number]) => row.text,
            isRowHeading: true,
          },
          {
            heading: texts.say('questions.effect.before'),
            text: ({ before }) => codesInWords(before, texts),
          },
          { heading: texts.say('questions.effect.after'), text: ({ after }) => codesInWords(after, texts) },
        ]}
        rows={questions}
        empty={{ title: texts.say('questions.effect.none') }}
      />
      {isRefused ? (
        ''
      ) : (
        <PostForm action={`${questionsPath}/${group.id}/keep`} formToken={formToken} class="card">
          <input type="hidden" name="kind" value={typed.kind} />
          <input type="hidden" name="words" value={typed.words} />
          <input type="hidden" name="code" value={typed.code} />
          <input type="hidden" name="means" value={typed.means} />
          <div class="fields">
            <ReasonField texts={texts} error={errors.reason} value={typed.reason} />
          </div>
          <button type="submit" class="button primary" safe>
            {texts.say('questions.form.keep')}
          </button>
        </PostForm>
      )}
    </section>
  )
}

export function effectInWords(
  { lines, before, after }: Effect,
  isRefused: boolean,
  texts: QuestionDeskTexts,
): string {
  const scores = { lines, before: before.score, after: after.score }
  return isRefused
    ? texts.say('questions.effect.refused', { ...scores, wrongBefore: before.wrong, wrongAfter: after.wrong })
    : texts.say('questions.effect.fine', scores)
}

const codesInWords = (codes: readonly string[], texts: QuestionDeskTexts): string =>
  codes.length === 0 ? texts.say('questions.effect.nothing') : codes.join(', ')

function Lines({
  texts,
  title,
  lines,
}: {
  texts: QuestionDeskTexts
  title: string
  lines: readonly LineEffect[]
}) {
  if (lines.length === 0) return ''
  return (
    <DataTable
      caption={title}
      columns={[
        {
          heading: texts.say('questions.effect.line'),
          text: (line: LineEffect) => line.question,
          isRowHeading: true,
        },
        {
          heading: texts.say('questions.effect.before'),
          text: ({ before }) => texts.say(`questions.effect.${before}`),
        },
        {
          heading: texts.say('questions.effect.after'),
          text: ({ after }) => texts.say(`questions.effect.${after}`),
        },
        { heading: texts.say('questions.effect.codes'), text: ({ codes }) => codesInWords(codes, texts) },
      ]}
      rows={lines.slice(0, mostLines)}
      empty={{ title: '' }}
    />
  )
}

/** The ways to be done without new words. */
function Ends({ texts, group, formToken }: GroupPageProps) {
  return (
    <div class="actions">
      <Confirm
        action={`${questionsPath}/${group.id}/link`}
        formToken={formToken}
        label={texts.say('questions.link.label')}
        question={texts.say('questions.link.question')}
      >
        <label>
          <span safe>{texts.say('questions.form.code')}</span>
          <input name="code" required maxlength={20} autocomplete="off" spellcheck="false" />
        </label>
      </Confirm>
      <Confirm
        action={`${questionsPath}/${group.id}/dismiss`}
        formToken={formToken}
        label={texts.say('questions.dismiss.label')}
        question={texts.say('questions.dismiss.question')}
        isDangerous
      />
    </div>
  )
}
