import { parseArgs } from 'node:util'
import type { Procedure } from '../src/catalogue/procedure.ts'
import type { SearchOutcome } from '../src/catalogue/search-outcome.ts'
import { loadContent } from '../src/content.ts'
import { registerDialogs } from '../src/conversation/dialogs/register-dialogs.ts'
import { createBotkitResponder } from '../src/conversation/turn/botkit-turn.ts'
import { emptyState } from '../src/conversation/turn/conversation.ts'
import { systemClock } from '../src/lib/clock.ts'
import { openSheets, readCheckTexts } from './catalogue-files.ts'
import { explainSearch, printExplanation } from './explain-search.ts'
import { readOperationTexts } from './operation-texts.ts'
import { readSearchInputs, searchOf } from './search-files.ts'

/** One question, one answer: what a citizen would be told on the web chat, without a database. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    catalogue: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
    explain: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const question = positionals.join(' ').trim()

if (values.help || question === '') {
  console.log(readOperationTexts().say('operation.ask-help'))
  if (!values.help) process.exitCode = 2
} else if (values.explain) {
  const sheets = await openSheets(values.catalogue ?? [], readCheckTexts())
  const inputs = readSearchInputs(values.catalogue, sheets)
  const explanation = explainSearch(searchOf(inputs), question, inputs.weights)
  if (values.json) console.log(JSON.stringify(explanation))
  else printExplanation(explanation)
} else {
  const answer = await ask(question)
  console.log(values.json ? JSON.stringify(answer) : answer.text)
}

async function ask(text: string) {
  const content = loadContent('.', 'data/agency.yaml')
  const sheets = await openSheets(values.catalogue ?? [], readCheckTexts())
  const inputs = readSearchInputs(values.catalogue, sheets)
  const search = searchOf(inputs)
  search.search(text) // to warm up, so that `ms` is what a running service needs
  const startedAt = performance.now()
  const outcome = search.search(text)
  const ms = performance.now() - startedAt

  const respond = createBotkitResponder((controller) =>
    registerDialogs(controller, {
      catalogue: () => ({ search, procedures: inputs.procedures }),
      agency: content.agency,
      talk: content.talk,
      answers: content.answers,
      english: content.english,
      staleAfterDays: 180,
      questions: { record: async () => {}, mostAsked: async () => [] },
      readCommand: content.readCommand,
    }),
  )
  const now = systemClock.now()
  const { replies } = await respond({
    inbound: {
      channel: 'web',
      conversationId: 'ask',
      messageId: 'ask',
      senderId: 'ask',
      sentAt: now,
      text: text.normalize('NFC'),
      attachments: [],
    },
    arrivedAt: now,
    state: emptyState(),
  })
  return {
    ...described(outcome),
    text: replies.map((reply) => reply.text).join('\n\n'),
    ms: Math.round(ms * 1000) / 1000,
  }
}

function named({ code, name }: Procedure) {
  return { code, name }
}

function described(outcome: SearchOutcome) {
  switch (outcome.kind) {
    case 'answer':
      return {
        kind: 'answer',
        section: outcome.sections[0] ?? 'overview',
        sections: outcome.sections,
        procedure: named(outcome.procedure),
      }
    case 'choices':
      return {
        kind: 'choices',
        section: outcome.sections[0] ?? 'overview',
        choices: outcome.procedures.map(named),
      }
    case 'only-sections':
      return { kind: 'other', section: outcome.sections[0] ?? 'overview', topic: 'which-procedure' }
    case 'other':
      return { kind: 'other', section: 'overview', topic: outcome.topic }
    case 'not-found':
      return { kind: 'not-found', section: 'overview' }
  }
}
