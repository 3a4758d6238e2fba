import type { ColumnMapping } from '../../dossiers/column-mapping.ts'
import type { Dossier } from '../../dossiers/dossier.ts'
import { type DossierListing, dossierListings, dueSoonDays } from '../../dossiers/dossier-list.ts'
import type { DossierImport } from '../../dossiers/dossier-store.ts'
import type { Texts } from '../../lib/texts.ts'
import { StatusBadge } from '../components/badge.tsx'
import { FilterBar, FormField, SelectField } from '../components/form.tsx'
import { DataTable, Pagination } from '../components/table.tsx'
import type { DeskTexts } from '../desk-texts.ts'
import { displayDay, displayInstant } from '../display-time.ts'
import { dossierPath } from './dossier-desk.ts'
import type { DossierDeskTexts } from './dossier-desk-texts.ts'
import { standingOf } from './dossier-words.ts'
import { isNarrowed, type ListQuery, listPath } from './list-query.ts'

export interface ListPageProps {
  texts: DossierDeskTexts
  deskTexts: Texts<DeskTexts>
  mapping: ColumnMapping
  query: ListQuery
  rows: readonly Dossier[]
  /** The place after which the next page begins. */
  next?: string | undefined
  /** Of each list under the same filter; `countedUpTo` means that many or more. */
  counts: Readonly<Record<DossierListing, number>>
  countedUpTo: number
  units: readonly string[]
  fields: readonly string[]
  imports: readonly DossierImport[]
  today: string
  /** May take files in, print slips and settle what waits. */
  mayWork: boolean
}

export function ListPage(props: ListPageProps) {
  const { texts, deskTexts, query, next, counts, countedUpTo, mayWork } = props
  const { after, code, ...base } = query
  const number = (count: number) =>
    count >= countedUpTo
      ? texts.say('dossier-desk.list.many', { count: countedUpTo.toLocaleString('vi-VN') })
      : count.toLocaleString('vi-VN')
  return (
    <>
      {mayWork ? (
        <p class="buttons">
          <a class="button" href="/desk/dossiers/reviews" safe>
            {texts.say('dossier-desk.reviews.title')}
          </a>
          <a class="button" href="/desk/dossiers/slips" safe>
            {texts.say('dossier-desk.slips.title')}
          </a>
          <a class="button" href="/desk/dossiers/import" safe>
            {texts.say('dossier-desk.import.title')}
          </a>
        </p>
      ) : (
        ''
      )}
      <div class="compact">
        <Filters {...props} />
      </div>
      <section id="results" class="stack" aria-live="polite">
        {code === undefined ? (
          <nav class="tabs" aria-label={texts.say('dossier-desk.list.tabs')}>
            {dossierListings.map((one) => (
              <a
                href={listPath({ ...base, listing: one })}
                aria-current={one === query.listing ? 'page' : undefined}
                safe
              >
                {texts.say('dossier-desk.list.tab', {
                  name: texts.say(`dossier-desk.listing.${one}`),
                  count: number(counts[one]),
                })}
              </a>
            ))}
          </nav>
        ) : (
          <p class="count" safe>
            {texts.say('dossier-desk.list.searched', { code })}
          </p>
        )}
        {code === undefined ? (
          <p class="hint" safe>
            {orderOf(query.listing, texts)}
          </p>
        ) : (
          ''
        )}
        <Rows {...props} />
        <Pagination
          label={deskTexts.say('desk.table.pages')}
          {...(after === undefined
            ? {}
            : { newer: { href: listPath({ ...base, code }), label: texts.say('dossier-desk.list.first') } })}
          {...(next === undefined
            ? {}
            : {
                older: {
                  href: listPath({ ...base, code, after: next }),
                  label: texts.say('dossier-desk.list.next'),
                },
              })}
        />
      </section>
      <Imports texts={texts} imports={props.imports} />
    </>
  )
}

function orderOf(listing: DossierListing, texts: DossierDeskTexts): string {
  return listing === 'due-soon'
    ? texts.say('dossier-desk.order.due-soon', { days: dueSoonDays })
    : texts.say(`dossier-desk.order.${listing}`)
}

