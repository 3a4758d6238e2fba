import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import { exportAliases } from '../src/catalogue/learning/export-aliases.ts'
import type { Effect, LabelledQuestion } from '../src/catalogue/learning/measure-effect.ts'
import { keysOf, type QuestionReview, type ReviewGroup } from '../src/catalogue/learning/review-questions.ts'
import type { NewWords } from '../src/catalogue/learning/search-alias.ts'
import { buildSearch } from '../src/catalogue/search/build-search.ts'
import { searchOffice } from '../src/catalogue/search/catalogue-facts.ts'
import { loadContent } from '../src/content.ts'
import { createConversationNames } from '../src/conversation/turn/names.ts'
import { auditKey } from '../src/desk/audit/audit-key.ts'
import { systemClock } from '../src/lib/clock.ts'
import { createLog } from '../src/lib/log.ts'
import { loadTexts } from '../src/lib/texts.ts'
import { vietnamDay } from '../src/lib/vietnam-time.ts'
import { openLiveCatalogue } from '../src/live-catalogue.ts'
import { KeyRefused, openKeyRing } from '../src/open-key-ring.ts'
import { buildTaughtSearch, openQuestionOffice } from '../src/question-office.ts'
import { createAliasStore } from '../src/storage/alias-store.ts'
import { createAuditStore } from '../src/storage/audit-store.ts'
import { createCatalogueStore } from '../src/storage/catalogue-store.ts'
import { ensureIndexes } from '../src/storage/connect.ts'
import { createConversationStore } from '../src/storage/conversation-store.ts'
import { createInstallationSecretStore } from '../src/storage/installation-secret-store.ts'
import { createQuestionStore } from '../src/storage/question-store.ts'
import { createRecordCodec } from '../src/storage/record-codec.ts'
import { createWaitingStore } from '../src/storage/waiting-store.ts'
import { joinDatabase } from './join-database.ts'
import { readLabelled } from './labelled-questions.ts'
import { readConfig } from './open-desk-stores.ts'
import { readOperationTexts } from './operation-texts.ts'
import { readSearchTexts } from './search-texts.ts'

