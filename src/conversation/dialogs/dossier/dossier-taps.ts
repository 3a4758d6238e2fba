import type { UnitOfWork } from '../../turn/botkit-turn.ts'
import type { DossierTap } from './dossier-choice.ts'
import type { DossierContext } from './dossier-talk-parts.ts'
import { keepFiling, takeAnswer } from './filing-day.ts'
import { followFound, openSlip, takeTyped, unfollow } from './look-up.ts'

/** Any tap on a button of the talk about dossiers, in any state of the dialog. */
export async function obeyDossierTap(
  unit: UnitOfWork,
  context: DossierContext,
  tap: DossierTap,
): Promise<void> {
  switch (tap.action) {
    case 'code':
      return takeTyped(unit, context, { kind: 'code', code: tap.code })
    case 'follow':
      return followFound(unit, context)
    case 'unfollow':
      return unfollow(unit, context, tap.link)
    case 'slip':
      return openSlip(unit, context, tap.token)
    case 'filed':
      return keepFiling(unit, context, tap)
    case 'answer':
      return takeAnswer(unit, context, tap)
  }
}
