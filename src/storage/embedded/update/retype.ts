import { compareValues } from '../bson/compare-values.ts'
import { type Document, isDocument, isNumeric } from '../bson/value-types.ts'

/** Expressions work on plain numbers; values that they left as they were get their exact type back. */
export function retype(exact: Document, result: Document): Document {
  return Object.fromEntries(
    Object.entries(result).map(([name, value]) => [
      name,
      retypeValue(Object.hasOwn(exact, name) ? exact[name] : undefined, value),
    ]),
  )
}

function retypeValue(exact: unknown, value: unknown): unknown {
  if (isNumeric(value) && isNumeric(exact)) return compareValues(exact, value) === 0 ? exact : value
  if (Array.isArray(value) && Array.isArray(exact))
    return value.map((element, i) => retypeValue(exact[i], element))
  if (isDocument(value) && isDocument(exact)) return retype(exact, value)
  return value
}
