import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import type { checkTexts } from './check-texts.ts'
import type { Problem } from './problem.ts'
import type { Texts } from './texts.ts'

export type CheckTexts = Texts<typeof checkTexts>

type Path = readonly PropertyKey[]

export type CheckedYaml<T> =
  | { kind: 'parsed'; value: T; lineOf(path: Path): number }
  | { kind: 'problems'; problems: Problem[] }

/**
 * Reads a YAML file that people edit against a schema and names every mistake with its line, all at once.
 * `lineOf` finds the line of a part afterwards, for rules that a schema cannot say.
 */
export function parseCheckedYaml<T>(
  file: string,
  text: string,
  schema: z.ZodType<T>,
  texts: CheckTexts,
): CheckedYaml<T> {
  const lines = new LineCounter()
  const document = parseDocument(text.normalize('NFC'), { lineCounter: lines, prettyErrors: false })
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      file,
      line: lines.linePos(error.pos[0]).line,
      message: texts.say('check.not-yaml', { reason: error.code }),
    }))
    return { kind: 'problems', problems }
  }
  const lineOf = (path: Path) => lines.linePos(offsetOf(document, path)).line
  const parsed = schema.safeParse(document.toJS(), { reportInput: true })
  if (parsed.success) return { kind: 'parsed', value: parsed.data, lineOf }
  const problems = parsed.error.issues.flatMap((issue) => {
    return wordIssue(issue, texts).map(({ path, message }) => ({ file, line: lineOf(path), message }))
  })
  return { kind: 'problems', problems: problems.sort((a, b) => a.line - b.line) }
}

/** Offset of a part; of the nearest part around it when the part itself is missing. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true)
    const last = path[length - 1]
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === last)
      if (pair && isNode(pair.key) && pair.key.range) return pair.key.range[0]
    }
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return isNode(document.contents) && document.contents.range ? document.contents.range[0] : 0
}

/** A zod issue (parsed with `reportInput`) in words that tell an editor what to do; one entry a misspelt key. */
function wordIssue(issue: z.core.$ZodIssue, texts: CheckTexts): { path: Path; message: string }[] {
  const path: Path = issue.path
  const key = wordPath(path)
  const one = (message: string) => [{ path, message }]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((name) => ({
        path: [...path, name],
        message: texts.say('check.unknown-key', { key: wordPath([...path, name]) }),
      }))
    case 'invalid_type': {
      if (issue.input === undefined) return one(texts.say('check.missing', { key }))
      const expected = typeWord(issue.expected, texts)
      return one(texts.say('check.wrong-type', { key, expected }))
    }
    case 'invalid_value':
      return one(texts.say('check.wrong-choice', { key, choices: issue.values.map(String).join(', ') }))
    case 'invalid_union':
      return one(
        'options' in issue && Array.isArray(issue.options)
          ? texts.say('check.wrong-choice', { key, choices: issue.options.map(String).join(', ') })
          : texts.say('check.wrong', { key }),
      )
    case 'invalid_format': {
      const last = String(path.at(-1))
      if (issue.format === 'url') return one(texts.say('check.wrong-url', { key }))
      if (issue.format === 'date' || /date$|^valid|^from$/i.test(last)) {
        return one(texts.say('check.wrong-date', { key }))
      }
      if (last === 'code') return one(texts.say('check.wrong-code', { key }))
      return one(texts.say('check.wrong-format', { key }))
    }
    case 'too_small':
      return one(
        issue.origin === 'string' || issue.origin === 'array'
          ? texts.say('check.empty', { key })
          : texts.say('check.wrong', { key }),
      )
    default:
      return one(texts.say('check.wrong', { key }))
  }
}

function typeWord(expected: string, texts: CheckTexts): string {
  switch (expected) {
    case 'array':
      return texts.say('check.type.array')
    case 'object':
    case 'record':
      return texts.say('check.type.object')
    case 'number':
    case 'int':
      return texts.say('check.type.number')
    case 'boolean':
      return texts.say('check.type.boolean')
    default:
      return texts.say('check.type.string')
  }
}

/** `procedures.3.methods.0.time` as editors count: `procedures[4].methods[1].time`. */
function wordPath(path: Path): string {
  return path.reduce<string>((words, part) => {
    if (typeof part === 'number') return `${words}[${part + 1}]`
    return words ? `${words}.${String(part)}` : String(part)
  }, '')
}
