import mongoose from 'mongoose'
import type { KeyRing } from '../lib/key-ring.ts'
import type { NoteStore } from '../reports/report-store.ts'
import { openField, type SealedField, sealField } from './sealed-field.ts'

interface NoteDocument {
  _id: string
  reportRef: string
  officerId: string
  at: Date
  text: SealedField
}

const noteSchema = new mongoose.Schema<NoteDocument>(
  { _id: String, reportRef: String, officerId: String, at: Date, text: mongoose.Schema.Types.Mixed },
  { collection: 'report_notes', versionKey: false, minimize: false },
)
// listOf()
noteSchema.index({ reportRef: 1, at: 1, _id: 1 })

export function createNoteStore(connection: mongoose.Connection, keyRing: KeyRing): NoteStore {
  const model = connection.model<NoteDocument>('ReportNote', noteSchema)
  const notes = model.collection as unknown as mongoose.mongo.Collection<NoteDocument>

  return {
    async add({ id, text, ...fields }) {
      const { reportRef, officerId, at } = fields
      const sealed = sealField(keyRing, text, contextOf({ _id: id, ...fields }))
      await notes.insertOne({ _id: id, reportRef, officerId, at, text: sealed })
    },

    async listOf(reportRef) {
      const found = await notes.find({ reportRef }).sort({ at: 1, _id: 1 }).toArray()
      return found.map(({ _id, officerId, at, text }) => ({
        id: _id,
        reportRef,
        officerId,
        at,
        text: openField<string>(keyRing, text, contextOf({ _id, reportRef, officerId })),
      }))
    },

    async removeOf(reportRef) {
      await notes.deleteMany({ reportRef })
    },
  }
}

/** With its author, so that no note is put into another officer's mouth. */
const contextOf = ({ _id, reportRef, officerId }: Pick<NoteDocument, '_id' | 'reportRef' | 'officerId'>) =>
  `note:${reportRef}:${_id}:${officerId}`
