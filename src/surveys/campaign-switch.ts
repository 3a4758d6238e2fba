/** Whether people are asked at all. Kept in the database and read at every run, so that all processes obey at once. */
export interface CampaignSwitch {
  /** Counts up from 1; two leaders at once cannot take the same. */
  number: number
  state: 'paused' | 'running'
  /** Officer id. */
  by: string
  at: Date
  /** For colleagues, in their own words. */
  reason: string
}

/** Port; the Mongo one is `storage/campaign-switch-store.ts`. */
export interface CampaignSwitchStore {
  /** The newest; undefined while nobody has ever switched, which means running. */
  current(): Promise<CampaignSwitch | undefined>
  /** Newest first. */
  history(limit: number): Promise<CampaignSwitch[]>
  /** False: somebody else took the number. */
  add(made: CampaignSwitch): Promise<boolean>
}

export type Switched = { kind: 'switched' } | { kind: 'is-so-already' } | { kind: 'somebody-was-faster' }

export async function isPaused(switches: Pick<CampaignSwitchStore, 'current'>): Promise<boolean> {
  return (await switches.current())?.state === 'paused'
}

export async function switchCampaign(
  switches: CampaignSwitchStore,
  wanted: Omit<CampaignSwitch, 'number'>,
): Promise<Switched> {
  const current = await switches.current()
  if ((current?.state ?? 'running') === wanted.state) return { kind: 'is-so-already' }
  const isTaken = !(await switches.add({ ...wanted, number: (current?.number ?? 0) + 1 }))
  return { kind: isTaken ? 'somebody-was-faster' : 'switched' }
}
