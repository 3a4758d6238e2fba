import { type Document, isDocument } from '../bson/value-types.ts'
import { ServerError } from '../errors.ts'
import { getAt } from '../update/document-path.ts'
import { withField } from './document-stages.ts'

/** One document for each element of an array. */
export function compileUnwind(argument: unknown): (document: Document) => Generator<Document> {
  const options = typeof argument === 'string' ? { path: argument } : isDocument(argument) ? argument : {}
  const { path, preserveNullAndEmptyArrays, includeArrayIndex } = options as Document
  if (typeof path !== 'string' || !path.startsWith('$'))
    throw new ServerError(28818, "path option to $unwind stage should be prefixed with a '$'")
  const parts = path.slice(1).split('.')
  const indexPath = typeof includeArrayIndex === 'string' ? includeArrayIndex.split('.') : undefined
  return function* (document) {
    const value = getAt(document, parts)
    const numbered = (unwound: Document, i: number | null) =>
      indexPath ? (withField(unwound, indexPath, i) as Document) : unwound
    if (Array.isArray(value) && value.length > 0) {
      for (const [i, element] of value.entries())
        yield numbered(withField(document, parts, element) as Document, i)
    } else if (Array.isArray(value)) {
      if (preserveNullAndEmptyArrays === true)
        yield numbered(withField(document, parts, undefined) as Document, null)
    } else if (value !== undefined && value !== null) yield numbered(document, null)
    else if (preserveNullAndEmptyArrays === true) yield numbered(document, null)
  }
}
