import type { Markup } from '../../desk-page.ts'

/** A named part of the page. */
export function Card(props: {
  id: string
  title: string
  hint?: string | undefined
  children: Markup | Markup[] | (Markup | Markup[])[]
}) {
  const { id, title, hint, children } = props
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id} safe>
        {title}
      </h2>
      {hint ? (
        <p class="hint" safe>
          {hint}
        </p>
      ) : (
        ''
      )}
      {children as 'safe'}
    </section>
  )
}
