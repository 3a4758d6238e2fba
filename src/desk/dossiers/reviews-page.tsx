import type { ColumnMapping } from '../../dossiers/column-mapping.ts'
import type { DossierStatus } from '../../dossiers/dossier.ts'
import type { DossierReview } from '../../dossiers/dossier-reviews.ts'
import type { Texts } from '../../lib/texts.ts'
import {
  Confirm,
  ErrorSummary,
  type FieldErrors,
  FormField,
  PostForm,
  TextAreaField,
} from '../components/form.tsx'
import { Icon, icons } from '../components/icon.tsx'
import { DataTable, type Fact, Facts, Pagination } from '../components/table.tsx'
import type { DeskTexts } from '../desk-texts.ts'
import { displayDay, displayInstant } from '../display-time.ts'
import type { TypedForm } from '../reports/action-forms.ts'
import { dossierPath } from './dossier-desk.ts'
import type { DossierDeskTexts } from './dossier-desk-texts.ts'
import { BackToList } from './dossier-page.tsx'

export const reviewsPath = '/desk/dossiers/reviews'
export const reviewPath = (id: string): string => `${reviewsPath}?${new URLSearchParams({ review: id })}`
export const maxReasonChars = 500

export interface ReviewRow {
  review: DossierReview
  linked: number | undefined
}

export function ReviewsPage(props: {
  texts: DossierDeskTexts
  deskTexts: Texts<DeskTexts>
  mapping: ColumnMapping
  rows: readonly ReviewRow[]
  isFirst: boolean
  /** Address of the next page. */
  next?: string | undefined
}) {
  const { texts, deskTexts, mapping, rows, isFirst, next } = props
  return (
    <>
      <BackToList texts={texts} />
      <p class="lead" safe>
        {texts.say('dossier-desk.reviews.intro')}
      </p>
      <DataTable
        caption={texts.say('dossier-desk.reviews.title')}
        hasHiddenCaption
        rows={rows}
        empty={{ title: texts.say('dossier-desk.reviews.none') }}
        columns={[
          {
            heading: texts.say('dossier-desk.column.code'),
            cell: ({ review }) => (
              <a class="case-link dossier-code" href={reviewPath(review.id)} safe>
                {review.code}
              </a>
            ),
            isRowHeading: true,
          },
          {
            heading: texts.say('dossier-desk.reviews.what'),
            text: ({ review }) => summaryOf(review, texts, mapping),
          },
          {
            heading: texts.say('dossier-desk.reviews.linked'),
            text: ({ linked = 0 }) => linked.toLocaleString('vi-VN'),
            isNumber: true,
          },
          {
            heading: texts.say('dossier-desk.reviews.since'),
            text: ({ review }) => displayInstant(review.madeAt),
            isShort: true,
          },
        ]}
      />
      <Pagination
        label={deskTexts.say('desk.table.pages')}
        {...(isFirst ? {} : { newer: { href: reviewsPath, label: texts.say('dossier-desk.list.first') } })}
        {...(next === undefined ? {} : { older: { href: next, label: texts.say('dossier-desk.list.next') } })}
      />
    </>
  )
}

function summaryOf(review: DossierReview, texts: DossierDeskTexts, mapping: ColumnMapping): string {
  if (review.kind === 'backward') {
    return texts.say('dossier-desk.reviews.backward', statusNames(review, mapping))
  }
  const { daysOver, dueDay } = review.draft
  const due = displayDay(dueDay)
  return daysOver > 0
    ? texts.say('dossier-desk.reviews.late', { due, days: daysOver })
    : texts.say('dossier-desk.reviews.soon-late', { due })
}

const statusNames = ({ from, to }: { from: string; to: string }, mapping: ColumnMapping) => ({
  from: mapping.statusName(from as DossierStatus),
  to: mapping.statusName(to as DossierStatus),
})

export interface ReviewPageProps {
  texts: DossierDeskTexts
  deskTexts: Texts<DeskTexts>
  mapping: ColumnMapping
  review: DossierReview
  linked: number | undefined
  formToken: string
  /** What was typed, when something was. */
  form: TypedForm
  errors?: FieldErrors
  /** What would be sent, word for word; an apology has none before reason and day are there. */
  text?: string
}

