import { z } from 'zod'
import type { Desk, DeskSection } from '../desk-page.ts'
import { readForm } from '../routes/read-form.ts'
import type { NoticeWordsParts } from './notice-words.ts'
import { NoticesPage, UnreadNotices } from './notices-page.tsx'
import type { OfficerNotices } from './officer-notices.ts'

const icon = 'M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 1.5H5zM10 20.5h4'

/** More than anybody reads; older ones are under them. */
const mostRows = 100

const readNotice = z.object({ id: z.string().max(200).optional() })

/** What an officer was told, the unread first. */
export function noticesSection(
  parts: NoticeWordsParts & { notices: Pick<OfficerNotices, 'listOf' | 'markRead'> },
): DeskSection {
  const { notices, texts } = parts
  return {
    nav: [{ href: '/desk/notices', label: texts.say('notices.nav'), icon }],

    async home(_desk, officer) {
      const shown = await notices.listOf(officer, mostRows)
      const count = shown.filter(({ notice }) => !notice.readAt).length
      return count > 0 ? <UnreadNotices texts={texts} count={count} /> : undefined
    },

    addRoutes(scope, desk: Desk) {
      scope.get('/notices', async (request, reply) => {
        const { officer, session } = desk.signedIn(request)
        return desk.show(request, reply, {
          title: texts.say('notices.title'),
          body: (
            <NoticesPage
              {...parts}
              formToken={session.formToken}
              shown={await notices.listOf(officer, mostRows)}
              now={desk.clock.now()}
            />
          ),
        })
      })

      scope.post('/notices/read', async (request, reply) => {
        const { officer } = desk.signedIn(request)
        const form = readForm(readNotice, request.body)
        if (form) await notices.markRead(officer, form.id === undefined ? undefined : [form.id])
        return desk.goTo(request, reply, '/desk/notices')
      })
    },
  }
}
