/** One delivery, and beside it at the same instant the least that any would cost: the bytes, and what must be stored. */
export interface TimedPair {
  status: number | undefined
  ms: number
  idleMs: number
}

/** When even that takes longer, the machine is busy with other things. */
const busyMs = 200

export async function timePair(
  deliver: () => Promise<number | undefined>,
  idle: () => Promise<unknown>,
): Promise<TimedPair> {
  const startedAt = performance.now()
  const since = () => performance.now() - startedAt
  const [delivered, idleMs] = await Promise.all([
    deliver().then((status) => ({ status, ms: since() })),
    idle().then(since),
  ])
  return { ...delivered, idleMs }
}

/**
 * What the service itself is to blame for: how much longer than the least the slowest of a hundred took, and
 * deliveries that were refused though the machine had time for them. A store that is too slow is answered 500 by rule.
 */
export function blame(pairs: readonly TimedPair[]): { p99Ms: number; refused: number; taken: number } {
  const excess = pairs.map(({ ms, idleMs }) => ms - idleMs).sort((a, b) => a - b)
  return {
    p99Ms: excess[Math.ceil(excess.length * 0.99) - 1] ?? 0,
    refused: pairs.filter(({ status, idleMs }) => status !== 200 && idleMs < busyMs).length,
    taken: pairs.filter(({ status }) => status === 200).length,
  }
}
