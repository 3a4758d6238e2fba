/**
 * A mistake in a file that people edit (catalogue, intents, agency): where it is and how to mend it.
 * Checkers return lists of these; nothing of a file with a problem is taken over.
 */
export interface Problem {
  file: string
  /** 1-based; absent when the mistake concerns the whole file. */
  line?: number
  /** What is wrong and how to mend it, in Vietnamese, one sentence each. */
  message: string
}

/** `data/catalogue/viec-lam.yaml:12: …`, the form that editors turn into a link. */
export function formatProblem(problem: Problem): string {
  const place = problem.line === undefined ? problem.file : `${problem.file}:${problem.line}`
  return `${place}: ${problem.message}`
}
