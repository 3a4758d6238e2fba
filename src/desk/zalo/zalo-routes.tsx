import type { Desk, DeskSection } from '../desk-page.ts'
import type { ZaloDeskTexts } from './zalo-desk-texts.ts'
import { ZaloPage } from './zalo-page.tsx'
import type { ZaloView } from './zalo-view.ts'

const icon = 'M5 5.5h14v10h-7.5L7.5 19v-3.5H5zM9 8.5h6l-6 4h6'

/** How Zalo stands: whether messages leave, what they cost, and how long people can still be written to for nothing. */
export function zaloSection(parts: {
  read(now: Date): Promise<ZaloView>
  texts: ZaloDeskTexts
}): DeskSection {
  const { read, texts } = parts
  return {
    nav: [{ href: '/desk/zalo', label: texts.say('zalo-desk.nav'), icon }],

    addRoutes(scope, desk: Desk) {
      scope.get('/zalo', async (request, reply) => {
        const now = desk.clock.now()
        const view = await read(now)
        return desk.show(request, reply, {
          title: texts.say('zalo-desk.title'),
          body: <ZaloPage texts={texts} view={view} now={now} />,
        })
      })
    },
  }
}