function Rows({ texts, mapping, query, rows, imports, today }: ListPageProps) {
  const day = (one: string | undefined) =>
    one === undefined ? texts.say('dossier-desk.none') : displayDay(one)
  return (
    <DataTable
      caption={texts.say('dossier-desk.list.caption')}
      hasHiddenCaption
      rows={rows.map((dossier) => ({ dossier, standing: standingOf(dossier, today, texts) }))}
      empty={emptyWords()}
      columns={[
        {
          heading: texts.say('dossier-desk.column.dossier'),
          cell: ({ dossier }) => (
            <span>
              <a class="case-link dossier-code" href={dossierPath(dossier.code)} safe>
                {dossier.code}
              </a>
              <small class="what" safe>
                {dossier.procedureName ?? dossier.procedureCode ?? texts.say('dossier-desk.none')}
              </small>
            </span>
          ),
          isRowHeading: true,
        },
        {
          heading: texts.say('dossier-desk.column.unit'),
          text: ({ dossier }) => dossier.unit ?? texts.say('dossier-desk.none'),
        },
        {
          heading: texts.say('dossier-desk.column.received'),
          text: ({ dossier }) => day(dossier.receivedDay),
          isShort: true,
        },
        {
          heading: texts.say('dossier-desk.column.due'),
          cell: ({ dossier, standing }) => (
            <span>
              <span class="what" safe>
                {day(dossier.dueDay)}
              </span>
              {standing.firstDay === undefined ? (
                ''
              ) : (
                <small class="what" safe>
                  {texts.say('dossier-desk.list.counted-from', { day: displayDay(standing.firstDay) })}
                </small>
              )}
            </span>
          ),
        },
        {
          heading: texts.say('dossier-desk.column.result'),
          cell: ({ dossier }) => (
            <span>
              <span class="what" safe>
                {mapping.statusName(dossier.status)}
              </span>
              {dossier.doneDay === undefined ? (
                ''
              ) : (
                <small class="what" safe>
                  {displayDay(dossier.doneDay)}
                </small>
              )}
            </span>
          ),
        },
        {
          heading: texts.say('dossier-desk.column.standing'),
          cell: ({ standing }) => (
            <span>
              <StatusBadge label={standing.words} tone={standing.tone} />
              {standing.more === undefined ? (
                ''
              ) : (
                <small class="what" safe>
                  {standing.more}
                </small>
              )}
            </span>
          ),
        },
      ]}
    />
  )

  function emptyWords(): { title: string; more?: string } {
    if (imports.length === 0) {
      return {
        title: texts.say('dossier-desk.empty.no-import'),
        more: texts.say('dossier-desk.empty.no-import-more'),
      }
    }
    if (query.code !== undefined) return { title: texts.say('dossier-desk.empty.code') }
    if (isNarrowed(query)) return { title: texts.say('dossier-desk.empty.filtered') }
    return { title: texts.say(`dossier-desk.empty.${query.listing}`) }
  }
}

function Filters({ texts, deskTexts, query, units, fields }: ListPageProps) {
  const choices = (names: readonly string[], chosen: string | undefined, any: string) => [
    { value: '', label: any },
    // A name that is no longer in the records stays chosen, so that the list is seen to be narrowed by it.
    ...[...new Set([...names, ...(chosen === undefined ? [] : [chosen])])].map((name) => ({
      value: name,
      label: name,
    })),
  ]
  return (
    <FilterBar
      action="/desk/dossiers"
      target="results"
      submit={deskTexts.say('desk.table.filter')}
      clear={deskTexts.say('desk.table.clear')}
    >
      <input type="hidden" name="listing" value={query.listing} />
      <SelectField
        name="unit"
        label={texts.say('dossier-desk.column.unit')}
        value={query.unit}
        options={choices(units, query.unit, texts.say('dossier-desk.filter.any-unit'))}
      />
      <SelectField
        name="field"
        label={texts.say('dossier-desk.filter.field')}
        value={query.field}
        options={choices(fields, query.field, texts.say('dossier-desk.filter.any-field'))}
      />
      <FormField
        name="from"
        type="date"
        label={texts.say('dossier-desk.filter.from')}
        value={query.from}
        optional=""
      />
      <FormField
        name="to"
        type="date"
        label={texts.say('dossier-desk.filter.to')}
        value={query.to}
        optional=""
      />
      <FormField
        name="code"
        type="search"
        label={texts.say('dossier-desk.column.code')}
        value={query.code}
        optional=""
        spellcheck="false"
      />
    </FilterBar>
  )
}

function Imports({ texts, imports }: Pick<ListPageProps, 'texts' | 'imports'>) {
  if (imports.length === 0) return ''
  const count = (number: number) => number.toLocaleString('vi-VN')
  return (
    <section class="card" aria-labelledby="imports">
      <h2 id="imports" safe>
        {texts.say('dossier-desk.imports.title')}
      </h2>
      <DataTable
        caption={texts.say('dossier-desk.imports.title')}
        hasHiddenCaption
        rows={imports}
        empty={{ title: '' }}
        columns={[
          {
            heading: texts.say('dossier-desk.imports.number'),
            text: ({ number }) => String(number),
            isNumber: true,
          },
          {
            heading: texts.say('dossier-desk.imports.at'),
            text: ({ committedAt }) => displayInstant(committedAt),
            isShort: true,
          },
          {
            heading: texts.say('dossier-desk.imports.source'),
            text: ({ source }) => source,
            isRowHeading: true,
          },
          {
            heading: texts.say('dossier-desk.imports.rows'),
            text: ({ summary }) => count(summary.rows),
            isNumber: true,
          },
          {
            heading: texts.say('dossier-desk.imports.new'),
            text: ({ summary }) => count(summary.new),
            isNumber: true,
          },
          {
            heading: texts.say('dossier-desk.imports.changed'),
            text: ({ summary }) => count(summary.changed),
            isNumber: true,
          },
        ]}
      />
    </section>
  )
}
