/** 1 s, 2 s, 4 s … up to three hours, each spread over 50–100 % so that many waiting messages do not move in step. */
export function retryDelayMs(attempts: number, random: () => number): number {
  const full = Math.min(1_000 * 2 ** Math.min(attempts, 20), 3 * 3_600_000)
  return Math.round(full * (0.5 + random() / 2))
}
