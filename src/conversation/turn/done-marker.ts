import type { Log } from '../../lib/log.ts'
import type { InboxStore } from './inbox.ts'

/**
 * Marks worked-in messages in the inbox, many in one write, without holding up turns. Nothing depends on when it
 * happens: until then the conversation's `applied` keeps a message from being run again.
 */
export interface DoneMarker {
  add(id: string): void
  /** Resolves when everything added so far is marked. */
  flushed(): Promise<void>
}

export function createDoneMarker(inbox: Pick<InboxStore, 'markDone'>, log: Log): DoneMarker {
  let waiting: string[] = []
  let writing: Promise<void> | undefined

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const ids = waiting
      waiting = []
      try {
        await inbox.markDone(ids)
      } catch (err) {
        // Found again as pending, recognised by `applied` and added once more.
        log.warn({ err }, 'turn: cannot mark messages as done')
        return
      }
    }
  }

  function start(): Promise<void> {
    writing ??= write().finally(() => (writing = undefined))
    return writing
  }

  return {
    add(id) {
      waiting.push(id)
      void start()
    },
    flushed: () => (waiting.length > 0 || writing ? start() : Promise.resolve()),
  }
}
