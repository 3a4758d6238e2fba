import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Dossier } from '../../dossiers/dossier.ts'
import { type DossierCode, type ParsedDossierCode, parseDossierCode } from '../../dossiers/dossier-code.ts'
import type { DossierStore } from '../../dossiers/dossier-store.ts'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import { addDays } from '../../lib/working-days/day.ts'
import type { AssistedEntry } from '../../surveys/invitation/invitation.ts'
import type { Level, Questionnaire } from '../../surveys/questionnaire.ts'
import type { Surveys } from '../../surveys/surveys.ts'
import type { FieldErrors } from '../components/form.tsx'
import type { Desk, DeskSection } from '../desk-page.ts'
import { startOfDay } from '../display-time.ts'
import { readForm } from '../routes/read-form.ts'
import { answerField, EntryPage, mostNameChars, neverUsedValue, type TypedEntry } from './entry-page.tsx'
import type { PollDeskTexts } from './poll-desk-texts.ts'

export interface EntryParts {
  surveys: Pick<Surveys, 'enterForSomebody'>
  dossiers: Pick<DossierStore, 'find'>
  /** Name of a dossier's response; one-way. */
  tokenOf(code: DossierCode): string
  inUse: Questionnaire
  texts: PollDeskTexts
}

const icon = 'M6 4h9l3 3v13H6zM9 11h6M9 14.5h6M9 7.5h3'
/** Older forms belong to a yearly report that is out. */
const oldestDays = 366

const readCode = z.object({ code: z.string().max(200).optional() })
const readEntry = z
  .object({ code: z.string().max(200), day: z.string().max(20), unit: z.string(), field: z.string() })
  .catchall(z.string())

interface Shown {
  errors?: FieldErrors
  typed?: TypedEntry
  dossier?: Dossier | undefined
  code?: string
  status?: number
}

/** Paper forms that people filled in, typed in by officers: marked, counted apart, never part of the index. */
export function entrySection(parts: EntryParts): DeskSection {
  const { surveys, dossiers, tokenOf, inUse, texts } = parts

  function show(desk: Desk, request: FastifyRequest, reply: FastifyReply, shown: Shown) {
    const { errors = {}, typed, dossier, code, status = 200 } = shown
    return desk.show(request, reply, {
      title: texts.say('polls.entry.title'),
      status,
      body: (
        <EntryPage
          desk={desk}
          texts={texts}
          questionnaire={inUse}
          formToken={desk.signedIn(request).session.formToken}
          errors={errors}
          form={typed ? { typed, dossier } : undefined}
          code={code}
        />
      ),
    })
  }

  return {
    nav: [{ href: '/desk/polls/entry', label: texts.say('polls.entry.nav'), icon }],

    addRoutes(scope, desk: Desk) {
      scope.get('/polls/entry', async (request, reply) => {
        const code = readForm(readCode, request.query)?.code
        if (code === undefined) return show(desk, request, reply, {})
        const parsed = parseDossierCode(code, vietnamDay(desk.clock.now()))
        if (parsed.kind !== 'code') {
          return show(desk, request, reply, {
            errors: { code: wordWrongCode(texts, parsed) },
            code,
            status: 422,
          })
        }
        const dossier = await dossiers.find(parsed.code)
        const typed = {
          code: parsed.code,
          unit: dossier?.unit,
          field: dossier?.field,
          answers: new Map<string, string>(),
        }
        return show(desk, request, reply, { typed, dossier })
      })

      scope.post('/polls/entry', async (request, reply) => {
        const body = readForm(readEntry, request.body)
        const today = vietnamDay(desk.clock.now())
        const parsed = parseDossierCode(body?.code ?? '', today)
        if (!body || parsed.kind !== 'code') {
          const error =
            parsed.kind === 'code' ? texts.say('polls.entry.wrong-code') : wordWrongCode(texts, parsed)
          return show(desk, request, reply, { errors: { code: error }, code: body?.code ?? '', status: 422 })
        }
        const { code } = parsed
        const dossier = await dossiers.find(code)
        const { typed, entry, errors } = readTyped(texts, inUse, code, body, today)
        if (!entry) return show(desk, request, reply, { typed, dossier, errors, status: 422 })
        const { procedureCode } = dossier ?? {}
        const facts = { ...entry.facts, ...(procedureCode === undefined ? {} : { procedureCode }) }
        const { isStored } = await surveys.enterForSomebody({ ...entry, facts, token: tokenOf(code) })
        if (!isStored) {
          const error = { code: texts.say('polls.entry.is-there') }
          return show(desk, request, reply, { errors: error, code, status: 409 })
        }
        const count = entry.answers.length
        await desk.audit.append({
          officer: desk.signedIn(request).officer.id,
          action: 'poll-entered',
          subject: `dossier:${code}`,
          detail: { questionnaire: `${inUse.id}@${inUse.version}`, count },
        })
        return desk.goTo(request, reply, '/desk/polls/entry', texts.say('polls.entry.saved', { code, count }))
      })
    },
  }
}

/** What was typed, for the page; and the entry, when nothing is wrong with it. */
function readTyped(
  texts: PollDeskTexts,
  { items }: Questionnaire,
  code: DossierCode,
  body: z.output<typeof readEntry>,
  today: string,
): { typed: TypedEntry; errors: FieldErrors; entry?: Omit<AssistedEntry, 'token' | 'questionnaire'> } {
  const name = (text: string) => text.normalize('NFC').trim().slice(0, mostNameChars)
  const [unit, field] = [name(body.unit), name(body.field)]
  const answers = new Map<string, string>()
  for (const { id } of items) {
    const marked = Object.hasOwn(body, answerField(id)) ? body[answerField(id)] : undefined
    if (marked !== undefined && /^[0-5]$/.test(marked)) answers.set(id, marked)
  }
  const { day } = body
  const isDay = startOfDay(day) !== undefined && day <= today && day >= addDays(today, -oldestDays)
  const errors: FieldErrors = {
    ...(isDay ? {} : { day: texts.say('polls.entry.wrong-day') }),
    ...(answers.size > 0 ? {} : { answers: texts.say('polls.entry.no-answers') }),
  }
  const typed = { code, day, unit, field, answers }
  if (Object.keys(errors).length > 0) return { typed, errors }
  const facts = { ...(unit ? { unit } : {}), ...(field ? { field } : {}) }
  const entered = [...answers].map(([item, value]) => ({
    item,
    answer: value === neverUsedValue ? ('never-used' as const) : (Number(value) as Level),
  }))
  return { typed, errors, entry: { facts, day, answers: entered } }
}

function wordWrongCode(texts: PollDeskTexts, parsed: Exclude<ParsedDossierCode, { kind: 'code' }>): string {
  switch (parsed.kind) {
    case 'not-a-code':
      return parsed.suggestion
        ? texts.say('polls.entry.wrong-code-suggestion', { code: parsed.suggestion })
        : texts.say('polls.entry.wrong-code')
    case 'impossible-day':
      return texts.say('polls.entry.impossible-day')
    case 'future-day':
      return texts.say('polls.entry.future-day')
  }
}
