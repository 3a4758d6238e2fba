import type { DossierDeskTexts } from './dossier-desk-texts.ts'

/** On the first page, for those who settle them. */
export function WaitingReviews(props: { texts: DossierDeskTexts; count: number; countedUpTo: number }) {
  const { texts, count, countedUpTo } = props
  const told = count > countedUpTo ? texts.say('dossier-desk.home.many', { count: countedUpTo }) : count
  return (
    <section class="card" aria-labelledby="reviews">
      <h2 id="reviews" safe>
        {texts.say('dossier-desk.home.title')}
      </h2>
      <p>
        <a href="/desk/dossiers/reviews" safe>
          {texts.say('dossier-desk.home.reviews', { count: told })}
        </a>
      </p>
    </section>
  )
}
