import { z } from 'zod'
import { parseCheckedYaml } from '../../lib/checked-yaml.ts'
import type { Problem } from '../../lib/problem.ts'
import type { FormatTexts } from '../formats/format-texts.ts'
import { procedureCodePattern } from '../procedure.ts'
import { type SectionWords, sectionsFileSchema } from './section-words.ts'

/**
 * What people say and what it means officially: the files of `intents/`, which staff edit. A phrase is matched with
 * its marks when the writer types marks, else without; `*` stands for up to four words, `(a|b)` for alternatives.
 */
const phrases = z.array(z.string().trim().min(1)).min(1)

const layWordSchema = z.strictObject({
  say: phrases,
  /** Official words, as they stand in procedure names. */
  means: phrases,
  /** 0.3 (a hint) to 2 (certain). */
  weight: z.number().min(0.1).max(2).default(1),
  /** Only when one of these is said too. */
  with: phrases.optional(),
  /** Never when one of these is said too. */
  unless: phrases.optional(),
  /** The words said are put aside: they would pull in other procedures. */
  instead: z.boolean().default(false),
  test: z
    .strictObject({ ask: z.string().min(1), finds: z.union([code(), z.array(code()).min(1)]) })
    .optional(),
})
export type LayWord = z.infer<typeof layWordSchema>

const abbreviationSchema = z.strictObject({
  short: z.string().min(1),
  means: z.string().min(1).optional(),
  /** For short forms with several readings; one without `near` is the usual one. */
  readings: z
    .array(z.strictObject({ means: z.string().min(1), near: phrases.optional() }))
    .min(1)
    .optional(),
})

const topicSchema = z.strictObject({
  topic: z.string().regex(/^[a-z][a-z-]*$/),
  say: phrases,
  /** Only as written: without marks these words are other, harmless ones ("đòi quà", "đổi qua"). */
  'say-with-marks': phrases.optional(),
  unless: phrases.optional(),
  /** Also when a procedure would fit well (a complaint is a complaint, whatever it names). */
  always: z.boolean().default(false),
  /** Questions that must come out as this topic or as not found; the training learns from them too. */
  test: phrases.optional(),
})
export type Topic = z.infer<typeof topicSchema>

const contrastSchema = z.strictObject({
  key: z.string().regex(/^[a-z][a-z0-9-]*$/),
  /** How names of procedures say it. */
  official: phrases,
  /** How people say it. */
  said: phrases,
})
export type Contrast = z.infer<typeof contrastSchema>

/**
 * How people ask for a procedure, by its code; by several codes where two bodies publish what is one thing to a citizen,
 * first the one of the body that receives the papers.
 */
const oneCode = procedureCodePattern.source.slice(1, -1)
const codesPattern = new RegExp(`^${oneCode}(?: ${oneCode})*$`)
const sayingsFileSchema = z.record(z.string().regex(codesPattern), phrases)

const abbreviationsFileSchema = z.strictObject({ abbreviations: z.array(abbreviationSchema) })
const smallWordsFileSchema = z.strictObject({
  courtesy: phrases,
  weak: phrases,
  /** English and product names that look like Telex left-overs. */
  'not-telex': phrases,
})

export interface SearchIntents {
  /** By code: how people ask for the procedure (`intents/sayings`), and its other names in the shipped catalogue. */
  sayings: ReadonlyMap<string, readonly string[]>
  /** What two bodies publish but is one thing to a citizen: the further code → the one that comes first. */
  twins: ReadonlyMap<string, string>
  layWords: readonly LayWord[]
  /** Official short forms; also used on names of procedures. */
  abbreviations: readonly {
    short: string
    readings: readonly { means: string; near?: string[] | undefined }[]
  }[]
  /** Chat spelling; on questions only. */
  chatSpelling: SearchIntents['abbreviations']
  courtesy: readonly string[]
  weak: readonly string[]
  notTelex: readonly string[]
  sections: readonly SectionWords[]
  topics: readonly Topic[]
  actions: readonly Contrast[]
  qualifiers: readonly Contrast[]
}

export type ParsedIntents =
  | { kind: 'parsed'; intents: SearchIntents }
  | { kind: 'problems'; problems: Problem[] }

