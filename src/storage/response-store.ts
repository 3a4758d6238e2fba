import mongoose from 'mongoose'
import type { KeyRing } from '../lib/key-ring.ts'
import { dayOf } from '../lib/working-days/day.ts'
import type { QuestionnaireVersion, ServiceFacts, StoredResponse } from '../surveys/invitation/invitation.ts'
import type { ResponseStore } from '../surveys/invitation/invitation-store.ts'
import type { SurveyResponse } from '../surveys/invitation/record-answer.ts'
import { isDuplicateKey } from './duplicate-key.ts'
import { openField, type SealedField, sealField } from './sealed-field.ts'
import { cutToHour } from './survey-times.ts'

/** The name of the dossier's response is the key: the database holds one response a dossier. */
export interface ResponseRow {
  _id: string
  revision: number
  /** A list, for ids of questions hold dots. */
  questions: { question: string; history: { answer: unknown; at: Date; tapId: string }[] }[]
  comments: { text: SealedField; at: Date; tapId: string }[]
  /** From the hand-over to the first answer, cut to ten seconds; only when it was less than an hour. */
  secondsAfterHandOver?: number
  /** Of entries by staff alone, which have no invitation. */
  assisted?: { questionnaire: QuestionnaireVersion; facts: ServiceFacts }
  assistedDay?: string
  /** The day in Viet Nam of the person's first answer. */
  answeredDay?: string
}

const mixed = mongoose.Schema.Types.Mixed

// find(), save(), addComment(), coarsen() and the archive by _id.
const responseSchema = new mongoose.Schema<ResponseRow>(
  {
    _id: String,
    revision: Number,
    questions: [mixed],
    comments: [mixed],
    secondsAfterHandOver: Number,
    assisted: mixed,
    assistedDay: String,
    answeredDay: String,
  },
  { collection: 'answers', versionKey: false, minimize: false },
)
// The archive, by period.
responseSchema.index({ assistedDay: 1 }, { sparse: true })
// counts
responseSchema.index({ answeredDay: 1 }, { sparse: true })
// eraseCommentsBefore()
responseSchema.index({ 'comments.at': 1 })

/** Nobody writes more about one dossier; the newest are kept. */
const commentsKept = 10
const hourMs = 3_600_000

export function responseRows(connection: mongoose.Connection): mongoose.mongo.Collection<ResponseRow> {
  const model = connection.model<ResponseRow>('SurveyResponse', responseSchema)
  return model.collection as unknown as mongoose.mongo.Collection<ResponseRow>
}

export function createResponseStore(connection: mongoose.Connection, keyRing: KeyRing): ResponseStore {
  const rows = responseRows(connection)

  async function insert(row: ResponseRow): Promise<boolean> {
    try {
      await rows.insertOne(row)
      return true
    } catch (error) {
      if (isDuplicateKey(error)) return false
      throw error
    }
  }

  return {
    async find(token) {
      const row = await rows.findOne({ _id: token })
      if (!row) return undefined
      return {
        ...toResponse(row),
        comments: row.comments.map(({ text }) => openField<string>(keyRing, text, commentContext(token))),
        revision: row.revision,
        isAssisted: row.assisted !== undefined,
      }
    },

    async save(token, revision, { questions }, msAfterHandOver) {
      const stored = Object.entries(questions).map(([question, { history }]) => ({
        question,
        history: [...history],
      }))
      const firsts = stored.map(({ history }) => history[0]!.at.getTime())
      const answeredDay = dayOf(new Date(Math.min(...firsts)))
      if (revision === 0)
        return insert({
          _id: token,
          revision: 1,
          questions: stored,
          comments: [],
          answeredDay,
          ...hasteOf(msAfterHandOver),
        })
      const { matchedCount } = await rows.updateOne(
        { _id: token, revision },
        {
          $set: { questions: stored, revision: revision + 1, answeredDay },
          $unset: { assisted: 1, assistedDay: 1 },
        },
      )
      return matchedCount === 1
    },

    async addComment(token, { text, at, tapId }) {
      const comment = { text: sealField(keyRing, text, commentContext(token)), at, tapId }
      await rows.updateOne(
        { _id: token, 'comments.tapId': { $ne: tapId } },
        { $push: { comments: { $each: [comment], $slice: -commentsKept } } },
      )
    },

    async addAssisted({ token, questionnaire, facts, day, answers }) {
      const at = new Date(`${day}T00:00:00Z`)
      return insert({
        _id: token,
        revision: 1,
        questions: answers.map(({ item, answer }) => ({
          question: item,
          history: [{ answer, at, tapId: '' }],
        })),
        comments: [],
        assisted: { questionnaire, facts },
        assistedDay: day,
      })
    },

    async coarsen(token) {
      const row = await rows.findOne({ _id: token })
      if (!row) return
      const questions = row.questions.map(({ question, history }) => ({
        question,
        history: history.map(({ answer, at }) => ({ answer, at: cutToHour(at), tapId: '' })),
      }))
      const comments = row.comments.map(({ text, at }) => ({ text, at: cutToHour(at), tapId: '' }))
      await rows.updateOne({ _id: token }, { $set: { questions, comments }, $inc: { revision: 1 } })
    },

    async eraseCommentsBefore(instant) {
      const { modifiedCount } = await rows.updateMany(
        { 'comments.at': { $lt: instant } },
        { $pull: { comments: { at: { $lt: instant } } } },
      )
      return modifiedCount
    },

    commentedBefore: (instant) => rows.countDocuments({ 'comments.at': { $lt: instant } }),
  }
}

/** So coarse that it tells no moment, and only where it can be a sign. */
function hasteOf(msAfterHandOver: number | undefined): Pick<ResponseRow, 'secondsAfterHandOver'> {
  if (msAfterHandOver === undefined || msAfterHandOver < 0 || msAfterHandOver >= hourMs) return {}
  return { secondsAfterHandOver: Math.floor(msAfterHandOver / 10_000) * 10 }
}

export function toResponse({ _id, questions }: ResponseRow): Pick<StoredResponse, 'token' | 'response'> {
  const response = {
    questions: Object.fromEntries(questions.map(({ question, history }) => [question, { history }])),
  }
  return { token: _id, response: response as SurveyResponse<StoredAnswer> }
}

type StoredAnswer = StoredResponse['response'] extends SurveyResponse<infer A> ? A : never

export const commentContext = (token: string) => `answers/${token}/comment`
