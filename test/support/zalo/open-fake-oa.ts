import { onTestFinished } from 'vitest'
import { FakeClock } from '../../../src/lib/clock.ts'
import { type FakeOa, startFakeOa } from './fake-oa.ts'
import type { Account, Behaviour } from './settings.ts'

/** The fake with a clock of its own at nine in the morning in Viet Nam; closed when the test is over. */
export async function openFakeOa(
  options: { clock?: FakeClock; behaviour?: Partial<Behaviour>; account?: Partial<Account> } = {},
): Promise<{ oa: FakeOa; clock: FakeClock }> {
  const clock = options.clock ?? new FakeClock('2026-05-04T02:00:00Z')
  const oa = await startFakeOa({ clock, behaviour: options.behaviour, account: options.account })
  onTestFinished(() => oa.close())
  return { oa, clock }
}
