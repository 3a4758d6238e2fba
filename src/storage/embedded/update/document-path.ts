import { asDocument, type Document } from '../bson/value-types.ts'
import { ServerError } from '../errors.ts'
import { isIndex } from '../match/walk-path.ts'

const maxPadding = 1_500_000

export function getAt(document: Document, parts: readonly string[]): unknown {
  let node: unknown = document
  for (const part of parts) node = childOf(node, part)
  return node
}

function childOf(node: unknown, part: string): unknown {
  if (Array.isArray(node)) return isIndex(part) ? node[Number(part)] : undefined
  const parent = asDocument(node)
  return parent && Object.hasOwn(parent, part) ? parent[part] : undefined
}

/** Sets a field in place, making documents on the way and padding arrays with null. */
export function setAt(document: Document, parts: readonly string[], value: unknown): void {
  let node: unknown = document
  for (const [i, part] of parts.entries()) {
    const isLast = i === parts.length - 1
    const child = isLast ? value : (childOf(node, part) ?? missingChild(node, part))
    if (Array.isArray(node)) setElement(node, part, child)
    else if (asDocument(node) === node) setField(node as Document, part, child)
    else
      throw new ServerError(
        28,
        `Cannot create field '${part}' in element {${parts[i - 1]}: ${JSON.stringify(node)}}`,
      )
    node = child
  }
}

/** A null on the way is a value, which cannot hold a field; only what is absent becomes a document. */
function missingChild(node: unknown, part: string): unknown {
  return childOf(node, part) === null ? null : {}
}

function setField(node: Document, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(node, name, { value, enumerable: true, configurable: true, writable: true })
  else node[name] = value
}

function setElement(array: unknown[], part: string, value: unknown): void {
  if (!isIndex(part)) throw new ServerError(28, `Cannot create field '${part}' in an array`)
  const position = Number(part)
  if (position > array.length + maxPadding) throw new ServerError(2, 'array index is too far beyond the end')
  while (array.length < position) array.push(null)
  array[position] = value
}

export function unsetAt(document: Document, parts: readonly string[]): void {
  const parent = getAt(document, parts.slice(0, -1))
  const name = parts.at(-1)!
  if (Array.isArray(parent)) {
    if (isIndex(name) && Number(name) < parent.length) parent[Number(name)] = null
  } else if (asDocument(parent) === parent && parent) delete (parent as Document)[name]
}
