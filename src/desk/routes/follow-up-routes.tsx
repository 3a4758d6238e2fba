import type { ConversationStore } from '../../conversation/turn/conversation.ts'
import { icons } from '../components/icon.tsx'
import type { Desk, DeskSection } from '../desk-page.ts'
import { FollowUpPage } from '../pages/follow-up-page.tsx'

const dayMs = 86_400_000
const undeliveredDays = 30
const mostRows = 100

/** What the bot left undone: messages it could not send. It does not say who it was. */
export function followUpSection(
  label: string,
  stores: { conversations: Pick<ConversationStore, 'undelivered'> },
): DeskSection {
  return {
    nav: [{ href: '/desk/follow-up', label, icon: icons.empty }],
    addRoutes(scope, desk: Desk) {
      scope.get('/follow-up', async (request, reply) => {
        const nowMs = desk.clock.now().getTime()
        const undelivered = await stores.conversations.undelivered(
          new Date(nowMs - undeliveredDays * dayMs),
          mostRows,
        )
        return desk.show(request, reply, {
          title: desk.texts.say('desk.follow-up.title'),
          body: (
            <FollowUpPage texts={desk.texts} undelivered={undelivered} undeliveredDays={undeliveredDays} />
          ),
        })
      })
    },
  }
}
