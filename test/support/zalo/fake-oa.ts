import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../../../src/lib/clock.ts'
import { type Bubble, showBubble } from './bubbles.ts'
import { echoOf, eventOf } from './events.ts'
import { createForge, type Forge } from './forge.ts'
import { guardBusiness, guardOpenapi } from './gate.ts'
import { type MediaHost, startMediaHost } from './media.ts'
import { messageRoutes } from './message-routes.ts'
import { oauthRoutes } from './oauth-routes.ts'
import { createPerson, type Person } from './person.ts'
import { quotaRoutes } from './quota-routes.ts'
import { ratingRoutes } from './rating-routes.ts'
import {
  type Desk,
  type HostName,
  type Matcher,
  matches,
  type Planned,
  type RecordedRequest,
  serveHost,
} from './serve.ts'
import {
  type Account,
  type Behaviour,
  goodAccount,
  type OaIdentity,
  testIdentity,
  usualBehaviour,
} from './settings.ts'
import { templateInfoRoutes } from './template-info-routes.ts'
import { templatePhoneRoutes } from './template-phone-routes.ts'
import { templateUidRoutes } from './template-uid-routes.ts'
import { type SentTemplate, type Template, templateWith } from './templates.ts'
import { createTokenOffice, type TokenOffice } from './tokens.ts'
import { uploadRoutes } from './upload-routes.ts'
import { userRoutes } from './user-routes.ts'
import { createWebhook, type Delivery, type Webhook } from './webhook.ts'
import type { Charge, PersonState, Rating, World, ZaloEvent } from './world.ts'

/**
 * Zalo's three servers, its media host, and the people on it, over real HTTP and an injected clock. Made after public
 * descriptions only and without a line of `src/channels/zalo`, so that it is a witness of its own.
 *
 *     const clock = new FakeClock('2026-05-04T02:00:00Z')          // 9 o'clock in Viet Nam
 *     const oa = await startFakeOa({ clock })                       // afterEach: await oa.close()
 *     const { accessToken, refreshToken } = oa.tokens.issue()       // as the console's API Explorer; or GET /v4/oa/permission
 *     service: hosts: oa.hosts, appId … of oa.identity, media allowed from oa.media.host
 *     await oa.webhook.save('http://127.0.0.1:PORT/zalo/webhook')   // unsigned {} probe; turnOn(url) goes without it
 *
 *     const lan = oa.person()                                       // a stranger; { follows: true } has interacted just now
 *     const delivery = await lan.write('cần giấy gì để khai sinh')  // signed, posted, first try over
 *     delivery.attempts[0].status                                   // what the service answered
 *     const bubble = await lan.nextAnswer()                         // what she sees: text, buttons, image, charge …
 *     await lan.tap(bubble.buttons[0].title)                        // comes in as user_send_text with the payload
 *     await oa.officer.write(lan, 'Chào bác')                       // echo with admin_id
 *
 *     oa.queueAnswer('/v3.0/oa/message/cs', { status: 502, body: '<html>' })          // the next one only
 *     oa.queueAnswer(/access_token/, { delayMs: 300, isApplied: true, end: 'reset' }) // done, but the answer is lost
 *     oa.requestsTo('/v3.0/oa/message/cs')                          // headers, body, answer
 *     oa.account.mayMessage = false                                 // -224; see settings.ts for all switches
 *     oa.behaviour.json = 'escaped'                                 // disputed points; see settings.ts
 *     clock.advanceMs(49 * hourMs)                                  // sends are billed now: oa.ledger
 *     await oa.forge.wrongMac(oa.event('user_send_text', {…}))      // bad deliveries; oa.webhook.send(event) for good ones
 */
export interface FakeOa {
  hosts: Record<HostName, string>
  identity: OaIdentity
  behaviour: Behaviour
  account: Account
  tokens: TokenOffice
  webhook: Webhook
  forge: Forge
  media: MediaHost
  /** Every request to the three hosts, in order of arrival. */
  requests: RecordedRequest[]
  requestsTo(matcher: Matcher): RecordedRequest[]
  /** The next request that matches gets it; put first, used first. */
  queueAnswer(matcher: Matcher, answer: Planned): void
  /** Forgets answers that were not used; gives how many there were. */
  dropPlanned(): number
  person(options?: PersonOptions): Person
  /** Somebody without an account; its messages are `anonymous_send_*`. */
  anonymous(): Person
  people: Map<string, PersonState>
  officer: Officer
  /** An event of the OA's own, with `app_id` and `timestamp` of now. */
  event(name: string, fields: Record<string, unknown>): ZaloEvent
  /** Consent given in a browser: a code that can be exchanged. A wrong `redirectUri` shows at the exchange (-14003). */
  consent(options?: { redirectUri?: string; challenge?: string }): string
  addTemplate(fields: Partial<Template> & { id: string }): Template
  sentTemplates: SentTemplate[]
  ratings: Rating[]
  /** What every message cost. */
  ledger: Charge[]
  /** Every first try of a delivery is over, own echoes included. */
  settled(): Promise<void>
  close(): Promise<void>
}

export interface PersonOptions {
  /** 19 digits of its own when absent. */
  userId?: string
  name?: string
  /** `84…` */
  phone?: string
  /** Has followed the OA just now; the webhook was not told. */
  follows?: boolean
}

/** A human who writes in Zalo's own console. */
export interface Officer {
  write(to: Person, text: string, adminId?: string): Promise<Delivery>
  sendPhoto(to: Person, bytes: Uint8Array, adminId?: string): Promise<Delivery>
}

