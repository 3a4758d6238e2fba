import { displayCoordinates } from '../../../lib/coordinates.ts'
import type { Button, InboundAttachment, InboundMessage } from '../../message.ts'
import type { ReportDraft } from './draft.ts'
import type { ReportContext } from './report-talk-parts.ts'
import type { ReportTexts } from './report-texts.ts'
import { readTyped, reportChoice } from './step-input.ts'

/** What became of a place that somebody sent while telling. */
interface TakenPlace {
  draft: ReportDraft
  line: string
}

/**
 * A place that was sent; undefined when there is none. Where somebody stands may tell who they are, so it is kept without
 * asking only of who gives a name anyway.
 *
 * @returns with the buttons to agree or not, and with what else was sent
 */
export function takePlace(
  { attachments }: Pick<InboundMessage, 'attachments'>,
  draft: ReportDraft,
  { reports: { texts } }: ReportContext,
): (TakenPlace & { buttons: Button[]; others: InboundAttachment[] }) | undefined {
  const sent = attachments.find(({ coordinates }) => coordinates !== undefined)?.coordinates
  if (!sent) return undefined
  const others = attachments.filter(({ coordinates }) => coordinates === undefined)
  const { offeredLocation: _before, ...rest } = draft
  const coordinates = displayCoordinates(sent)
  if (draft.mode === 'named' || draft.mode === 'confidential') {
    const line = texts.say('report.location.kept', { coordinates })
    return { draft: { ...rest, location: sent }, line, buttons: [], others }
  }
  const line = texts.say('report.location.may-tell', { coordinates })
  return {
    draft: { ...rest, offeredLocation: sent },
    line,
    buttons: placeButtons(draft, texts),
    others,
  }
}

/**
 * Whether a place that was sent may be kept; undefined for any other answer.
 *
 * @param tapped value of a tap of this draft
 */
export function answerPlace(
  { text, attachments }: Pick<InboundMessage, 'text' | 'attachments'>,
  tapped: string | undefined,
  draft: ReportDraft,
  { reports: { texts, words } }: ReportContext,
): TakenPlace | undefined {
  const { offeredLocation: offered, ...rest } = draft
  const answer = tapped ?? typedAnswer()
  if (answer !== keep && answer !== drop) return undefined
  if (!offered) return { draft, line: texts.say('report.location.none') }
  if (answer === drop) return { draft: rest, line: texts.say('report.location.dropped') }
  const line = texts.say('report.location.kept', { coordinates: displayCoordinates(offered) })
  return { draft: { ...rest, location: offered }, line }

  /** At the review "có" sends the report. */
  function typedAnswer(): string | undefined {
    if (!offered || draft.step === 'review' || attachments.length > 0) return undefined
    const input = readTyped(text, words)
    if (input.kind !== 'word') return undefined
    return input.word === 'yes' ? keep : input.word === 'no' ? drop : undefined
  }
}

const keep = 'keep-place'
const drop = 'drop-place'

function placeButtons({ nonce }: ReportDraft, texts: ReportTexts): Button[] {
  return [
    { label: texts.say('report.button.keep-place'), choice: reportChoice(nonce, 'evidence', keep) },
    { label: texts.say('report.button.drop-place'), choice: reportChoice(nonce, 'evidence', drop) },
  ]
}
