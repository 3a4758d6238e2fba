/**
 * Where the bytes of uploads wait until the dialog fetches them, a day at most. They are evidence that has not been
 * cleaned yet, so an implementation keeps them sealed.
 */
export interface UploadStore {
  /** @returns the id; only together with the same owner does it open anything. */
  put(owner: string, bytes: Uint8Array): Promise<string>
  /** `undefined`: expired, removed, or of another owner. */
  get(owner: string, id: string): Promise<Uint8Array | undefined>
  /** Harmless to repeat. */
  remove(id: string): Promise<void>
}