/** One thing that a person decides before anybody is told. */
export function ReviewPage(props: ReviewPageProps) {
  const { texts, deskTexts, mapping, review, linked, formToken, form, errors = {}, text } = props
  const isApology = review.kind === 'apology'
  return (
    <>
      <a class="back" href={reviewsPath}>
        <Icon path={icons.back} />
        <span safe>{texts.say('dossier-desk.reviews.back')}</span>
      </a>
      <ErrorSummary errors={errors} texts={deskTexts} />
      <section class="card" aria-labelledby="case">
        <h2 id="case">
          <a href={dossierPath(review.code)} safe>
            {review.code}
          </a>
        </h2>
        <p safe>{summaryOf(review, texts, mapping)}</p>
        <Facts facts={factsOf()} />
      </section>
      {text === undefined ? (
        ''
      ) : (
        <section class="card" aria-labelledby="message">
          <h2 id="message" safe>
            {texts.say('dossier-desk.review.message')}
          </h2>
          <p class="told message" safe>
            {text}
          </p>
          <PostForm
            action={`${reviewsPath}/${isApology ? 'approve' : 'confirm'}`}
            formToken={formToken}
            class="fields"
          >
            <Kept fields={{ id: review.id, shown: text, ...(isApology ? decisionFields(form) : {}) }} />
            <p class="hint" safe>
              {sendHint()}
            </p>
            <button type="submit" class="button primary" safe>
              {texts.say(linked ? 'dossier-desk.review.approve' : 'dossier-desk.review.approve-unsent')}
            </button>
          </PostForm>
        </section>
      )}
      {isApology ? (
        <section class="card" aria-labelledby="write">
          <h2 id="write" safe>
            {texts.say('dossier-desk.review.write')}
          </h2>
          <PostForm action={`${reviewsPath}/preview`} formToken={formToken} class="fields">
            <Kept fields={{ id: review.id }} />
            <TextAreaField
              name="reason"
              label={texts.say('dossier-desk.review.reason')}
              hint={texts.say('dossier-desk.review.reason-hint')}
              value={form.one('reason')}
              error={errors.reason}
              rows={3}
              maxlength={maxReasonChars}
            />
            <FormField
              name="newDueDay"
              type="date"
              label={texts.say('dossier-desk.review.new-due')}
              value={form.one('newDueDay')}
              error={errors.newDueDay}
            />
            <FormField
              name="link"
              label={texts.say('dossier-desk.review.link')}
              hint={texts.say('dossier-desk.review.link-hint')}
              value={form.one('link')}
              error={errors.link}
              optional={deskTexts.say('desk.form.optional')}
              spellcheck="false"
            />
            <button type="submit" class={text === undefined ? 'button primary' : 'button'} safe>
              {texts.say('dossier-desk.review.preview')}
            </button>
          </PostForm>
        </section>
      ) : (
        ''
      )}
      <Confirm
        action={`${reviewsPath}/dismiss`}
        formToken={formToken}
        label={texts.say('dossier-desk.review.dismiss')}
        question={texts.say(
          isApology ? 'dossier-desk.review.dismiss-apology' : 'dossier-desk.review.dismiss-backward',
        )}
        isDangerous
      >
        <Kept fields={{ id: review.id }} />
      </Confirm>
    </>
  )

  function factsOf(): Fact[] {
    const followed: Fact = {
      term: texts.say('dossier-desk.fact.linked'),
      text:
        linked === undefined
          ? texts.say('dossier-desk.dossier.no-keys')
          : texts.say('dossier-desk.review.linked', { count: linked }),
    }
    if (review.kind === 'backward') return [followed]
    const { procedureName, unit, firstDueDay } = review.draft
    const none = texts.say('dossier-desk.none')
    return [
      { term: texts.say('dossier-desk.fact.procedure'), text: procedureName ?? none },
      { term: texts.say('dossier-desk.fact.unit'), text: unit ?? none },
      ...(firstDueDay === undefined
        ? []
        : [{ term: texts.say('dossier-desk.fact.first-due'), text: displayDay(firstDueDay) }]),
      followed,
    ]
  }

  function sendHint(): string {
    return linked
      ? texts.say('dossier-desk.review.send-hint', { count: linked })
      : texts.say('dossier-desk.review.nobody')
  }
}

const decisionFields = (form: TypedForm) => ({
  reason: form.one('reason'),
  newDueDay: form.one('newDueDay'),
  link: form.one('link'),
})

function Kept({ fields }: { fields: Record<string, string> }) {
  return (
    <>
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  )
}