export async function startFakeOa(options: {
  clock: Clock
  identity?: Partial<OaIdentity>
  behaviour?: Partial<Behaviour>
  account?: Partial<Account>
}): Promise<FakeOa> {
  const { clock } = options
  const identity = { ...testIdentity, ...options.identity }
  const behaviour = { ...usualBehaviour(), ...options.behaviour }
  const account = { ...goodAccount(), ...options.account }
  const tokens = createTokenOffice(clock)
  const webhook = createWebhook({ identity, behaviour, clock })
  const waitingEmits = new Set<Promise<void>>()
  let messages = 0
  let persons = 0

  const world: World = {
    clock,
    identity,
    behaviour,
    account,
    tokens,
    people: new Map(),
    templates: new Map(),
    sentTemplates: [],
    ratings: [],
    uploads: new Map(),
    uploadsThisMonth: new Map(),
    ledger: [],
    emit(event) {
      // After the answer to the request that caused it.
      const emitted = new Promise<void>((resolve) => {
        setImmediate(() => {
          webhook.send(event)
          resolve()
        })
      })
      waitingEmits.add(emitted)
      void emitted.then(() => waitingEmits.delete(emitted))
    },
    nextMessageId() {
      messages += 1
      return createHash('sha256').update(`${identity.oaId}/${messages}`).digest('hex').slice(0, 24)
    },
    rate: { minute: 0, count: 0 },
  }

  const desk: Desk = { requests: [], planned: [], clock }
  const media = await startMediaHost()
  const [oauth, openapi, business] = await Promise.all([
    serveHost('oauth', oauthRoutes(world), desk),
    serveHost(
      'openapi',
      guardOpenapi(world, {
        ...messageRoutes(world),
        ...templateUidRoutes(world),
        ...uploadRoutes(world),
        ...userRoutes(world),
        ...quotaRoutes(world),
      }),
      desk,
    ),
    serveHost(
      'business',
      guardBusiness(world, {
        ...templatePhoneRoutes(world),
        ...templateInfoRoutes(world),
        ...ratingRoutes(world),
      }),
      desk,
    ),
  ])

  function addPerson(fields: Partial<PersonState>): Person {
    persons += 1
    const state: PersonState = {
      // Above 2^53, as Zalo's are.
      userId: String(4_318_000_000_000_000_001n + BigInt(persons) * 7_919n),
      userIdByApp: String(5_107_000_000_000_000_003n + BigInt(persons) * 104_729n),
      name: `Người ${persons}`,
      hasFollowed: false,
      hasLeft: false,
      hasChatted: false,
      isSensitive: false,
      sharedInfo: {},
      tags: new Set(),
      alias: '',
      bubbles: [],
      watchers: new Set(),
      ...fields,
    }
    world.people.set(state.userId, state)
    return createPerson(world, webhook, media, state)
  }

  async function answerFromConsole(to: Person, content: Partial<Bubble>, adminId: string): Promise<Delivery> {
    const messageId = world.nextMessageId()
    const bubble: Bubble = { messageId, from: 'officer', at: clock.now(), buttons: [], ...content }
    showBubble(to.state, bubble)
    const delivery = webhook.send(echoOf(world, to.state, bubble, adminId))
    if (delivery.state === 'under way') await delivery.attempt(1)
    return delivery
  }

  const usualAdmin = '3330000000000000333'

  return {
    hosts: { oauth: oauth.url, openapi: openapi.url, business: business.url },
    identity,
    behaviour,
    account,
    tokens,
    webhook,
    forge: createForge(identity, webhook),
    media,
    requests: desk.requests,
    requestsTo: (matcher) => desk.requests.filter((request) => matches(matcher, request)),
    queueAnswer: (matcher, answer) => void desk.planned.push({ matcher, answer }),
    dropPlanned: () => desk.planned.splice(0).length,
    person({ userId, name, phone, follows = false } = {}) {
      const followed = follows ? { hasFollowed: true, lastInteractionAt: clock.now() } : {}
      return addPerson({ ...(userId ? { userId } : {}), ...(name ? { name } : {}), phone, ...followed })
    },
    anonymous: () => addPerson({ anonymousConversation: randomBytes(8).toString('hex') }),
    people: world.people,
    officer: {
      write: (to, text, adminId = usualAdmin) => answerFromConsole(to, { text }, adminId),
      sendPhoto(to, bytes, adminId = usualAdmin) {
        const url = media.keep({ bytes, type: 'image/jpeg', name: 'anh.jpg' })
        return answerFromConsole(to, { image: { url, kind: 'image' } }, adminId)
      },
    },
    event: (name, fields) => eventOf(world, name, fields),
    consent: ({ redirectUri = identity.redirectUri, challenge } = {}) =>
      tokens.issueCode({ redirectUri, challenge: behaviour.consoleChallenge ?? challenge }),
    addTemplate(fields) {
      const template = templateWith(fields)
      world.templates.set(template.id, template)
      return template
    },
    sentTemplates: world.sentTemplates,
    ratings: world.ratings,
    ledger: world.ledger,
    async settled() {
      // What is answered to an event may cause the next one.
      do {
        await Promise.all(waitingEmits)
        await webhook.settled()
      } while (waitingEmits.size > 0)
    },
    async close() {
      webhook.close()
      await Promise.all([oauth, openapi, business, media].map((host) => host.close()))
    },
  }
}
