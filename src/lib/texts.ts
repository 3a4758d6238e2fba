import { AppError } from './errors.ts'

/**
 * What people read stands in `data/texts/vi.yaml`, never in code. A folder declares the texts that it says, each with
 * the names of its placeholders; loading refuses a file that lacks one, holds one that nobody says, or uses other
 * placeholders than declared.
 *
 * @example
 * const declared = { 'ask.follow-up': ['procedure'] } as const
 * const texts = loadTexts(parsedYaml, declared)
 * texts.say('ask.follow-up', { procedure: 'Cấp giấy phép lao động' })
 */
export type TextDeclaration = Readonly<Record<string, readonly string[]>>

type Arguments<D extends TextDeclaration, K extends keyof D> = D[K] extends readonly []
  ? []
  : [values: Record<D[K][number], string | number>]

export interface Texts<D extends TextDeclaration> {
  say<K extends keyof D & string>(key: K, ...values: Arguments<D, K>): string
}

const placeholder = /\{([a-zA-Z]+)\}/g

/** @param tree nested or flat YAML: `ask: { follow-up: "…" }` and `ask.follow-up: "…"` are the same key. */
export function loadTexts<D extends TextDeclaration>(tree: unknown, declared: D): Texts<D> {
  const flat = flatten(tree, '')
  const faults: string[] = []
  for (const [key, names] of Object.entries(declared)) {
    const text = flat.get(key)
    if (text === undefined) {
      faults.push(`missing text "${key}"`)
      continue
    }
    const used = new Set([...text.matchAll(placeholder)].map((match) => match[1]!))
    const unknown = [...used].filter((name) => !names.includes(name))
    const unused = names.filter((name) => !used.has(name))
    if (unknown.length > 0) faults.push(`text "${key}" uses unknown {${unknown.join('}, {')}}`)
    if (unused.length > 0) faults.push(`text "${key}" lacks {${unused.join('}, {')}}`)
  }
  for (const key of flat.keys()) if (!(key in declared)) faults.push(`text "${key}" is used nowhere`)
  if (faults.length > 0) throw new AppError('CONTENT_INVALID', `texts: ${faults.join('; ')}`)

  return {
    say(key, ...[values]) {
      const text = flat.get(key)!
      return text.replace(placeholder, (_, name: string) =>
        String((values as Record<string, string | number>)[name]),
      )
    },
  }
}

function flatten(node: unknown, prefix: string): Map<string, string> {
  const result = new Map<string, string>()
  if (typeof node === 'string') return result.set(prefix, node.normalize('NFC').trimEnd())
  if (node === null || typeof node !== 'object' || Array.isArray(node)) {
    throw new AppError('CONTENT_INVALID', `texts: "${prefix}" is not a text`)
  }
  for (const [key, value] of Object.entries(node)) {
    for (const [path, text] of flatten(value, prefix ? `${prefix}.${key}` : key)) result.set(path, text)
  }
  return result
}
