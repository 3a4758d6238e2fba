import { parseDossierCode } from '../../dossiers/dossier-code.ts'
import { type DossierListing, dossierListings, placeOf } from '../../dossiers/dossier-list.ts'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import type { DeskSection } from '../desk-page.ts'
import type { Officer } from '../officer.ts'
import { type DossierDeskParts, worksOnDossiers } from './dossier-desk.ts'
import { DossierPage } from './dossier-page.tsx'
import { addImportRoutes } from './import/import-routes.tsx'
import { ListPage } from './list-page.tsx'
import { afterOf, beginningOfCode, filterOf, readAfter, readListQuery } from './list-query.ts'
import { addReviewRoutes } from './reviews-routes.tsx'
import { addSlipRoutes } from './slips-routes.tsx'
import { WaitingReviews } from './waiting-reviews.tsx'

const icon = 'M4 7.5V19h16V9.5h-8.5L9.5 6H4zM8 13h8M8 16h5'
const perPage = 50
/** On the first page. */
const reviewsCounted = 99
/** Counted on every view; who has more of a kind needs no exact number to know what to do. */
const countedUpTo = 1_000
const mostNames = 300
const importsShown = 5

/** The dossiers of the one-stop software: lists, each of them, what waits for a person, slips, and files to take in. */
export function dossiersSection(parts: DossierDeskParts): DeskSection {
  const { store, lists, reviews, actions, mapping, texts, dossierTexts } = parts
  const mayWork = ({ roles }: Officer) => roles.some((role) => worksOnDossiers.some((one) => one === role))

  return {
    nav: [{ href: '/desk/dossiers', label: texts.say('dossier-desk.nav'), icon }],

    async home(_desk, officer) {
      if (!mayWork(officer)) return undefined
      const count = (await reviews.open(reviewsCounted + 1)).length
      return count > 0 ? (
        <WaitingReviews texts={texts} count={count} countedUpTo={reviewsCounted} />
      ) : undefined
    },

    addRoutes(scope, desk) {
      scope.get('/dossiers', async (request, reply) => {
        const query = readListQuery(request.query)
        const today = vietnamDay(desk.clock.now())
        const filter = filterOf(query, today)
        const after = readAfter(query.after)
        const limit = perPage + 1
        const count = async (listing: DossierListing) =>
          [listing, await lists.count({ ...filter, listing }, countedUpTo)] as const
        const [found, counts, units, fields, imports] = await Promise.all([
          query.code === undefined
            ? lists.page(filter, { after, limit })
            : lists.beginningWith(beginningOfCode(query.code), { after: after?.code, limit }),
          Promise.all(dossierListings.map(count)),
          lists.names('unit', mostNames),
          lists.names('field', mostNames),
          store.imports(importsShown),
        ])
        const rows = found.slice(0, perPage)
        const last = rows.at(-1)
        return desk.show(request, reply, {
          title: texts.say('dossier-desk.title'),
          body: (
            <ListPage
              texts={texts}
              deskTexts={desk.texts}
              mapping={mapping}
              query={query}
              rows={rows}
              next={found.length > perPage && last ? afterOf(placeOf(last)) : undefined}
              counts={Object.fromEntries(counts) as Record<DossierListing, number>}
              countedUpTo={countedUpTo}
              units={units}
              fields={fields}
              imports={imports}
              today={today}
              mayWork={mayWork(desk.signedIn(request).officer)}
            />
          ),
        })
      })

      scope.get<{ Params: { code: string } }>('/dossiers/:code', async (request, reply) => {
        const today = vietnamDay(desk.clock.now())
        const parsed = parseDossierCode(request.params.code, today)
        const dossier = parsed.kind === 'code' ? await store.find(parsed.code) : undefined
        if (!dossier) return desk.notFound(request, reply)
        return desk.show(request, reply, {
          title: texts.say('dossier-desk.dossier.page', { code: dossier.code }),
          hasOwnHeading: true,
          body: (
            <DossierPage
              texts={texts}
              dossierTexts={dossierTexts}
              mapping={mapping}
              dossier={dossier}
              today={today}
              linked={await actions.linkedTo?.(dossier.code)}
              mayPrint={mayWork(desk.signedIn(request).officer)}
            />
          ),
        })
      })

      addReviewRoutes(scope, desk, parts)
      addSlipRoutes(scope, desk, parts)
      addImportRoutes(scope, desk, parts)
    },
  }
}
