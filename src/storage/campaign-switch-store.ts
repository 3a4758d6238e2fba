import mongoose from 'mongoose'
import type { CampaignSwitch, CampaignSwitchStore } from '../surveys/campaign-switch.ts'
import { isDuplicateKey } from './duplicate-key.ts'

interface SwitchRow extends Omit<CampaignSwitch, 'number'> {
  _id: number
}

// current(), history() by _id; nobody switches often.
const switchSchema = new mongoose.Schema<SwitchRow>(
  { _id: Number, state: String, by: String, at: Date, reason: String },
  { collection: 'survey_switches', versionKey: false },
)

export function createCampaignSwitchStore(connection: mongoose.Connection): CampaignSwitchStore {
  const model = connection.model<SwitchRow>('SurveySwitch', switchSchema)
  const rows = model.collection as unknown as mongoose.mongo.Collection<SwitchRow>

  async function history(limit: number): Promise<CampaignSwitch[]> {
    const found = await rows.find({}).sort({ _id: -1 }).limit(limit).toArray()
    return found.map(({ _id, ...made }) => ({ number: _id, ...made }))
  }

  return {
    current: async () => (await history(1))[0],
    history,

    async add({ number, ...made }) {
      try {
        await rows.insertOne({ _id: number, ...made })
        return true
      } catch (error) {
        if (isDuplicateKey(error)) return false
        throw error
      }
    },
  }
}