/**
 * Reads the search files of `intents/` (others in the list are left alone); of `lay-words-*.yaml` as many as there are. A missing file counts as a problem: the
 * search would work, but badly.
 *
 * @param files `name` is shown in problems, e.g. "intents/lay-words.yaml".
 */
export function parseSearchIntents(
  files: readonly { name: string; text: string }[],
  texts: FormatTexts,
): ParsedIntents {
  const problems: Problem[] = []
  const baseOf = ({ name }: { name: string }) => name.replace(/^.*[/\\]/, '')
  const read = <T>(
    name: string,
    schema: z.ZodType<T>,
    file = files.find((candidate) => baseOf(candidate) === name),
  ): T | undefined => {
    if (!file) {
      problems.push({ file: `intents/${name}`, message: texts.say('check.no-such-file') })
      return undefined
    }
    const parsed = parseCheckedYaml(file.name, file.text, schema, texts)
    if (parsed.kind === 'parsed') return parsed.value
    problems.push(...parsed.problems)
    return undefined
  }
  const layWordsSchema = z.strictObject({ rules: z.array(layWordSchema) })
  const layWordFiles = files.filter((file) => /^lay-words-[a-z-]+\.yaml$/.test(baseOf(file)))
  const layWords = layWordFiles.map((file) => read(file.name, layWordsSchema, file))
  if (layWords.length === 0) read('lay-words-*.yaml', layWordsSchema)
  const sayingFiles = files.filter(({ name }) => /(?:^|[/\\])sayings[/\\]/.test(name))
  const sayings = sayingFiles.map((file) => read(file.name, sayingsFileSchema, file))
  const abbreviations = read('abbreviations.yaml', abbreviationsFileSchema)
  const chatSpelling = read('chat-spelling.yaml', abbreviationsFileSchema)
  const smallWords = read('small-words.yaml', smallWordsFileSchema)
  const sectionWords = read('sections.yaml', sectionsFileSchema)
  const topics = read('topics.yaml', z.strictObject({ topics: z.array(topicSchema) }))
  const actions = read('actions.yaml', z.strictObject({ actions: z.array(contrastSchema) }))
  const qualifiers = read('qualifiers.yaml', z.strictObject({ qualifiers: z.array(contrastSchema) }))
  if (
    problems.length > 0 ||
    !(abbreviations && chatSpelling && smallWords && sectionWords && topics && actions && qualifiers)
  ) {
    return { kind: 'problems', problems }
  }
  return {
    kind: 'parsed',
    intents: {
      sayings: joinSayings(sayings.map((file) => file ?? {})),
      twins: new Map(sayings.flatMap((file) => Object.keys(file ?? {}).flatMap(twinsOf))),
      layWords: layWords.flatMap((file) => file?.rules ?? []),
      abbreviations: abbreviations.abbreviations.map(withReadings),
      chatSpelling: chatSpelling.abbreviations.map(withReadings),
      courtesy: smallWords.courtesy,
      weak: smallWords.weak,
      notTelex: smallWords['not-telex'],
      sections: sectionWords,
      topics: topics.topics,
      actions: actions.actions,
      qualifiers: qualifiers.qualifiers,
    },
  }
}

/** "main further further" */
function twinsOf(codes: string): [further: string, main: string][] {
  const [main, ...further] = codes.split(' ')
  return further.map((code) => [code, main!])
}

/** @returns by single codes, all sayings of all lists. */
export function joinSayings(
  lists: readonly Readonly<Record<string, readonly string[]>>[],
): Map<string, readonly string[]> {
  const joined = new Map<string, readonly string[]>()
  for (const list of lists) {
    for (const [codes, sayings] of Object.entries(list)) {
      for (const code of codes.split(' ')) joined.set(code, [...(joined.get(code) ?? []), ...sayings])
    }
  }
  return joined
}

function withReadings({ short, means, readings }: z.infer<typeof abbreviationSchema>) {
  return { short, readings: [...(readings ?? []), ...(means === undefined ? [] : [{ means }])] }
}

function code() {
  return z.string().regex(procedureCodePattern)
}
