import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../lib/clock.ts'

/** A checked file that waits for the officer to say yes. */
export interface HeldFile {
  id: string
  name: string
  bytes: Buffer
  asOf?: Date
}

export interface HeldFiles {
  /** Replaces what the officer had waiting. */
  hold(officer: string, file: Omit<HeldFile, 'id'>): HeldFile
  find(officer: string, id: string): HeldFile | undefined
  drop(officer: string): void
}

/** Long enough to read what would change. */
const heldMs = 10 * 60_000
const maxHeldBytes = 128 * 1024 * 1024

/**
 * Such a file holds names and telephones, so it is kept in memory only, ten minutes at most, and overwritten when it
 * goes. After a restart, or on another instance, the officer chooses it again.
 */
export function createHeldFiles(clock: Clock): HeldFiles {
  const held = new Map<string, HeldFile & { until: number; timer: NodeJS.Timeout }>()

  function drop(officer: string): void {
    const file = held.get(officer)
    if (!file) return
    clearTimeout(file.timer)
    held.delete(officer)
    file.bytes.fill(0)
  }

  function makeRoom(bytes: number): void {
    let total = bytes
    for (const file of held.values()) total += file.bytes.length
    for (const [officer, file] of held) {
      if (total <= maxHeldBytes) return
      total -= file.bytes.length
      drop(officer)
    }
  }

  return {
    hold(officer, file) {
      drop(officer)
      makeRoom(file.bytes.length)
      const timer = setTimeout(() => drop(officer), heldMs).unref()
      const id = randomBytes(16).toString('hex')
      const kept = { ...file, id, until: clock.now().getTime() + heldMs, timer }
      held.set(officer, kept)
      return kept
    },
    find(officer, id) {
      const file = held.get(officer)
      if (file && file.until <= clock.now().getTime()) drop(officer)
      return file && held.has(officer) && file.id === id ? file : undefined
    },
    drop,
  }
}
