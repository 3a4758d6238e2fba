import type { Markup } from '../desk-page.ts'
import { Icon, icons } from './icon.tsx'

export interface Column<Row> {
  heading: string
  /** Escaped. */
  text?: (row: Row) => string
  /** Markup of components; used instead of `text`. */
  cell?: (row: Row) => Markup
  isNumber?: boolean
  /** Stays on one line: times, codes. */
  isShort?: boolean
  /** Names the row: read out with every cell. */
  isRowHeading?: boolean
}

export interface DataTableProps<Row> {
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  empty: { title: string; more?: string }
  /** The caption is said, not shown: a heading above says it already. */
  hasHiddenCaption?: boolean
}

/** A table on wide screens and paper, a list of cards on phones. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { caption, columns, rows, empty, hasHiddenCaption = false } = props
  if (rows.length === 0) return <EmptyState {...empty} />
  return (
    <div class="table-frame">
      <table class="table">
        <caption class={hasHiddenCaption ? 'visually-hidden' : undefined} safe>
          {caption}
        </caption>
        <thead>
          <tr>
            {columns.map(({ heading, isNumber }) => (
              <th scope="col" class={isNumber ? 'number' : undefined} safe>
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {columns.map((column) => (
                <Cell column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Cell<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  const { heading, text, cell, isNumber, isShort, isRowHeading } = column
  const content = cell ? cell(row) : <span safe>{text?.(row) ?? ''}</span>
  const className = isNumber ? 'number' : isShort ? 'short' : undefined
  // Only the column heading reaches the attribute, which escapes it; the content is markup already.
  return isRowHeading ? (
    <th scope="row" class={className} data-label={heading}>
      {content as 'safe'}
    </th>
  ) : (
    <td class={className} data-label={heading}>
      {content as 'safe'}
    </td>
  )
}

export function EmptyState({ title, more }: { title: string; more?: string }) {
  return (
    <div class="empty">
      <Icon path={icons.empty} />
      <p class="empty-title" safe>
        {title}
      </p>
      {more ? <p safe>{more}</p> : ''}
    </div>
  )
}

export interface PaginationProps {
  label: string
  newer?: { href: string; label: string }
  older?: { href: string; label: string }
}

/** By place, not by page number: rows that come in meanwhile shift nothing. */
export function Pagination({ label, newer, older }: PaginationProps) {
  if (!newer && !older) return ''
  return (
    <nav class="pages" aria-label={label}>
      {newer ? (
        <a class="button" href={newer.href} rel="prev" safe>
          {newer.label}
        </a>
      ) : (
        ''
      )}
      {older ? (
        <a class="button" href={older.href} rel="next" safe>
          {older.label}
        </a>
      ) : (
        ''
      )}
    </nav>
  )
}

export interface Fact {
  term: string
  /** Escaped. */
  text?: string
  /** Markup of components; used instead of `text`. */
  value?: Markup
}

/** Terms and what they are: one record in words. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl class="facts">
      {facts.map(({ term, text, value }) => (
        <div>
          <dt safe>{term}</dt>
          <dd>{(value ?? <span safe>{text ?? ''}</span>) as 'safe'}</dd>
        </div>
      ))}
    </dl>
  )
}
