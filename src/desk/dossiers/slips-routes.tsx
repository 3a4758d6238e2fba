import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { DossierCode } from '../../dossiers/dossier-code.ts'
import { readCodes } from '../../dossiers/read-codes.ts'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import type { FieldErrors } from '../components/form.tsx'
import type { Desk } from '../desk-page.ts'
import { startOfDay } from '../display-time.ts'
import { TypedForm } from '../reports/action-forms.ts'
import type { DossierDeskParts } from './dossier-desk.ts'
import { slipPage, slipStyles } from './slips/slip-page.ts'
import { SlipsPage } from './slips-page.tsx'

const slipsPath = '/desk/dossiers/slips'
/** About a second of drawing, and more than a counter takes in on a day. */
const mostSlips = 300
const mostNames = 300
const faultsNamed = 5

/** The page of slips holds its own styles; nothing else may run or be fetched there. */
const slipPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256')
  .update(slipStyles)
  .digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

export function addSlipRoutes(scope: FastifyInstance, desk: Desk, parts: DossierDeskParts): void {
  const { actions, lists, texts, slipTexts } = parts

  function obstacle(): string | undefined {
    if (!actions.makeSlips) return texts.say('dossier-desk.slips.no-key')
    const { telegram, publicUrl } = parts.slipTargets()
    return telegram === undefined && publicUrl === undefined
      ? texts.say('dossier-desk.slips.no-link')
      : undefined
  }

  async function showForm(
    request: FastifyRequest,
    reply: FastifyReply,
    form: TypedForm,
    errors: FieldErrors = {},
  ) {
    return desk.show(request, reply, {
      title: texts.say('dossier-desk.slips.title'),
      status: Object.keys(errors).length > 0 ? 422 : 200,
      body: (
        <SlipsPage
          texts={texts}
          deskTexts={desk.texts}
          formToken={desk.signedIn(request).session.formToken}
          form={form}
          errors={errors}
          units={await lists.names('unit', mostNames)}
          obstacle={obstacle()}
        />
      ),
    })
  }

  async function codesOf(form: TypedForm): Promise<{ codes: DossierCode[] } | { errors: FieldErrors }> {
    const typed = form.one('codes')
    const day = form.one('day')
    if (typed.trim() !== '') {
      const { codes, faults } = readCodes(typed.split(/[\r\n,;]+/), vietnamDay(desk.clock.now()))
      if (faults.length === 0) return { codes }
      const named = faults.slice(0, faultsNamed).map(({ typed }) => `«${typed}»`)
      const list = named.join(', ')
      return {
        errors: { codes: texts.say('dossier-desk.slips.wrong-codes', { count: faults.length, list }) },
      }
    }
    if (startOfDay(day) === undefined) return { errors: { codes: texts.say('dossier-desk.slips.nothing') } }
    const unit = form.one('unit') || undefined
    const codes = await lists.receivedOn(day, { unit, limit: mostSlips + 1 })
    return codes.length > 0 ? { codes } : { errors: { day: texts.say('dossier-desk.slips.none-that-day') } }
  }

  scope.get<{ Querystring: { codes?: unknown } }>('/dossiers/slips', (request, reply) => {
    const { codes } = request.query
    return showForm(request, reply, new TypedForm(typeof codes === 'string' ? { codes } : {}))
  })

  scope.post('/dossiers/slips', async (request, reply) => {
    const form = new TypedForm(request.body)
    if (!actions.makeSlips || obstacle() !== undefined) return showForm(request, reply, form)
    const chosen = await codesOf(form)
    if ('errors' in chosen) return showForm(request, reply, form, chosen.errors)
    const { codes } = chosen
    if (codes.length > mostSlips) {
      const field = form.one('codes').trim() === '' ? 'day' : 'codes'
      const error = texts.say('dossier-desk.slips.too-many', { count: mostSlips })
      return showForm(request, reply, form, { [field]: error })
    }
    const slips = await actions.makeSlips(codes)
    await desk.audit.append({
      officer: desk.signedIn(request).officer.id,
      action: 'slips-printed',
      subject: 'dossiers:slips',
      detail: { count: slips.length },
    })
    return reply
      .header('content-security-policy', slipPolicy)
      .type('text/html; charset=utf-8')
      .send(
        slipPage(slips, {
          agency: parts.agencyName,
          targets: parts.slipTargets(),
          texts: slipTexts,
          backTo: slipsPath,
        }),
      )
  })
}
