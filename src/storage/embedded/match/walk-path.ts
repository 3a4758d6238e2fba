import { asDocument } from '../bson/value-types.ts'

const indexPattern = /^(0|[1-9]\d*)$/

export function isIndex(part: string): boolean {
  return indexPattern.test(part)
}

/**
 * Whether `test` holds for any value that a query path reaches. Arrays on the way stand for each of their documents,
 * and for the element at a numeric part; a field that is not there is tested as `undefined`.
 */
export function someValueAt(
  node: unknown,
  parts: readonly string[],
  test: (value: unknown) => boolean,
  depth = 0,
): boolean {
  const part = parts[depth]
  if (part === undefined) return test(node)
  if (Array.isArray(node)) {
    if (isIndex(part) && Number(part) < node.length) {
      if (someValueAt(node[Number(part)], parts, test, depth + 1)) return true
    }
    return node.some(
      (element) => asDocument(element) !== undefined && someValueAt(element, parts, test, depth),
    )
  }
  const document = asDocument(node)
  if (!document) return test(undefined)
  return someValueAt(Object.hasOwn(document, part) ? document[part] : undefined, parts, test, depth + 1)
}
