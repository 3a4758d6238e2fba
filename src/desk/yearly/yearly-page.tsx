import { FilterBar, FormField } from '../components/form.tsx'
import { DataTable } from '../components/table.tsx'
import { displayDay } from '../display-time.ts'
import type { SurveyDeskTexts } from '../surveys/survey-desk-texts.ts'
import type { Period } from '../surveys/survey-records.ts'
import type { Block, YearlyReport } from './yearly-report.ts'

/** The draft for reading, each figure with its source; the file says the same. */
export function YearlyPage(props: {
  texts: SurveyDeskTexts
  report: YearlyReport
  period: Period
  isPeriodWrong: boolean
  /** For who may take it along. */
  downloadPath?: string
}) {
  const { texts, report, period, isPeriodWrong, downloadPath } = props
  const { annex, sections, legalBasis, opening, closing, heading } = report
  return (
    <>
      <FilterBar
        action="/desk/yearly"
        target="results"
        submit={texts.say('yearly.show')}
        clear={texts.say('yearly.clear')}
      >
        <FormField name="from" type="date" label={texts.say('index.from')} value={period.from} optional="" />
        <FormField name="to" type="date" label={texts.say('index.to')} value={period.to} optional="" />
      </FilterBar>
      <div id="results" class="figures" aria-live="polite">
        {isPeriodWrong ? (
          <p class="warning" safe>
            {texts.say('index.wrong-period')}
          </p>
        ) : (
          ''
        )}
        <p class="lead" safe>
          {texts.say('yearly.intro', { from: displayDay(period.from), to: displayDay(period.to) })}
        </p>
        {downloadPath ? (
          <div>
            <a class="button primary" href={downloadPath} download="" safe>
              {texts.say('yearly.download')}
            </a>
            <p class="hint" safe>
              {texts.say('yearly.download-hint')}
            </p>
          </div>
        ) : (
          ''
        )}
        <section class="card" aria-labelledby="draft">
          <p safe>{`${heading.parent} · ${heading.office}`}</p>
          <h2 id="draft" safe>
            {report.title}
          </h2>
          <p>
            <strong safe>{report.subject}</strong>
          </p>
          {[...legalBasis, ...opening].map((block) => (
            <BlockView texts={texts} block={block} />
          ))}
        </section>
        {sections.map(({ title, blocks }, at) => (
          <section class="card" aria-labelledby={`section-${at + 1}`}>
            <h2 id={`section-${at + 1}`} safe>
              {title}
            </h2>
            {blocks.map((block) => (
              <BlockView texts={texts} block={block} />
            ))}
          </section>
        ))}
        <p safe>{closing}</p>
        <h2 safe>{texts.say('yearly.annex')}</h2>
        {annex.tables.map(({ title, headings, rows }) => (
          <section class="card">
            <h3 safe>{title}</h3>
            <DataTable
              caption={title}
              hasHiddenCaption
              rows={rows}
              empty={{ title: texts.say('index.none') }}
              columns={headings.map((name, column) => ({
                heading: name,
                text: (row: string[]) => row[column]!,
                isRowHeading: column === 0,
                isNumber: column > 0,
              }))}
            />
          </section>
        ))}
        <section class="card" aria-labelledby="annex-method">
          <h3 id="annex-method" safe>
            {texts.say('yearly.annex.method')}
          </h3>
          {annex.notes.map((note) => (
            <p class="hint" safe>
              {note}
            </p>
          ))}
        </section>
      </div>
    </>
  )
}

function BlockView({ texts, block }: { texts: SurveyDeskTexts; block: Block }) {
  switch (block.kind) {
    case 'fixed':
      return <p safe>{block.text}</p>
    case 'staff':
      return (
        <p class="aside">
          <em safe>{texts.say('yearly.staff', { prompt: block.prompt })}</em>
        </p>
      )
    case 'computed':
      return (
        <div>
          <p class={block.contradictsPraise ? 'warning' : undefined} safe>
            {block.text}
          </p>
          <p class="hint">
            <a href={block.source.path} safe>
              {texts.say('yearly.source', { source: block.source.text })}
            </a>
          </p>
        </div>
      )
  }
}
