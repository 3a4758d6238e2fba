import type mongoose from 'mongoose'
import type { KeyRing } from '../lib/key-ring.ts'
import { dayOf, instantAt } from '../lib/working-days/day.ts'
import { commentContext, responseRows } from './response-store.ts'
import { openField } from './sealed-field.ts'

interface ReadComment {
  day: string
  text: string
}

/** The comments of a period, newest first; only those that are shown are opened. */
export function createSurveyComments(connection: mongoose.Connection, keyRing: KeyRing) {
  const rows = responseRows(connection)

  return async function comments(
    { from, to }: { from: string; to: string },
    limit: number,
  ): Promise<ReadComment[]> {
    const found = await rows
      .find(
        { 'comments.at': { $gte: instantAt(from, '00:00'), $lt: instantAt(to, '24:00') } },
        { projection: { comments: 1 } },
      )
      .toArray()
    return found
      .flatMap(({ _id, comments: own }) =>
        own.map(({ text, at }) => ({ token: _id, text, at, day: dayOf(at) })),
      )
      .filter(({ day }) => day >= from && day <= to)
      .sort((a, b) => b.at.getTime() - a.at.getTime() || (a.token < b.token ? -1 : 1))
      .slice(0, limit)
      .map(({ token, text, day }) => ({
        day,
        text: openField<string>(keyRing, text, commentContext(token)),
      }))
  }
}
