import mongoose from 'mongoose'
import type { QuestionnaireStore } from '../surveys/invitation/invitation-store.ts'
import { fingerprint, type Questionnaire } from '../surveys/questionnaire.ts'
import { isDuplicateKey } from './duplicate-key.ts'

interface QuestionnaireRow {
  /** `<id>@<version>` */
  _id: string
  fingerprint: string
  questionnaire: Questionnaire
}

// keep(), find() by _id.
const questionnaireSchema = new mongoose.Schema<QuestionnaireRow>(
  { _id: String, fingerprint: String, questionnaire: mongoose.Schema.Types.Mixed },
  { collection: 'questionnaires', versionKey: false, minimize: false },
)

/** Every version that people were asked, for ever: their answers are read by its words. */
export function createQuestionnaireStore(connection: mongoose.Connection): QuestionnaireStore {
  const model = connection.model<QuestionnaireRow>('Questionnaire', questionnaireSchema)
  const rows = model.collection as unknown as mongoose.mongo.Collection<QuestionnaireRow>

  return {
    async keep(questionnaire) {
      const _id = idOf(questionnaire.id, questionnaire.version)
      const row = { _id, fingerprint: fingerprint(questionnaire), questionnaire }
      try {
        await rows.insertOne(row)
        return 'kept'
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
      }
      const stored = await rows.findOne({ _id }, { projection: { fingerprint: 1 } })
      return stored?.fingerprint === row.fingerprint ? 'same' : 'edited'
    },

    async find(id, version) {
      return (await rows.findOne({ _id: idOf(id, version) }))?.questionnaire
    },
  }
}

const idOf = (id: string, version: number) => `${id}@${version}`
