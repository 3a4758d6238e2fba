import { z } from 'zod'
import { fold } from '../../../catalogue/text/fold.ts'
import { type CheckTexts, parseCheckedYaml } from '../../../lib/checked-yaml.ts'
import type { Problem } from '../../../lib/problem.ts'

const sayings = z.array(z.string().trim().min(1)).min(1)
const pollMeanings = ['opt-out', 'opt-in', 'opt-out-when-asked', 'typed-answer'] as const
const pollWordsSchema = z.strictObject({
  'opt-out': sayings,
  'opt-in': sayings,
  /** These two mean so only from somebody who was asked a short while ago. */
  'opt-out-when-asked': sayings,
  'typed-answer': sayings,
})

/** Undefined: the message says something else. */
export type ReadPollWords = (text: string) => (typeof pollMeanings)[number] | undefined

export type ParsedPollWords =
  | { kind: 'words'; read: ReadPollWords }
  | { kind: 'problems'; problems: Problem[] }

/** `intents/poll.yaml`. A saying is a whole message, so a question that holds it is still a question. */
export function parsePollWords(file: { name: string; text: string }, checks: CheckTexts): ParsedPollWords {
  const parsed = parseCheckedYaml(file.name, file.text, pollWordsSchema, checks)
  if (parsed.kind === 'problems') return parsed
  const meanings = new Map(
    pollMeanings.flatMap((meaning) =>
      parsed.value[meaning].map((saying) => [keyOf(saying), meaning] as const),
    ),
  )
  return { kind: 'words', read: (text) => meanings.get(keyOf(text)) }
}

const keyOf = (text: string): string => (fold(text).match(/[a-z0-9]+/g) ?? []).join(' ')
