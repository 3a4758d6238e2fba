import type { Dossier, DossierStatus } from '../../../dossiers/dossier.ts'
import { type DossierCode, parseDossierCode } from '../../../dossiers/dossier-code.ts'
import { sayDossier } from '../../../dossiers/say-dossier.ts'
import { vietnamDay } from '../../../lib/vietnam-time.ts'
import type { Button, Reply } from '../../message.ts'
import type { UnitOfWork } from '../../turn/botkit-turn.ts'
import { commandPayload } from '../choice-payload.ts'
import { topicReplies } from '../topic-replies.ts'
import { dossierChoice } from './dossier-choice.ts'
import type { DossierContext } from './dossier-talk-parts.ts'
import { noticeVersion } from './dossier-talk-texts.ts'
import type { DossierTyped } from './dossier-typed.ts'
import { readLookup, withLookup } from './lookup-memory.ts'

const dayMs = 86_400_000

/** "Tra cứu hồ sơ", "hồ sơ của tôi tới đâu rồi": asks for the code; without any records the portal is named. */
export async function askForCode(unit: UnitOfWork, context: DossierContext): Promise<void> {
  const now = unit.turn.arrivedAt
  if (!(await context.dossiers.hasDossiers())) {
    unit.replies.push(...topicReplies('dossier-status', context, now))
    return
  }
  unit.state = withLookup(unit.state, { step: 'code-asked', at: now })
  unit.replies.push({ text: context.dossiers.words.say('dossier-talk.ask-code') })
}

export async function takeTyped(
  unit: UnitOfWork,
  context: DossierContext,
  typed: Exclude<DossierTyped, { kind: 'slip' }>,
): Promise<void> {
  if (!(await context.dossiers.hasDossiers())) return askForCode(unit, context)
  if (typed.kind === 'digits') return takeDigits(unit, context, typed.digits)
  if (typed.kind === 'no-code') {
    const officer = { label: context.talk.say('talk.button.officer'), choice: commandPayload('officer') }
    unit.replies.push({ text: context.dossiers.words.say('dossier-talk.no-code'), buttons: [officer] })
    return
  }
  takeCode(unit, context, typed.code)
  // Both at once: the question that was just prepared is answered already.
  const isAsked = readLookup(unit.state, unit.turn.arrivedAt)?.step === 'digits-asked'
  if (typed.digits === undefined || !isAsked) return
  unit.replies.pop()
  await takeDigits(unit, context, typed.digits)
}

/** Asks for the digits; whether there is such a dossier is not told before they are right. */
export function takeCode(unit: UnitOfWork, context: DossierContext, typed: string): void {
  const { words } = context.dossiers
  const now = unit.turn.arrivedAt
  const parsed = parseDossierCode(typed, vietnamDay(now))
  switch (parsed.kind) {
    case 'code':
      unit.state = withLookup(unit.state, { step: 'digits-asked', at: now, code: parsed.code, isSlip: false })
      unit.replies.push({ text: words.say('dossier-talk.ask-digits', { code: parsed.code }) })
      return
    case 'not-a-code': {
      const { suggestion } = parsed
      unit.state = withLookup(unit.state, { step: 'code-asked', at: now })
      if (suggestion === undefined) unit.replies.push({ text: words.say('dossier-talk.not-a-code') })
      else {
        unit.replies.push({
          text: words.say('dossier-talk.code-letter-o', { suggestion }),
          buttons: [
            {
              label: words.say('dossier-talk.button.suggested', { code: suggestion }),
              choice: dossierChoice({ action: 'code', code: suggestion }),
            },
          ],
        })
      }
      return
    }
    case 'impossible-day':
    case 'future-day':
      unit.state = withLookup(unit.state, { step: 'code-asked', at: now })
      unit.replies.push({ text: words.say('dossier-talk.code-day') })
  }
}

/** The code on a printed slip: the digits are asked once, and with them come the news. */
export async function openSlip(unit: UnitOfWork, context: DossierContext, token: string): Promise<void> {
  const { slips, words } = context.dossiers
  const code = await slips.find(token)
  if (code === undefined) {
    unit.replies.push({ text: words.say('dossier-talk.slip-unknown'), buttons: [lookUpButton(context)] })
    return
  }
  unit.state = withLookup(unit.state, { step: 'digits-asked', at: unit.turn.arrivedAt, code, isSlip: true })
  const lines = [words.say('dossier-talk.slip-digits', { code }), consentNotice(context)]
  unit.replies.push({ text: lines.join('\n') })
}

