import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Activity,
  ActivityTypes,
  BotAdapter,
  type Storage,
  type StoreItems,
  TurnContext,
} from 'botbuilder-core'
import { Botkit, type BotkitDialogWrapper, type BotWorker } from 'botkit'
import type { Reply } from '../message.ts'
import { type ConversationState, forgottenState } from './conversation.ts'
import type { Respond, Turn } from './run-turns.ts'

/**
 * Botkit as the dialog engine, kept away from network and disk. During a turn everything that Botkit reads or writes
 * is the unit of work below: its adapter appends to `replies`, its storage reads and writes `state.dialog`. Nothing
 * leaves the turn before the commit. Why Botkit, and why so: docs/decisions/0001-botkit.md.
 */
export interface UnitOfWork {
  readonly turn: Turn
  readonly replies: Reply[]
  state: ConversationState
  /**
   * Set by a step after which nothing may tell what was spoken of (an anonymous report was filed): what is committed is
   * an empty state that knows only that the person was greeted, whatever this and later steps of the turn write.
   */
  forgetAll?: true
  /** First failure of a handler; Botkit itself would swallow or lose it. */
  failure?: { error: unknown }
}

const units = new AsyncLocalStorage<UnitOfWork>()

/** The unit of the running turn. */
export function currentUnit(): UnitOfWork {
  const unit = units.getStore()
  if (!unit) throw new Error('currentUnit: called outside of a turn')
  return unit
}

/** What a dialog step gets and does: reads the message, says replies, changes the state. */
export type Step = (unit: UnitOfWork, bot: BotWorker) => Promise<void> | void

/**
 * Makes a step a Botkit handler. An exception inside a Botkit handler would leave `handleTurn` hanging, so it is kept
 * in the unit and thrown when the turn is over.
 */
export const asHandler = (step: Step) => (bot: BotWorker) => inUnit((unit) => step(unit, bot))

/** The same for `BotkitConversation.before`: says the prompt of a thread. */
export const asBeforeHook = (step: Step) => (_convo: BotkitDialogWrapper, bot: BotWorker) =>
  inUnit((unit) => step(unit, bot))

/** The same for the answer to a question of a thread, which may repeat it or go to another thread. */
export const asAnswerHandler =
  (step: (unit: UnitOfWork, convo: BotkitDialogWrapper, bot: BotWorker) => Promise<void> | void) =>
  (_answer: string, convo: BotkitDialogWrapper, bot: BotWorker) =>
    inUnit((unit) => step(unit, convo, bot))

async function inUnit(work: (unit: UnitOfWork) => Promise<void> | void): Promise<void> {
  const unit = currentUnit()
  if (unit.failure) return
  try {
    await work(unit)
  } catch (error) {
    unit.failure = { error }
  }
}

/** Reads and writes Botkit's dialog record inside the conversation document. */
const unitStorage: Storage = {
  async read(keys) {
    const dialog = currentUnit().state.dialog
    return dialog === undefined ? {} : Object.fromEntries(keys.map((key) => [key, structuredClone(dialog)]))
  },
  async write(changes: StoreItems) {
    const unit = currentUnit()
    for (const dialog of Object.values(changes)) {
      unit.state = { ...unit.state, dialog: hasActiveDialog(dialog) ? structuredClone(dialog) : undefined }
    }
  },
  async delete() {
    const unit = currentUnit()
    unit.state = { ...unit.state, dialog: undefined }
  },
}

const hasActiveDialog = (dialog: { dialogState?: { dialogStack?: unknown[] } }): boolean =>
  (dialog.dialogState?.dialogStack?.length ?? 0) > 0

/** Buffers what Botkit sends. A step says its prompts itself, so Botkit's own empty prompts are dropped. */
class BufferingAdapter extends BotAdapter {
  async sendActivities(_context: TurnContext, activities: Partial<Activity>[]) {
    for (const { text } of activities) if (text) currentUnit().replies.push({ text })
    return activities.map(() => ({ id: '' }))
  }
  async updateActivity() {}
  async deleteActivity() {}
  async continueConversation() {}
}

/** @param addDialogs registers handlers and guided dialogs on the controller. */
export function createBotkitResponder(addDialogs: (controller: Botkit) => void): Respond {
  const adapter = new BufferingAdapter()
  const controller = new Botkit({
    adapter,
    storage: unitStorage,
    disable_webserver: true,
    disable_console: true,
  })
  addDialogs(controller)

  return async (turn) => {
    const unit: UnitOfWork = { turn, replies: [], state: turn.state }
    await units.run(unit, () => controller.handleTurn(new TurnContext(adapter, toActivity(turn))))
    if (unit.failure) throw unit.failure.error
    if (unit.forgetAll) return { replies: unit.replies, state: forgottenState(unit.state), forgetAll: true }
    return { replies: unit.replies, state: unit.state }
  }
}

/**
 * Botkit's prompts want a non-empty text; the steps read the message from the unit of work instead. Nobody's id is
 * handed over: Botkit would write it into the dialog record.
 */
function toActivity({ inbound }: Turn): Partial<Activity> {
  return {
    type: ActivityTypes.Message,
    id: inbound.messageId,
    channelId: inbound.channel,
    text: inbound.text || inbound.choice || '…',
    from: { id: 'person', name: '' },
    recipient: { id: 'bot', name: '' },
    conversation: { id: 'conversation', isGroup: false, conversationType: '', name: '' },
    timestamp: inbound.sentAt,
  }
}