/** What was not answered, grouped; words for it are tried, kept, taken back and exported. Also while the service runs. */
const { values } = parseArgs({
  options: {
    limit: { type: 'string', default: '30' },
    group: { type: 'string' },
    words: { type: 'string' },
    code: { type: 'string' },
    means: { type: 'string' },
    reason: { type: 'string' },
    labelled: { type: 'string' },
    keep: { type: 'boolean', default: false },
    dismiss: { type: 'boolean', default: false },
    aliases: { type: 'boolean', default: false },
    'take-back': { type: 'string' },
    export: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const texts = loadTexts(parse(readFileSync('data/texts/questions-review.yaml', 'utf8')), {
  'review.help': [],
  'review.wrong-usage': [],
  'review.settings-wrong': ['settings'],
  'review.no-group': ['group'],
  'review.no-reason': [],
  'review.none': [],
  'review.group': ['id', 'count', 'first', 'last', 'outcomes', 'waiting'],
  'review.question': ['text'],
  'review.outcome': ['outcome', 'count'],
  'review.line-worse': ['question', 'before', 'after'],
  'review.line-better': ['question', 'before', 'after'],
  'review.own': ['text', 'before', 'after'],
  'review.try-only': [],
  'review.alias': ['id', 'words', 'means', 'at', 'reason', 'state'],
  'review.exported': ['file'],
} as const)
const content = loadContent('.', 'data/agency.yaml')
const desk = content.questionDesk
const by = 'system'
const mostTexts = 3

if (values.help) console.log(texts.say('review.help'))
else await main()

async function main(): Promise<void> {
  const read = readConfig()
  if (read.kind === 'wrong') {
    return fail(2, texts.say('review.settings-wrong', { settings: read.settings.join(', ') }))
  }
  const { config } = read
  const log = createLog({ level: 'silent' })
  const labelled = values.labelled === undefined ? undefined : readLabels(values.labelled)
  const database = await joinDatabase(config.storage, log)
  try {
    const { connection } = database
    const secrets = createInstallationSecretStore(connection)
    await ensureIndexes(connection)
    const { keyRing } = await openKeyRing(config, secrets, { log, isOnlyLooking: true })
    const records = createRecordCodec(keyRing)
    const { retention } = content.reports
    const clock = systemClock
    const aliases = createAliasStore(connection)
    const key = auditKey(keyRing)
    const catalogue = await openLiveCatalogue({
      store: createCatalogueStore(connection),
      shipped: content.procedures,
      aliases,
      build: buildTaughtSearch(content, (procedures, intents) =>
        buildSearch(procedures, intents, content.weights, searchOffice(content.agency)),
      ),
      clock,
      log,
    })
    const { review } = openQuestionOffice({
      questions: createQuestionStore(connection, {
        keepDays: retention.daysOf('unanswered-questions'),
        records,
      }),
      aliases,
      waiting: createWaitingStore(connection, { keepDays: retention.daysOf('waiting-people'), records }),
      conversations: createConversationStore(connection, records),
      nameOf: createConversationNames(keyRing?.deriveKey('conversation names')),
      catalogue,
      audit: createAuditStore(connection, { clock, log, ...(key ? { key } : {}) }).log,
      content,
      clock,
      labelled,
    })
    await ensureIndexes(connection)
    await run(review)
    catalogue.stop()
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error
    fail(2, readOperationTexts().say(`operation.key.${error.refusal}`, { file: error.file }))
  } finally {
    await database.close()
  }
}

function readLabels(file: string): LabelledQuestion[] {
  return readLabelled(file, 'all', readSearchTexts()).map(({ question, codes }) => ({ question, codes }))
}

async function run(review: QuestionReview): Promise<void> {
  const reason = values.reason?.trim() ?? ''
  if (values.aliases) return printAliases(review)
  if (values.export !== undefined) {
    writeFileSync(
      values.export,
      exportAliases(await review.aliases(), () => by),
    )
    return print(texts.say('review.exported', { file: values.export }), { file: values.export })
  }
  if (values['take-back'] !== undefined) {
    if (reason === '') return fail(2, texts.say('review.no-reason'))
    const isTaken = await review.takeBack(values['take-back'], { by, reason })
    const said = desk.say(isTaken ? 'questions.done.taken-back' : 'questions.done.nothing')
    return isTaken ? print(said, { kind: 'taken-back' }) : fail(1, said)
  }
  const groups = await review.groups()
  const group = values.group === undefined ? undefined : groups.find(({ id }) => id === values.group)
  if (values.group !== undefined && !group) {
    return fail(1, texts.say('review.no-group', { group: values.group }))
  }
  if (group && values.dismiss) {
    await review.dismiss(keysOf(group), { by })
    return print(desk.say('questions.done.dismissed'), { kind: 'dismissed' })
  }
  if (values.words !== undefined) return teach(review, group, reason)
  if (group && values.code !== undefined && values.keep) {
    const linked = await review.link(values.code, keysOf(group), { by })
    if (linked.kind !== 'linked') return fail(1, desk.say(`questions.fault.${linked.kind}`))
    return print(desk.say('questions.done.linked', { told: linked.told }), linked)
  }
  if (values.code !== undefined || values.means !== undefined || values.keep || values.dismiss) {
    return fail(2, texts.say('review.wrong-usage'))
  }
  printGroups(group ? [group] : groups.slice(0, Math.max(1, Number(values.limit) || 30)), group !== undefined)
}

async function teach(review: QuestionReview, group: ReviewGroup | undefined, reason: string): Promise<void> {
  const { words = '', code, means } = values
  if ((code === undefined) === (means === undefined)) return fail(2, texts.say('review.wrong-usage'))
  const said = words.normalize('NFC').trim()
  const taught: NewWords =
    code === undefined
      ? { kind: 'lay-word', words: said, means: (means ?? '').normalize('NFC').trim() }
      : { kind: 'alias', words: said, code: code.trim() }
  const keys = group ? keysOf(group) : []
  if (!values.keep) {
    const tried = await review.tryWords(taught, keys)
    if (tried.kind === 'fault') return fail(1, desk.say(`questions.fault.${tried.fault}`))
    const own = tried.questions.map(({ text, before, after }) =>
      texts.say('review.own', { text, before: codes(before), after: codes(after) }),
    )
    if (tried.isRefused) process.exitCode = 1
    const end = tried.isRefused ? [] : [texts.say('review.try-only')]
    return print([...wordEffect(tried.effect, tried.isRefused), ...own, ...end].join('\n'), tried)
  }
  if (reason === '') return fail(2, texts.say('review.no-reason'))
  const kept = await review.keep(taught, keys, { by, reason })
  switch (kept.kind) {
    case 'fault':
      return fail(1, desk.say(`questions.fault.${kept.fault}`))
    case 'refused':
      process.exitCode = 1
      return print(wordEffect(kept.effect, true).join('\n'), kept)
    case 'kept': {
      const done = desk.say('questions.done.kept', { told: kept.told })
      return print([...wordEffect(kept.effect, false), done].join('\n'), kept)
    }
  }
}

function wordEffect(effect: Effect, isRefused: boolean): string[] {
  const { lines, before, after } = effect
  const scores = { lines, before: before.score, after: after.score }
  const head = isRefused
    ? desk.say('questions.effect.refused', {
        ...scores,
        wrongBefore: before.wrong,
        wrongAfter: after.wrong,
      })
    : desk.say('questions.effect.fine', scores)
  const verdict = (name: 'right' | 'offered' | 'missed' | 'wrong') => desk.say(`questions.effect.${name}`)
  const line = (kind: 'worse' | 'better') =>
    effect[kind].map((one) =>
      texts.say(`review.line-${kind}`, {
        question: one.question,
        before: verdict(one.before),
        after: verdict(one.after),
      }),
    )
  return [head, ...line('worse'), ...line('better')]
}

const codes = (list: readonly string[]): string =>
  list.length === 0 ? desk.say('questions.effect.nothing') : list.join(', ')

function printGroups(groups: readonly ReviewGroup[], isWhole: boolean): void {
  const lines = groups.flatMap((group) => [
    texts.say('review.group', {
      id: group.id,
      count: group.count,
      first: vietnamDay(group.firstAskedAt),
      last: vietnamDay(group.lastAskedAt),
      outcomes: group.outcomes
        .map(({ outcome, count }) =>
          texts.say('review.outcome', { outcome: desk.say(`questions.outcome.${outcome}`), count }),
        )
        .join(', '),
      waiting: group.waiting,
    }),
    ...[...new Set(group.questions.map(({ text }) => text))]
      .slice(0, isWhole ? undefined : mostTexts)
      .map((text) => texts.say('review.question', { text })),
  ])
  print(lines.length === 0 ? texts.say('review.none') : lines.join('\n'), { groups })
}

async function printAliases(review: QuestionReview): Promise<void> {
  const aliases = await review.aliases()
  const lines = aliases.map(({ id, taught, at, reason, takenBack }) =>
    texts.say('review.alias', {
      id,
      words: taught.words,
      means: taught.kind === 'alias' ? taught.code : taught.means,
      at: vietnamDay(at),
      reason,
      state: takenBack
        ? desk.say('questions.words.taken-back', { at: vietnamDay(takenBack.at), reason: takenBack.reason })
        : desk.say('questions.words.kept'),
    }),
  )
  print(lines.length === 0 ? desk.say('questions.words.empty') : lines.join('\n'), { aliases })
}

function print(said: string, value: object): void {
  console.log(values.json ? JSON.stringify(value) : said)
}

function fail(exitCode: number, problem: string): void {
  if (values.json) console.log(JSON.stringify({ problem }))
  else console.error(problem)
  process.exitCode = exitCode
}
