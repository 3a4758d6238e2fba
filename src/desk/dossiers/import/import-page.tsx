import type { ImportOutcome } from '../../../dossiers/import-dossiers.ts'
import type { Problem } from '../../../lib/problem.ts'
import type { Texts } from '../../../lib/texts.ts'
import { ErrorSummary, type FieldErrors, FormField, PostForm } from '../../components/form.tsx'
import { DataTable } from '../../components/table.tsx'
import type { DeskTexts } from '../../desk-texts.ts'
import type { DossierDeskTexts } from '../dossier-desk-texts.ts'
import { BackToList } from '../dossier-page.tsx'

export const importPath = '/desk/dossiers/import'

export interface ImportPageProps {
  texts: DossierDeskTexts
  deskTexts: Texts<DeskTexts>
  formToken: string
  maxMegabytes: number
  errors?: FieldErrors
  /** What came of the file that was sent or confirmed. */
  result?: {
    name: string
    outcome: Exclude<ImportOutcome, { kind: 'imported' }>
    /** In words, line by line. */
    lines: readonly string[]
    /** Of the file that waits for a yes. */
    heldId?: string
  }
}

/** A file of the one-stop software: looked at first, taken in when the officer says so. */
export function ImportPage(props: ImportPageProps) {
  const { texts, deskTexts, formToken, maxMegabytes, errors = {}, result } = props
  return (
    <>
      <BackToList texts={texts} />
      <p class="lead" safe>
        {texts.say('dossier-desk.import.intro')}
      </p>
      <ErrorSummary errors={errors} texts={deskTexts} />
      {result ? <Result texts={texts} formToken={formToken} result={result} /> : ''}
      <section class="card" aria-labelledby="choose">
        <h2 id="choose" safe>
          {texts.say(result ? 'dossier-desk.import.choose-other' : 'dossier-desk.import.choose')}
        </h2>
        <form method="post" action={importPath} enctype="multipart/form-data" class="fields" novalidate>
          <input type="hidden" name="formToken" value={formToken} />
          <div class="field wide">
            <label for="file" safe>
              {texts.say('dossier-desk.import.file')}
            </label>
            <p id="file-hint" class="hint" safe>
              {texts.say('dossier-desk.import.file-hint', { max: maxMegabytes })}
            </p>
            {errors.file ? (
              <p id="file-error" class="field-error" safe>
                {errors.file}
              </p>
            ) : (
              ''
            )}
            <input
              id="file"
              name="file"
              type="file"
              accept=".csv,.txt,.xlsx,text/csv"
              required
              aria-invalid={errors.file ? 'true' : undefined}
              aria-describedby={errors.file ? 'file-hint file-error' : 'file-hint'}
            />
          </div>
          <FormField
            name="asOf"
            type="date"
            label={texts.say('dossier-desk.import.as-of')}
            hint={texts.say('dossier-desk.import.as-of-hint')}
            error={errors.asOf}
            optional={deskTexts.say('desk.form.optional')}
          />
          <button type="submit" class="button primary" safe>
            {texts.say('dossier-desk.import.check')}
          </button>
        </form>
      </section>
    </>
  )
}

function Result({
  texts,
  formToken,
  result,
}: Pick<ImportPageProps, 'texts' | 'formToken'> & { result: NonNullable<ImportPageProps['result']> }) {
  const { name, outcome, lines, heldId } = result
  const isBad = outcome.kind === 'problems' || outcome.kind === 'busy'
  return (
    <section id="result" class="card" aria-labelledby="result-title" tabindex="-1" data-takes-focus>
      <h2 id="result-title" safe>
        {texts.say('dossier-desk.import.result', { name })}
      </h2>
      <div class={isBad ? 'warning' : 'plain'} role={isBad ? 'alert' : undefined}>
        {lines.map((line) => (
          <p safe>{line}</p>
        ))}
      </div>
      {outcome.kind === 'problems' ? <Problems texts={texts} problems={outcome.problems} /> : ''}
      {heldId === undefined ? (
        ''
      ) : (
        <div class="buttons">
          <PostForm action={`${importPath}/confirm`} formToken={formToken}>
            <input type="hidden" name="held" value={heldId} />
            <button type="submit" class="button primary" safe>
              {texts.say('dossier-desk.import.confirm')}
            </button>
          </PostForm>
          <PostForm action={`${importPath}/cancel`} formToken={formToken}>
            <button type="submit" class="button" safe>
              {texts.say('dossier-desk.import.cancel')}
            </button>
          </PostForm>
        </div>
      )}
    </section>
  )
}

function Problems({ texts, problems }: { texts: DossierDeskTexts; problems: readonly Problem[] }) {
  return (
    <DataTable
      caption={texts.say('dossier-desk.import.problems')}
      rows={problems}
      empty={{ title: '' }}
      columns={[
        {
          heading: texts.say('dossier-desk.import.line'),
          text: ({ line }) => (line === undefined ? texts.say('dossier-desk.import.whole') : String(line)),
          isRowHeading: true,
          isShort: true,
        },
        { heading: texts.say('dossier-desk.import.fault'), text: ({ message }) => message },
      ]}
    />
  )
}
