import { answerSections } from '../../catalogue/answers/answer-section.ts'
import { choicesCard } from '../../catalogue/answers/choice-cards.ts'
import { displayName } from '../../catalogue/answers/display.ts'
import type { Procedure, Replaced, Section } from '../../catalogue/procedure.ts'
import type { Button, Reply } from '../message.ts'
import type { UnitOfWork } from '../turn/botkit-turn.ts'
import { answerContext } from './answer-context.ts'
import { commandPayload } from './choice-payload.ts'
import { type AskDecision, decideAsk, followUpMs } from './decide-ask.ts'
import type { DialogContext } from './dialog-context.ts'
import { knowsDossiers } from './dossier/dossier-talk-parts.ts'
import { askForCode } from './dossier/look-up.ts'
import { keepAsked, rememberAsked } from './learning/asked-memory.ts'
import { notFoundButtons } from './learning/tell-later.ts'
import { mainButtons } from './menu.ts'
import { officerCard } from './officer-card.ts'
import { offerForTopic } from './report/offer-report.ts'
import { topicReplies } from './topic-replies.ts'

/**
 * Answers a question typed in own words. `isSecondTry`: one question back is enough, then a person helps. `isNoReport`:
 * the person has said that it is none.
 */
export async function answerQuestion(
  unit: UnitOfWork,
  context: DialogContext,
  text: string,
  options: { isSecondTry?: boolean; isNoReport?: boolean } = {},
): Promise<void> {
  const { search } = context.catalogue()
  const decision = decideAsk(text, procedureSpokenOf(unit, context), search)
  context.onQuestion?.(decision.kind)
  if (decision.kind !== 'topic') await rememberAsked(unit, context, text, decision)
  if (decision.kind === 'answer') {
    answerProcedure(unit, context, decision)
    return
  }
  // Reports and dossiers are talked about in Vietnamese only.
  const isVietnamese = context.language === undefined
  if (decision.kind === 'topic' && isVietnamese && !options.isNoReport) {
    if (offerForTopic(unit, context, decision.topic, text)) return
  }
  if (
    decision.kind === 'topic' &&
    isVietnamese &&
    decision.topic === 'dossier-status' &&
    knowsDossiers(context)
  ) {
    return askForCode(unit, context)
  }
  if (decision.kind === 'not-found') await keepAsked(unit, context, text, 'not-found')
  unit.replies.push(...repliesFor(decision, unit, context, text))
  if (options.isSecondTry && (decision.kind === 'not-found' || decision.kind === 'choices')) {
    const officer = officerCard(context.agency, context.talk, unit.turn.arrivedAt)
    unit.replies.push({ ...officer, text: `${context.talk.say('talk.ask.hand-over')}\n${officer.text}` })
  }
}

/** Says the sections of a procedure and remembers it as the one spoken of. */
export function answerProcedure(
  unit: UnitOfWork,
  context: DialogContext,
  asked: {
    procedure: Procedure
    sections: readonly Section[]
    /** Says first which procedure is meant. */
    isFollowUp?: boolean
    /** One case of a long list of papers. */
    documentCase?: number | undefined
    /** Says first that this former procedure was replaced. */
    replaced?: Replaced | undefined
  },
): void {
  const { procedure, sections, documentCase, replaced } = asked
  const card = answerSections(procedure, sections, answerContext(unit.turn.arrivedAt, context), {
    documentCase,
    replaced,
  })
  if (asked.isFollowUp) {
    const name = displayName(procedure.name, context.answers.say('answer.proper-names').split(/,\s*/))
    card.text = `${context.talk.say('talk.ask.follow-up', { procedure: name })}\n${card.text}`
  }
  unit.replies.push(card)
  unit.state = { ...unit.state, topic: { code: procedure.code, at: unit.turn.arrivedAt } }
}

/** The procedure of the last answer, while "còn lệ phí?" can still mean it. */
export function procedureSpokenOf(unit: UnitOfWork, context: DialogContext): Procedure | undefined {
  const topic = unit.state.topic
  if (!topic || unit.turn.arrivedAt.getTime() - topic.at.getTime() > followUpMs) return undefined
  return context.catalogue().search.byCode(topic.code)
}

/** Repeated in "not found" only when it is short enough to be a name and not a story. */
const maxQuotedChars = 80

function repliesFor(
  decision: Exclude<AskDecision, { kind: 'answer' }>,
  unit: UnitOfWork,
  context: DialogContext,
  text: string,
): Reply[] {
  const { talk } = context
  switch (decision.kind) {
    case 'choices': {
      const card = choicesCard(decision.procedures, decision.sections, context.answers)
      return [{ ...card, buttons: [...card.buttons, noneOfThese(context)] }]
    }
    case 'which-procedure':
      return [{ text: talk.say('talk.ask.which-procedure') }]
    case 'unknown-code':
      return [
        { text: talk.say('talk.ask.unknown-code', { code: decision.code }), buttons: mainButtons(talk) },
      ]
    case 'topic':
      return topicReplies(decision.topic, context, unit.turn.arrivedAt)
    case 'not-found': {
      const question = text.replace(/\s+/g, ' ').trim()
      const said =
        question.length <= maxQuotedChars
          ? talk.say('talk.ask.not-found', { question })
          : talk.say('talk.ask.not-found-short')
      return [{ text: said, buttons: notFoundButtons(unit, context) }]
    }
  }
}

const noneOfThese = ({ talk }: DialogContext): Button => ({
  label: talk.say('talk.button.none-of-these'),
  choice: commandPayload('none-of-these'),
})
