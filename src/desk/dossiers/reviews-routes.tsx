import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { DossierReview, SettledReview } from '../../dossiers/dossier-reviews.ts'
import { approveApology } from '../../dossiers/late-apology.ts'
import { sayEvent } from '../../dossiers/say-dossier.ts'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import { addDays } from '../../lib/working-days/day.ts'
import type { FieldErrors } from '../components/form.tsx'
import type { Desk } from '../desk-page.ts'
import { startOfDay } from '../display-time.ts'
import { TypedForm } from '../reports/action-forms.ts'
import type { DossierDeskParts } from './dossier-desk.ts'
import { maxReasonChars, ReviewPage, ReviewsPage, reviewsPath } from './reviews-page.tsx'

const perPage = 25
/** A new promise further away is a slip of the keyboard. */
const farthestDays = 366
const maxLinkChars = 300

type Worded =
  | { kind: 'text'; text: string; newDueDay?: string }
  | { kind: 'wrong'; errors: FieldErrors }
  /** There is nothing to tell any more. */
  | { kind: 'outdated' }

/** What waits for a person: apologies for late dossiers, and records that went back out of a closed status. */
export function addReviewRoutes(scope: FastifyInstance, desk: Desk, parts: DossierDeskParts): void {
  const { reviews, store, actions, mapping, texts, dossierTexts } = parts

  const linkedTo = async (review: DossierReview) => actions.linkedTo?.(review.code)
  const formOf = (request: FastifyRequest) => new TypedForm(request.body)

  /** The exact words that go out, from what the officer has typed and the dossier as it is now. */
  async function word(review: DossierReview, form: TypedForm): Promise<Worded> {
    const dossier = await store.find(review.code)
    if (!dossier) return { kind: 'outdated' }
    if (review.kind === 'backward') {
      if (dossier.status !== review.to) return { kind: 'outdated' }
      const status = { from: dossier.status, to: dossier.status }
      const event = { id: review.id, code: review.code, at: review.madeAt, status, isBackward: false }
      const text = sayEvent(event, dossier, dossierTexts)
      return text === undefined ? { kind: 'outdated' } : { kind: 'text', text }
    }
    const today = vietnamDay(desk.clock.now())
    const reason = form.one('reason').trim()
    const newDueDay = form.one('newDueDay')
    const link = form.one('link').trim()
    const errors: Record<string, string> = {}
    if (reason === '') errors.reason = texts.say('dossier-desk.error.reason')
    else if (reason.length > maxReasonChars)
      errors.reason = texts.say('dossier-desk.error.reason-long', { count: maxReasonChars })
    if (startOfDay(newDueDay) === undefined) errors.newDueDay = texts.say('dossier-desk.error.day')
    else if (newDueDay > addDays(today, farthestDays))
      errors.newDueDay = texts.say('dossier-desk.error.day-far')
    if (link !== '' && !isWebLink(link)) errors.link = texts.say('dossier-desk.error.link')
    if (Object.keys(errors).length > 0) return { kind: 'wrong', errors }

    const approved = approveApology(
      review.draft,
      dossier,
      { approvedBy: '', reason, newDueDay, ...(link === '' ? {} : { link }) },
      { today, agency: parts.agencyName, texts: dossierTexts },
    )
    if (approved.kind === 'approved') return { kind: 'text', text: approved.text, newDueDay }
    switch (approved.reason) {
      case 'not-late-any-more':
        return { kind: 'outdated' }
      case 'no-reason':
        return { kind: 'wrong', errors: { reason: texts.say('dossier-desk.error.reason') } }
      case 'day-not-later':
        return { kind: 'wrong', errors: { newDueDay: texts.say('dossier-desk.error.day-not-later') } }
    }
  }

  async function showReview(
    request: FastifyRequest,
    reply: FastifyReply,
    review: DossierReview,
    shown: { form?: TypedForm; errors?: FieldErrors; text?: string; status?: number },
  ) {
    const { form = new TypedForm({}), errors, text, status = 200 } = shown
    return desk.show(request, reply, {
      title: texts.say(`dossier-desk.review.${review.kind}-title`),
      status,
      body: (
        <ReviewPage
          texts={texts}
          deskTexts={desk.texts}
          mapping={mapping}
          review={review}
          linked={await linkedTo(review)}
          formToken={desk.signedIn(request).session.formToken}
          form={form}
          {...(errors ? { errors } : {})}
          {...(text === undefined ? {} : { text })}
        />
      ),
    })
  }

  /** False when somebody was faster; then the officer is told so. */
  async function settle(
    request: FastifyRequest,
    review: DossierReview,
    as: SettledReview['as'],
    told?: { text: string; newDueDay?: string },
  ): Promise<boolean> {
    const by = desk.signedIn(request).officer.id
    if (!(await reviews.settle(review.id, { by, at: desk.clock.now(), as }, told?.text))) return false
    await desk.audit.append({
      officer: by,
      action: 'dossier-review-settled',
      subject: `dossier:${review.code}`,
      detail: {
        kind: review.kind,
        as,
        ...(told?.newDueDay === undefined ? {} : { newDueDay: told.newDueDay }),
      },
    })
    return true
  }

  const tooLate = (request: FastifyRequest, reply: FastifyReply) =>
    desk.goTo(request, reply, reviewsPath, texts.say('dossier-desk.notice.settled-before'))

  async function outdated(request: FastifyRequest, reply: FastifyReply, review: DossierReview) {
    if (!(await settle(request, review, 'outdated'))) return tooLate(request, reply)
    return desk.goTo(request, reply, reviewsPath, texts.say('dossier-desk.notice.outdated'))
  }

  async function send(
    request: FastifyRequest,
    reply: FastifyReply,
    review: DossierReview,
    told: { text: string; newDueDay?: string },
  ) {
    if (!(await settle(request, review, 'approved', told))) return tooLate(request, reply)
    const linked = await linkedTo(review)
    try {
      await actions.sendApproved({ id: review.id, kind: review.kind, code: review.code, text: told.text })
    } catch (err) {
      // It is kept with the decision: the job sends it within a minute.
      desk.log.warn({ err }, 'dossiers: approved news could not be sent at once')
    }
    const notice = linked
      ? texts.say('dossier-desk.notice.approved', { count: linked })
      : texts.say('dossier-desk.notice.approved-unsent')
    return desk.goTo(request, reply, reviewsPath, notice)
  }

  /** The open review that a form or an address names; an answer to the officer when there is none. */
  async function withReview(
    request: FastifyRequest,
    reply: FastifyReply,
    id: string,
    work: (review: DossierReview) => Promise<FastifyReply>,
  ): Promise<FastifyReply> {
    const found = await reviews.find(id)
    if (!found) return desk.notFound(request, reply)
    return found.isOpen ? work(found.review) : tooLate(request, reply)
  }

  async function preview(request: FastifyRequest, reply: FastifyReply, isDecided: boolean) {
    const form = formOf(request)
    return withReview(request, reply, form.one('id'), async (review) => {
      const worded = await word(review, form)
      if (worded.kind === 'outdated') return outdated(request, reply, review)
      if (worded.kind === 'wrong') {
        return showReview(request, reply, review, { form, errors: worded.errors, status: 422 })
      }
      // What goes out is what was read, letter for letter.
      const wasRead = form.one('shown').replaceAll('\r\n', '\n') === worded.text.normalize('NFC')
      if (isDecided && wasRead) return send(request, reply, review, worded)
      return showReview(request, reply, review, { form, text: worded.text })
    })
  }

  scope.get<{ Querystring: { review?: unknown; after?: unknown } }>(
    '/dossiers/reviews',
    async (request, reply) => {
      const { review: id, after } = request.query
      if (typeof id === 'string') {
        return withReview(request, reply, id, async (review) => {
          if (review.kind === 'apology') return showReview(request, reply, review, {})
          const worded = await word(review, new TypedForm({}))
          return showReview(request, reply, review, worded.kind === 'text' ? { text: worded.text } : {})
        })
      }
      const place = readPlace(after)
      const found = await reviews.open(perPage + 1, place)
      const shown = found.slice(0, perPage)
      const last = shown.at(-1)
      const rows = await Promise.all(
        shown.map(async (review) => ({ review, linked: await linkedTo(review) })),
      )
      return desk.show(request, reply, {
        title: texts.say('dossier-desk.reviews.title'),
        body: (
          <ReviewsPage
            texts={texts}
            deskTexts={desk.texts}
            mapping={mapping}
            rows={rows}
            isFirst={place === undefined}
            next={found.length > perPage && last ? nextPath(last) : undefined}
          />
        ),
      })
    },
  )

  scope.post('/dossiers/reviews/preview', (request, reply) => preview(request, reply, false))
  scope.post('/dossiers/reviews/approve', (request, reply) => preview(request, reply, true))
  scope.post('/dossiers/reviews/confirm', (request, reply) => preview(request, reply, true))
  scope.post('/dossiers/reviews/dismiss', (request, reply) =>
    withReview(request, reply, formOf(request).one('id'), async (review) =>
      (await settle(request, review, 'dismissed'))
        ? desk.goTo(request, reply, reviewsPath, texts.say('dossier-desk.notice.dismissed'))
        : tooLate(request, reply),
    ),
  )
}

function isWebLink(link: string): boolean {
  return link.length <= maxLinkChars && URL.canParse(link) && new URL(link).protocol === 'https:'
}

function nextPath({ madeAt, id }: DossierReview): string {
  return `${reviewsPath}?${new URLSearchParams({ after: `${madeAt.toISOString()}~${id}` })}`
}

function readPlace(after: unknown): { madeAt: Date; id: string } | undefined {
  const [time, id] = typeof after === 'string' ? after.split('~') : []
  if (id === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(time!)) return undefined
  return { madeAt: new Date(time!), id }
}