async function takeDigits(unit: UnitOfWork, context: DossierContext, typed: string): Promise<void> {
  const { lookUp, nameOf, words, texts } = context.dossiers
  const now = unit.turn.arrivedAt
  const memory = readLookup(unit.state, now)
  if (memory?.step !== 'digits-asked') return askForCode(unit, context)
  const { code, isSlip } = memory
  const found = await lookUp({ code, lastFour: typed }, [
    { kind: 'conversation', id: nameOf(unit.turn.inbound) },
  ])
  switch (found.kind) {
    case 'found': {
      unit.state = withLookup(unit.state, { step: 'found', at: now, code })
      const said = sayDossier(found.dossier, vietnamDay(now), texts)
      if (isSlip && mayFollow(found.dossier)) {
        const linked = await link(unit, context, code)
        unit.replies.push({ ...linked, text: `${said}\n\n${linked.text}` })
      } else unit.replies.push(await foundReply(unit, context, found.dossier, said))
      return
    }
    case 'no-match':
      unit.replies.push({ text: words.say('dossier-talk.no-match'), buttons: [lookUpButton(context)] })
      return
    case 'too-many-tries': {
      const minutes = Math.ceil(found.retryAfterSeconds / 60)
      unit.replies.push({ text: words.say('dossier-talk.too-many', { minutes }) })
      return
    }
    case 'not-a-code':
      unit.replies.push({ text: words.say('dossier-talk.not-a-code') })
      return
    case 'not-four-digits':
      unit.replies.push({ text: words.say('dossier-talk.not-four-digits') })
  }
}

async function foundReply(
  unit: UnitOfWork,
  context: DossierContext,
  dossier: Dossier,
  said: string,
): Promise<Reply> {
  const { links, words } = context.dossiers
  if (!mayFollow(dossier)) return { text: said, buttons: [lookUpButton(context)] }
  const { channel, conversationId } = unit.turn.inbound
  if (await links.has(dossier.code, { channel, conversationId })) {
    const text = `${said}\n\n${words.say('dossier-talk.linked-already')}`
    return { text, buttons: [lookUpButton(context)] }
  }
  const follow = {
    label: words.say('dossier-talk.button.follow'),
    choice: dossierChoice({ action: 'follow' }),
  }
  return { text: `${said}\n\n${consentNotice(context)}`, buttons: [follow, lookUpButton(context)] }
}

/** "Báo tôi khi có thay đổi": only for what was found here a moment ago. */
export async function followFound(unit: UnitOfWork, context: DossierContext): Promise<void> {
  const memory = readLookup(unit.state, unit.turn.arrivedAt)
  if (memory?.step === 'found') unit.replies.push(await link(unit, context, memory.code))
  else {
    const text = context.dossiers.words.say('dossier-talk.look-up-again')
    unit.replies.push({ text, buttons: [lookUpButton(context)] })
  }
}

async function link(unit: UnitOfWork, context: DossierContext, code: DossierCode): Promise<Reply> {
  const { links, words, linkDays } = context.dossiers
  const { channel, conversationId } = unit.turn.inbound
  const at = unit.turn.arrivedAt
  const consent = { notice: noticeVersion(consentNotice(context)), at }
  const endsAt = new Date(at.getTime() + linkDays * dayMs)
  const linked = await links.put({ code, conversation: { channel, conversationId }, consent }, endsAt)
  if (linked.kind === 'full') return { text: words.say('dossier-talk.links-full') }
  return { text: words.say('dossier-talk.linked'), buttons: [unfollowButton(context, linked.id)] }
}

export async function unfollow(unit: UnitOfWork, context: DossierContext, linkId: string): Promise<void> {
  const { links, words } = context.dossiers
  const { channel, conversationId } = unit.turn.inbound
  const isRemoved = await links.remove(linkId, { channel, conversationId })
  unit.replies.push({ text: words.say(isRemoved ? 'dossier-talk.unlinked' : 'dossier-talk.not-linked') })
}

/** Once it is handed over, refused or taken back, nothing more will come. */
const mayFollow = ({ status }: { status: DossierStatus }): boolean =>
  status !== 'returned' && status !== 'refused' && status !== 'withdrawn'

const consentNotice = ({ dossiers, agency }: DossierContext): string =>
  dossiers.words.say('dossier-talk.consent', { agency: agency.office.longName })

export const lookUpButton = ({ dossiers }: DossierContext): Button => ({
  label: dossiers.words.say('dossier-talk.button.look-up'),
  choice: commandPayload('dossier'),
})

const unfollowButton = ({ dossiers }: DossierContext, link: string): Button => ({
  label: dossiers.words.say('dossier-talk.button.unfollow'),
  choice: dossierChoice({ action: 'unfollow', link }),
})
