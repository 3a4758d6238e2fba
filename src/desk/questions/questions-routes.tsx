import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { exportAliases } from '../../catalogue/learning/export-aliases.ts'
import {
  keysOf,
  type QuestionReview,
  type ReviewGroup,
  type Tried,
} from '../../catalogue/learning/review-questions.ts'
import type { NewWords } from '../../catalogue/learning/search-alias.ts'
import type { FieldErrors } from '../components/form.tsx'
import { icons } from '../components/icon.tsx'
import type { Desk, DeskSection } from '../desk-page.ts'
import { readForm } from '../routes/read-form.ts'
import { effectInWords, GroupPage, type TypedWords } from './group-page.tsx'
import type { QuestionDeskTexts } from './question-desk-texts.ts'
import { maxReasonChars, QuestionsPage, questionsPath, WordsPage } from './questions-page.tsx'

const mostRows = 100
const line = z
  .string()
  .max(2_000)
  .default('')
  .transform((text) => text.normalize('NFC').replace(/\s+/g, ' ').trim())
const reason = line.transform((text) => text.slice(0, maxReasonChars))
const wordsForm = z.object({
  kind: z.enum(['alias', 'lay-word']),
  words: line,
  code: line,
  means: line,
  reason,
})
const linkForm = z.object({ code: line })
const takeBackForm = z.object({ alias: z.string().max(40), reason })

