import type { Texts } from '../../lib/texts.ts'
import {
  ErrorSummary,
  type FieldErrors,
  FormField,
  PostForm,
  SelectField,
  TextAreaField,
} from '../components/form.tsx'
import type { DeskTexts } from '../desk-texts.ts'
import type { TypedForm } from '../reports/action-forms.ts'
import type { DossierDeskTexts } from './dossier-desk-texts.ts'
import { BackToList } from './dossier-page.tsx'

export interface SlipsPageProps {
  texts: DossierDeskTexts
  deskTexts: Texts<DeskTexts>
  formToken: string
  form: TypedForm
  errors: FieldErrors
  units: readonly string[]
  /** Why no slips can be made here. */
  obstacle?: string | undefined
}

/** Which dossiers get a slip: a list of codes, or what came in on a day. */
export function SlipsPage({ texts, deskTexts, formToken, form, errors, units, obstacle }: SlipsPageProps) {
  return (
    <>
      <BackToList texts={texts} />
      <p class="lead" safe>
        {texts.say('dossier-desk.slips.intro')}
      </p>
      {obstacle === undefined ? (
        <>
          <ErrorSummary errors={errors} texts={deskTexts} />
          <section class="card" aria-label={texts.say('dossier-desk.slips.title')}>
            <PostForm action="/desk/dossiers/slips" formToken={formToken} class="fields">
              <TextAreaField
                name="codes"
                label={texts.say('dossier-desk.slips.codes')}
                hint={texts.say('dossier-desk.slips.codes-hint')}
                value={form.one('codes')}
                error={errors.codes}
                optional={deskTexts.say('desk.form.optional')}
              />
              <FormField
                name="day"
                type="date"
                label={texts.say('dossier-desk.slips.day')}
                hint={texts.say('dossier-desk.slips.day-hint')}
                value={form.one('day')}
                error={errors.day}
                optional={deskTexts.say('desk.form.optional')}
              />
              <SelectField
                name="unit"
                label={texts.say('dossier-desk.column.unit')}
                value={form.one('unit')}
                options={[
                  { value: '', label: texts.say('dossier-desk.filter.any-unit') },
                  ...units.map((unit) => ({ value: unit, label: unit })),
                ]}
              />
              <button type="submit" class="button primary" safe>
                {texts.say('dossier-desk.slips.make')}
              </button>
            </PostForm>
          </section>
        </>
      ) : (
        <p class="warning" safe>
          {obstacle}
        </p>
      )}
    </>
  )
}
