/**
 * A queue of width one for work that needs much memory or a whole core: a slow hash, a decoded photo. Work starts in
 * the order it was handed in; one that fails holds nobody up.
 */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const run = last.then(work)
    last = run.catch(() => {})
    return run
  }
}
