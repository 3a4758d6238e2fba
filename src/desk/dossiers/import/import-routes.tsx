import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sayOutcome } from '../../../dossiers/say-summary.ts'
import { vietnamDay } from '../../../lib/vietnam-time.ts'
import { instantAt } from '../../../lib/working-days/day.ts'
import type { Desk } from '../../desk-page.ts'
import { startOfDay } from '../../display-time.ts'
import { TypedForm } from '../../reports/action-forms.ts'
import type { DossierDeskParts } from '../dossier-desk.ts'
import { createHeldFiles } from './held-files.ts'
import { ImportPage, type ImportPageProps, importPath } from './import-page.tsx'
import { maxFileBytes, plainFileName, type SentFile, sentFile, takeFileForms } from './read-file-form.ts'

const megabyte = 1024 * 1024

/** First what a file would do, line by line; then, when the officer says so, all of it or nothing. */
export function addImportRoutes(parent: FastifyInstance, desk: Desk, parts: DossierDeskParts): void {
  const { actions, mapping, texts, dossierTexts } = parts
  const held = createHeldFiles(desk.clock)

  function show(
    request: FastifyRequest,
    reply: FastifyReply,
    shown: Pick<ImportPageProps, 'errors' | 'result'> & { status?: number } = {},
  ) {
    const { status = shown.errors ? 422 : 200, ...props } = shown
    return desk.show(request, reply, {
      title: texts.say('dossier-desk.import.title'),
      status,
      body: (
        <ImportPage
          texts={texts}
          deskTexts={desk.texts}
          formToken={desk.signedIn(request).session.formToken}
          maxMegabytes={maxFileBytes / megabyte}
          {...props}
        />
      ),
    })
  }

  /** When the file was made: the end of the day that was given, or now. */
  function readAsOf(day: string): Date | undefined | 'wrong' {
    if (day === '') return undefined
    const now = desk.clock.now()
    if (startOfDay(day) === undefined || day > vietnamDay(now)) return 'wrong'
    const end = instantAt(day, '24:00')
    return end < now ? end : now
  }

  async function look(request: FastifyRequest, reply: FastifyReply, file: SentFile | undefined) {
    const asOf = readAsOf(new TypedForm(withoutFile(request.body)).one('asOf'))
    const fault = !file
      ? texts.say('dossier-desk.error.no-file')
      : file.isTooLarge
        ? texts.say('dossier-desk.error.file-large', { max: maxFileBytes / megabyte })
        : undefined
    if (!file || fault !== undefined || asOf === 'wrong') {
      const errors = {
        ...(fault === undefined ? {} : { file: fault }),
        ...(asOf === 'wrong' ? { asOf: texts.say('dossier-desk.error.as-of') } : {}),
      }
      return { isHeld: false, answer: show(request, reply, { errors }) }
    }
    const name = plainFileName(file.name)
    const { bytes } = file
    const made = asOf === undefined ? {} : { asOf }
    const outcome = await actions.importFile({ name, bytes }, { ...made, isDryRun: true })
    if (outcome.kind === 'imported') throw new Error('desk: a file that was only looked at was taken in')
    const lines = sayOutcome(outcome, mapping, dossierTexts)
    const changes = outcome.kind === 'dry-run' ? outcome.summary.new + outcome.summary.changed : 0
    const heldId =
      changes > 0 ? held.hold(desk.signedIn(request).officer.id, { name, bytes, ...made }).id : undefined
    const result = { name, outcome, lines, ...(heldId === undefined ? {} : { heldId }) }
    const status = outcome.kind === 'problems' ? 422 : 200
    return { isHeld: heldId !== undefined, answer: show(request, reply, { result, status }) }
  }

  async function addRoutes(scope: FastifyInstance): Promise<void> {
    await takeFileForms(scope)

    scope.get('/dossiers/import', (request, reply) => show(request, reply))

    scope.post('/dossiers/import', async (request, reply) => {
      const file = sentFile(request.body)
      let isHeld = false
      try {
        const looked = await look(request, reply, file)
        isHeld = looked.isHeld
        return await looked.answer
      } finally {
        if (!isHeld) file?.bytes.fill(0)
      }
    })

    scope.post('/dossiers/import/confirm', async (request, reply) => {
      const officer = desk.signedIn(request).officer.id
      const file = held.find(officer, new TypedForm(request.body).one('held'))
      if (!file) return show(request, reply, { errors: { file: texts.say('dossier-desk.error.not-held') } })
      const { id, name, bytes, asOf } = file
      const outcome = await actions.importFile({ name, bytes }, asOf ? { asOf } : {})
      const lines = sayOutcome(outcome, mapping, dossierTexts)
      // Another import is under way: the same button works in a while.
      if (outcome.kind === 'busy') {
        return show(request, reply, { result: { name, outcome, lines, heldId: id }, status: 409 })
      }
      held.drop(officer)
      if (outcome.kind !== 'imported') {
        const status = outcome.kind === 'problems' ? 422 : 200
        return show(request, reply, { result: { name, outcome, lines }, status })
      }
      const { number, summary } = outcome.import
      await desk.audit.append({
        officer,
        action: 'dossiers-imported',
        subject: `dossier-import:${number}`,
        detail: { rows: summary.rows, added: summary.new, changedRows: summary.changed },
      })
      actions.onImported()
      return desk.goTo(request, reply, '/desk/dossiers', lines.join(' '))
    })

    scope.post('/dossiers/import/cancel', (request, reply) => {
      held.drop(desk.signedIn(request).officer.id)
      return desk.goTo(request, reply, importPath, texts.say('dossier-desk.notice.cancelled'))
    })
  }

  // A scope of its own, because nothing else of the desk reads files.
  void parent.register(addRoutes)
}

/** The fields that are texts. */
function withoutFile(body: unknown): object {
  const { file: _file, ...fields } = (body ?? {}) as Record<string, unknown>
  return fields
}
