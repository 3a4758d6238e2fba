import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import { addDays } from '../../lib/working-days/day.ts'
import type { CampaignCounter, CampaignCounts } from '../../surveys/campaign-counts.ts'
import { type CampaignSwitchStore, switchCampaign } from '../../surveys/campaign-switch.ts'
import { afterQuietHours } from '../../surveys/invitation/quiet-hours.ts'
import type { Questionnaire } from '../../surveys/questionnaire.ts'
import type { AskingRules, SurveySettings } from '../../surveys/survey-settings.ts'
import type { Desk, DeskSection } from '../desk-page.ts'
import { readForm } from '../routes/read-form.ts'
import { CampaignPage, mostReasonChars, PausedPolls } from './campaign-page.tsx'
import type { PollDeskTexts } from './poll-desk-texts.ts'

export interface CampaignParts {
  switches: CampaignSwitchStore
  counter: CampaignCounter
  settings: SurveySettings
  inUse: Questionnaire
  texts: PollDeskTexts
}

const icon = 'M4 5.5h16v10h-9l-4 3.5v-3.5H4zM8 9h8M8 12h5'
const undeliveredDays = 30
const mostSwitches = 50
const minuteMs = 60_000

const readSwitch = z.object({ state: z.enum(['paused', 'running']), reason: z.string().max(5_000) })

/** Whether people are being asked, how it goes, and the switch. */
export function campaignSection(parts: CampaignParts): DeskSection {
  const { switches, counter, settings, inUse, texts } = parts

  async function show(
    desk: Desk,
    request: FastifyRequest,
    reply: FastifyReply,
    wrong?: { reason: string; error: string },
  ): Promise<FastifyReply> {
    const now = desk.clock.now()
    const today = vietnamDay(now)
    const { officer, session } = desk.signedIn(request)
    const counts = await counter.count({ today, since: addDays(today, -undeliveredDays) })
    const names = new Map((await desk.officers.list()).map(({ id, name }) => [id, name]))
    return desk.show(request, reply, {
      title: texts.say('polls.title'),
      status: wrong ? 422 : 200,
      body: (
        <CampaignPage
          texts={texts}
          settings={settings}
          inUse={inUse}
          counts={counts}
          history={await switches.history(mostSwitches)}
          nameOf={(id) => names.get(id)}
          nextAt={nextDispatch(counts, settings.asking, now)}
          undeliveredDays={undeliveredDays}
          {...(officer.roles.includes('leader') ? { form: { token: session.formToken, ...wrong } } : {})}
        />
      ),
    })
  }

  return {
    nav: [{ href: '/desk/polls', label: texts.say('polls.nav'), icon }],

    async home(_desk, officer) {
      if (!officer.roles.includes('leader')) return undefined
      const current = await switches.current()
      return current?.state === 'paused' ? <PausedPolls texts={texts} at={current.at} /> : undefined
    },

    addRoutes(scope, desk: Desk) {
      scope.get('/polls', (request, reply) => show(desk, request, reply))

      scope.post('/polls/switch', async (request, reply) => {
        const { officer } = desk.signedIn(request)
        const form = readForm(readSwitch, request.body)
        const reason = form?.reason.normalize('NFC').trim().slice(0, mostReasonChars) ?? ''
        if (!form || reason === '') {
          return show(desk, request, reply, { reason, error: texts.say('polls.switch.no-reason') })
        }
        const { state } = form
        const made = { state, by: officer.id, at: desk.clock.now(), reason }
        const { kind } = await switchCampaign(switches, made)
        if (kind !== 'switched') {
          return desk.goTo(request, reply, '/desk/polls', texts.say(`polls.switch.${kind}`))
        }
        await desk.audit.append({
          officer: officer.id,
          action: 'polls-switched',
          subject: 'polls',
          detail: { state, reasonLength: reason.length },
        })
        const done = texts.say(state === 'paused' ? 'polls.switch.paused' : 'polls.switch.resumed')
        return desk.goTo(request, reply, '/desk/polls', done)
      })
    },
  }
}

/** The next minute at which something is due and nobody is woken; undefined while nothing waits. */
function nextDispatch(
  { nextDueAt }: CampaignCounts,
  { quietHours }: AskingRules,
  now: Date,
): Date | undefined {
  if (!nextDueAt) return undefined
  const earliestMs = Math.max(nextDueAt.getTime(), now.getTime() + 1)
  return afterQuietHours(new Date(Math.ceil(earliestMs / minuteMs) * minuteMs), quietHours)
}
