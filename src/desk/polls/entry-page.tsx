import type { Dossier } from '../../dossiers/dossier.ts'
import { levels, type Questionnaire } from '../../surveys/questionnaire.ts'
import { StatusBadge } from '../components/badge.tsx'
import { ErrorSummary, type FieldErrors, FormField, PostForm, RadioField } from '../components/form.tsx'
import type { Desk } from '../desk-page.ts'
import type { PollDeskTexts } from './poll-desk-texts.ts'

export const mostNameChars = 120
export const answerField = (item: string): string => `answer-${item}`
/** In the form, as in the buttons of a poll. */
export const neverUsedValue = '0'

export interface TypedEntry {
  code: string
  day?: string | undefined
  unit?: string | undefined
  field?: string | undefined
  /** Item → what was marked. */
  answers: ReadonlyMap<string, string>
}

export interface EntryPageProps {
  desk: Desk
  texts: PollDeskTexts
  questionnaire: Questionnaire
  formToken: string
  errors: FieldErrors
  /** Without it only the code is asked for. */
  form?: { typed: TypedEntry; dossier: Dossier | undefined } | undefined
  /** What was typed as a code. */
  code?: string | undefined
}

export function EntryPage(props: EntryPageProps) {
  const { desk, texts, errors, form } = props
  return (
    <>
      <p class="lead" safe>
        {texts.say('polls.entry.intro')}
      </p>
      <p>
        <StatusBadge label={texts.say('polls.entry.mark')} tone="warn" />{' '}
        <span safe>{texts.say('polls.entry.outside')}</span>
      </p>
      <ErrorSummary errors={errors} texts={desk.texts} />
      {form ? <PaperForm {...props} {...form} /> : <CodeForm {...props} />}
    </>
  )
}

function CodeForm({ texts, errors, code }: EntryPageProps) {
  return (
    <form method="get" action="/desk/polls/entry" class="card" novalidate>
      <div class="fields">
        <FormField
          name="code"
          label={texts.say('polls.entry.code')}
          hint={texts.say('polls.entry.code-hint')}
          error={errors.code}
          value={code}
          spellcheck="false"
          maxlength={60}
          isWide
        />
      </div>
      <button type="submit" class="button primary" safe>
        {texts.say('polls.entry.find')}
      </button>
    </form>
  )
}

function PaperForm({
  texts,
  errors,
  formToken,
  questionnaire,
  typed,
  dossier,
}: EntryPageProps & NonNullable<EntryPageProps['form']>) {
  const { code } = typed
  return (
    <>
      <p role="status" safe>
        {wordDossier(texts, code, dossier)}
      </p>
      <p>
        <a href="/desk/polls/entry" safe>
          {texts.say('polls.entry.other-code')}
        </a>
      </p>
      <PostForm action="/desk/polls/entry" formToken={formToken} class="card">
        <input type="hidden" name="code" value={code} />
        <div class="fields">
          <FormField
            name="day"
            type="date"
            label={texts.say('polls.entry.day')}
            hint={texts.say('polls.entry.day-hint')}
            error={errors.day}
            value={typed.day}
          />
          <FormField
            name="unit"
            label={texts.say('polls.entry.unit')}
            optional={texts.say('polls.entry.optional')}
            value={typed.unit}
            maxlength={mostNameChars}
            isWide
          />
          <FormField
            name="field"
            label={texts.say('polls.entry.field')}
            optional={texts.say('polls.entry.optional')}
            value={typed.field}
            maxlength={mostNameChars}
            isWide
          />
        </div>
        <h2 id="answers" tabindex="-1" safe>
          {texts.say('polls.entry.questions')}
        </h2>
        <p class="hint" safe>
          {texts.say('polls.entry.questions-hint')}
        </p>
        <Questions questionnaire={questionnaire} answers={typed.answers} />
        <button type="submit" class="button primary" safe>
          {texts.say('polls.entry.save')}
        </button>
      </PostForm>
    </>
  )
}

function Questions({
  questionnaire,
  answers,
}: {
  questionnaire: Questionnaire
  answers: TypedEntry['answers']
}) {
  const { scale, groups, items } = questionnaire
  const options = [
    ...[...levels].reverse().map((level) => ({ value: String(level), label: scale.levels[`${level}`] })),
    { value: neverUsedValue, label: scale.neverUsed },
  ]
  return (
    <>
      {groups.map((group) => (
        <section aria-labelledby={`group-${group.id}`}>
          <h3 id={`group-${group.id}`} safe>
            {`${group.id}. ${group.name}`}
          </h3>
          {items
            .filter((item) => item.group === group.id)
            .map((item) => (
              <RadioField
                name={answerField(item.id)}
                label={`${item.id}. ${item.text}`}
                options={options}
                value={answers.get(item.id)}
              />
            ))}
        </section>
      ))}
    </>
  )
}

function wordDossier(texts: PollDeskTexts, code: string, dossier: Dossier | undefined): string {
  if (!dossier) return texts.say('polls.entry.not-found', { code })
  const { procedureName: procedure } = dossier
  return procedure === undefined
    ? texts.say('polls.entry.found', { code })
    : texts.say('polls.entry.found-procedure', { code, procedure })
}