/** What was not answered, grouped; staff teach the search from it and see the effect before it is kept. */
export function questionsSection(parts: {
  review: QuestionReview
  texts: QuestionDeskTexts
  days: number
}): DeskSection {
  const { review, texts, days } = parts

  async function findGroup(request: FastifyRequest): Promise<ReviewGroup | undefined> {
    const { id } = request.params as { id: string }
    if (!/^[0-9a-f]{16}$/.test(id)) return undefined
    return (await review.groups()).find((group) => group.id === id)
  }

  function showGroup(
    desk: Desk,
    request: FastifyRequest,
    reply: FastifyReply,
    group: ReviewGroup,
    more: {
      typed?: TypedWords
      errors?: FieldErrors
      tried?: Extract<Tried, { kind: 'tried' }>
    } = {},
  ) {
    const { errors = {}, tried } = more
    const empty: TypedWords = {
      kind: 'alias',
      words: group.questions[0]!.text.slice(0, 120),
      code: '',
      means: '',
      reason: '',
    }
    return desk.show(request, reply, {
      title: texts.say('questions.group.title'),
      status: Object.keys(errors).length > 0 ? 422 : 200,
      body: (
        <GroupPage
          desk={desk}
          texts={texts}
          group={group}
          typed={more.typed ?? empty}
          errors={errors}
          tried={tried}
          formToken={desk.signedIn(request).session.formToken}
        />
      ),
    })
  }

  return {
    nav: [{ href: questionsPath, label: texts.say('questions.nav'), icon: icons.empty }],

    addRoutes(scope, desk) {
      scope.get('/questions', async (request, reply) =>
        desk.show(request, reply, {
          title: texts.say('questions.title'),
          body: (
            <QuestionsPage texts={texts} groups={await review.groups()} days={days} mostRows={mostRows} />
          ),
        }),
      )

      scope.get('/questions/:id', async (request, reply) => {
        const group = await findGroup(request)
        return group ? showGroup(desk, request, reply, group) : desk.notFound(request, reply)
      })

      scope.post('/questions/:id/try', async (request, reply) => {
        const group = await findGroup(request)
        if (!group) return desk.notFound(request, reply)
        const typed = readForm(wordsForm, request.body)
        if (!typed) return showGroup(desk, request, reply, group, { errors: faultErrors('empty', texts) })
        const tried = await review.tryWords(wordsOf(typed), keysOf(group))
        if (tried.kind === 'fault') {
          return showGroup(desk, request, reply, group, { typed, errors: faultErrors(tried.fault, texts) })
        }
        return showGroup(desk, request, reply, group, { typed, tried })
      })

      scope.post('/questions/:id/keep', async (request, reply) => {
        const group = await findGroup(request)
        if (!group) return desk.notFound(request, reply)
        const typed = readForm(wordsForm, request.body)
        if (!typed) return showGroup(desk, request, reply, group, { errors: faultErrors('empty', texts) })
        const taught = wordsOf(typed)
        if (typed.reason === '') {
          const tried = await review.tryWords(taught, keysOf(group))
          const errors = { reason: texts.say('questions.form.no-reason') }
          return showGroup(desk, request, reply, group, {
            typed,
            errors,
            ...(tried.kind === 'tried' ? { tried } : {}),
          })
        }
        const by = desk.signedIn(request).officer.id
        const kept = await review.keep(taught, keysOf(group), { by, reason: typed.reason })
        switch (kept.kind) {
          case 'fault':
            return showGroup(desk, request, reply, group, { typed, errors: faultErrors(kept.fault, texts) })
          case 'refused': {
            const { effect } = kept
            return showGroup(desk, request, reply, group, {
              typed,
              errors: { words: effectInWords(effect, true, texts) },
              tried: { kind: 'tried', effect, isRefused: true, questions: [] },
            })
          }
          case 'kept':
            return desk.goTo(
              request,
              reply,
              questionsPath,
              texts.say('questions.done.kept', { told: kept.told }),
            )
        }
      })

      scope.post('/questions/:id/link', async (request, reply) => {
        const group = await findGroup(request)
        if (!group) return desk.notFound(request, reply)
        const typed = readForm(linkForm, request.body)
        const by = desk.signedIn(request).officer.id
        const linked = await review.link(typed?.code ?? '', keysOf(group), { by })
        if (linked.kind !== 'linked') {
          return showGroup(desk, request, reply, group, { errors: faultErrors(linked.kind, texts) })
        }
        const said = texts.say('questions.done.linked', { told: linked.told })
        return desk.goTo(request, reply, questionsPath, said)
      })

      scope.post('/questions/:id/dismiss', async (request, reply) => {
        const group = await findGroup(request)
        if (!group) return desk.notFound(request, reply)
        await review.dismiss(keysOf(group), { by: desk.signedIn(request).officer.id })
        return desk.goTo(request, reply, questionsPath, texts.say('questions.done.dismissed'))
      })

      scope.get('/questions/words', async (request, reply) =>
        desk.show(request, reply, {
          title: texts.say('questions.words.title'),
          body: (
            <WordsPage
              texts={texts}
              aliases={await review.aliases()}
              nameOf={await officerNames(desk, texts)}
              formToken={desk.signedIn(request).session.formToken}
            />
          ),
        }),
      )

      scope.get('/questions/words.yaml', async (_request, reply) =>
        reply
          .type('application/yaml; charset=utf-8')
          .header('content-disposition', 'attachment; filename="tu-ngu-da-them.yaml"')
          .send(exportAliases(await review.aliases(), await officerNames(desk, texts))),
      )

      scope.post('/questions/words/take-back', async (request, reply) => {
        const form = readForm(takeBackForm, request.body)
        if (!form?.reason) {
          return desk.goTo(request, reply, `${questionsPath}/words`, texts.say('questions.form.no-reason'))
        }
        const by = desk.signedIn(request).officer.id
        const isTaken = await review.takeBack(form.alias, { by, reason: form.reason })
        const said = texts.say(isTaken ? 'questions.done.taken-back' : 'questions.done.nothing')
        return desk.goTo(request, reply, `${questionsPath}/words`, said)
      })
    },
  }
}

async function officerNames(desk: Desk, texts: QuestionDeskTexts): Promise<(by: string) => string> {
  const names = new Map((await desk.officers.list()).map(({ id, name }) => [id, name]))
  return (by) => names.get(by) ?? texts.say('questions.words.system')
}

function wordsOf({ kind, words, code, means }: TypedWords): NewWords {
  return kind === 'alias' ? { kind, words, code } : { kind, words, means }
}

function faultErrors(
  fault: 'empty' | 'too-long' | 'no-such-procedure',
  texts: QuestionDeskTexts,
): FieldErrors {
  const said = texts.say(`questions.fault.${fault}`)
  return fault === 'no-such-procedure' ? { code: said } : { words: said }
}
