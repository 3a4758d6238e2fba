import { randomBytes } from 'node:crypto'
import type { Coordinates } from '../../../lib/coordinates.ts'
import type { KeptEvidence } from '../../../reports/evidence/keep-evidence.ts'
import type { IdentityMode, ReportKind } from '../../../reports/report.ts'
import type { InboundAttachment } from '../../message.ts'
import type { ConversationState } from '../../turn/conversation.ts'

/** Steps that are asked on the way, in order; each is a named thread of the dialog. */
export const mainSteps = [
  'kind',
  'paper',
  'identity',
  'contact',
  'story',
  'payment',
  'procedure',
  'evidence',
  'review',
] as const
/** Steps that are reached from the review alone. */
const editSteps = ['edit', 'place', 'when', 'people', 'counter', 'receipt-given'] as const
export const reportSteps = [...mainSteps, ...editSteps] as const
export type MainStep = (typeof mainSteps)[number]
export type ReportStep = (typeof reportSteps)[number]

/** What the law treats otherwise than a report. */
export type PaperKind = 'complaint' | 'denunciation'

/**
 * A report that is being written. Plain data, sealed at rest with the rest of the dialog's state; nothing outside of it
 * knows `ref` until the report is filed.
 */
export interface ReportDraft {
  /** 32 hex digits; becomes the report's. */
  ref: string
  /** Stands in the draft's buttons, so that those of another draft are told apart. */
  nonce: string
  startedAtMs: number
  /** Where to go on. */
  step: ReportStep
  /** Questions asked so far, in order. */
  asked: MainStep[]
  kind?: ReportKind
  paper?: PaperKind
  mode?: IdentityMode
  /** Names the record of the identity. */
  identityRef?: string
  name?: string
  /** As it was typed. */
  phone?: string
  story?: string
  place?: string
  location?: Coordinates
  /** Sent, and kept only when the person agrees: it may tell who they are. */
  offeredLocation?: Coordinates
  happenedWhen?: string
  people?: string
  counter?: string
  askedVnd?: number
  isApproximate?: boolean
  procedureCode?: string
  /** Codes to choose from, after an answer that fits several. */
  procedureChoices?: string[]
  receiptGiven?: 'yes' | 'no'
  evidence: KeptEvidence[]
  /** Files that look like an identity card, until the person says that they are none. */
  doubtful: InboundAttachment[]
  /** Everything was shown once: each further answer leads back there. */
  isReviewed?: true
  /** Made at the review, so that a turn that is run again tells the same one. */
  receipt?: string
  receiptHash?: string
}

/** What a message told before the person agreed to report: taken over when they do. */
export interface ReportOffer {
  nonce: string
  madeAtMs: number
  kind?: ReportKind
  paper?: PaperKind
  story: string
  askedVnd?: number
  isApproximate?: boolean
  procedureCode?: string
  /** What its buttons choose among, in their order, for who answers by a number or a word. */
  options: string[]
}

/** Raise it when the meaning of a field changes: older drafts are then put aside, politely. */
const draftVersion = 1

interface ReportMemory {
  version: typeof draftVersion
  draft?: ReportDraft
  offer?: ReportOffer
}

/** `isForeign`: another version of the program left a draft that this one cannot read. */
export function readMemory(state: ConversationState): { memory: ReportMemory; isForeign: boolean } {
  const kept = state.report as { version?: unknown } | undefined
  if (kept === undefined) return { memory: { version: draftVersion }, isForeign: false }
  if (kept.version !== draftVersion) return { memory: { version: draftVersion }, isForeign: true }
  return { memory: kept as ReportMemory, isForeign: false }
}

export function withMemory(
  state: ConversationState,
  change: { draft?: ReportDraft | undefined; offer?: ReportOffer | undefined },
): ConversationState {
  const { memory } = readMemory(state)
  const draft = 'draft' in change ? change.draft : memory.draft
  const offer = 'offer' in change ? change.offer : memory.offer
  const { report: _before, ...rest } = state
  if (!draft && !offer) return rest
  const report: ReportMemory = {
    version: draftVersion,
    ...(draft ? { draft } : {}),
    ...(offer ? { offer } : {}),
  }
  return { ...rest, report }
}

export function newDraft(now: Date, from: Partial<ReportOffer> = {}): ReportDraft {
  const { nonce = newNonce(), kind, paper, story, askedVnd, isApproximate, procedureCode } = from
  return {
    ref: randomBytes(16).toString('hex'),
    nonce,
    startedAtMs: now.getTime(),
    step: 'kind',
    asked: [],
    ...(kind ? { kind } : {}),
    ...(paper ? { paper } : {}),
    ...(story ? { story } : {}),
    ...(askedVnd === undefined ? {} : { askedVnd }),
    ...(isApproximate === undefined ? {} : { isApproximate }),
    ...(procedureCode === undefined ? {} : { procedureCode }),
    evidence: [],
    doubtful: [],
  }
}

export const newNonce = (): string => randomBytes(4).toString('hex')

const dayMs = 86_400_000

export function isExpired(draft: ReportDraft, now: Date, draftDays: number): boolean {
  return now.getTime() - draft.startedAtMs > draftDays * dayMs
}

/** A report is a matter of two minutes: never more questions than this, whatever the way. */
export const maxQuestions = 6

/** The next question that is still open; the review when there is none. */
export function nextStep(draft: ReportDraft): MainStep {
  const steps = draft.isReviewed ? neededSteps : mainSteps
  return steps.find((step) => isOpenQuestion(draft, step)) ?? 'review'
}

/** Without these no report can be sent. */
const neededSteps = ['kind', 'paper', 'identity', 'contact', 'story'] as const

function isOpenQuestion(draft: ReportDraft, step: MainStep): boolean {
  const wasAsked = draft.asked.includes(step)
  /** This one and the evidence, which is always asked for. */
  const fits = draft.asked.length + 2 <= maxQuestions
  switch (step) {
    case 'kind':
      return draft.kind === undefined && draft.paper === undefined
    case 'paper':
      return draft.kind === undefined && draft.paper !== undefined
    case 'identity':
      return draft.mode === undefined
    case 'contact':
      return draft.mode !== 'anonymous' && draft.name === undefined
    case 'story':
      return !wasAsked || draft.story === undefined
    case 'payment':
      return (
        draft.kind === 'informal-payment' &&
        !wasAsked &&
        fits &&
        (draft.askedVnd === undefined || draft.procedureCode === undefined)
      )
    case 'procedure':
      return (
        draft.kind === 'informal-payment' &&
        !wasAsked &&
        fits &&
        draft.procedureCode === undefined &&
        (draft.procedureChoices?.length ?? 0) > 0
      )
    case 'evidence':
      return !wasAsked
    case 'review':
      return true
  }
}

/** Where "quay lại" leads; undefined at the first question. */
export function previousStep(draft: ReportDraft, step: ReportStep): ReportStep | undefined {
  if (draft.isReviewed && step !== 'review') return 'review'
  const before: readonly ReportStep[] = draft.asked
  const at = before.indexOf(step)
  const places = at < 0 ? draft.asked : draft.asked.slice(0, at)
  return [...places].reverse().find((asked) => isReachable(draft, asked))
}

/** A step that an answer given since has made pointless is jumped over. */
function isReachable(draft: ReportDraft, step: MainStep): boolean {
  switch (step) {
    case 'contact':
      return draft.mode !== 'anonymous'
    case 'paper':
      return draft.paper !== undefined
    case 'payment':
    case 'procedure':
      return draft.kind === 'informal-payment'
    default:
      return true
  }
}
