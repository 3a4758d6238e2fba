import { type Answer, invalid, openapi, success } from './answers.ts'
import type { Bubble } from './bubbles.ts'
import { type RecordedRequest, type Routes, record } from './serve.ts'
import { dayInVietnam, dayMs, type PersonState, type World } from './world.ts'

/** People, tags, histories, the OA itself. GETs have their parameters as JSON in `data`. */
export function userRoutes(world: World): Routes {
  const { people, account, identity } = world
  const parameters = (request: RecordedRequest) => record(request.data)
  const personIn = (fields: Record<string, unknown>) =>
    typeof fields.user_id === 'string' ? people.get(fields.user_id) : undefined
  const known = () => [...people.values()].filter(({ anonymousConversation }) => !anonymousConversation)

  function detail(request: RecordedRequest): Answer {
    const person = personIn(parameters(request))
    if (!person || (!person.hasFollowed && !person.lastInteractionAt)) return openapi.notFollower
    return success(profileOf(person))
  }

  function list(request: RecordedRequest): Answer {
    const { offset, count, tag_name: tag, last_interaction_period: period, is_follower } = parameters(request)
    if (!isCount(offset, 0, 9951)) return invalid('offset')
    if (!isCount(count, 1, 50)) return invalid('count')
    const inPeriod = period === undefined ? () => true : periodOf(String(period), world.clock.now())
    if (!inPeriod) return invalid('last_interaction_period')
    const found = known().filter(
      (person) =>
        (tag === undefined || person.tags.has(String(tag))) &&
        (is_follower === undefined ||
          String(is_follower) === String(person.hasFollowed && !person.hasLeft)) &&
        inPeriod(person.lastInteractionAt),
    )
    const users = found.slice(offset, offset + count).map(({ userId }) => ({ user_id: userId }))
    return success({ total: found.length, count: users.length, offset, users })
  }

  function update({ body }: RecordedRequest): Answer {
    const person = personIn(body)
    if (!person) return openapi.notFollower
    for (const [key, value] of Object.entries(record(body.shared_info)))
      person.sharedInfo[key] = String(value)
    if (typeof body.user_alias === 'string') person.alias = body.user_alias
    return success()
  }

  function erase({ body }: RecordedRequest): Answer {
    const person = personIn(body)
    if (!person) return openapi.notFollower
    person.sharedInfo = {}
    person.alias = ''
    person.tags.clear()
    return success()
  }

  function conversation(request: RecordedRequest): Answer {
    const fields = parameters(request)
    const person = personIn(fields)
    if (!person) return openapi.notFollower
    return page(
      fields,
      [...person.bubbles].reverse().map((bubble) => rowOf(person, bubble)),
    )
  }

  function recentChats(request: RecordedRequest): Answer {
    const last = known()
      .filter(({ bubbles }) => bubbles.length > 0)
      .map((person) => rowOf(person, person.bubbles.at(-1)!))
      .sort((a, b) => b.time - a.time)
    return page(parameters(request), last)
  }

  function page({ offset, count }: Record<string, unknown>, rows: unknown[]): Answer {
    if (!isCount(offset, 0, Number.MAX_SAFE_INTEGER)) return invalid('offset')
    if (!isCount(count, 1, 10)) return invalid('count')
    return success(rows.slice(offset, offset + count))
  }

  function rowOf(person: PersonState, bubble: Bubble) {
    const isFromPerson = bubble.from === 'person'
    const sides = { user: [person.userId, person.name], oa: [identity.oaId, identity.name] } as const
    const [from, to] = isFromPerson ? [sides.user, sides.oa] : [sides.oa, sides.user]
    return {
      src: isFromPerson ? 1 : 0,
      time: bubble.at.getTime(),
      type: typeOf(bubble),
      message: bubble.text ?? '',
      message_id: bubble.messageId,
      from_id: from[0],
      to_id: to[0],
      from_display_name: from[1],
      from_avatar: '',
      to_display_name: to[1],
      to_avatar: '',
      ...(bubble.image?.url ? { url: bubble.image.url, thumb: bubble.image.url } : {}),
      ...(bubble.file?.url ? { url: bubble.file.url } : {}),
      ...(bubble.location ? { location: JSON.stringify(bubble.location) } : {}),
    }
  }

  function tag(isAdded: boolean) {
    return ({ body }: RecordedRequest): Answer => {
      const person = personIn(body)
      if (!person) return openapi.notFollower
      if (typeof body.tag_name !== 'string' || !body.tag_name) return invalid('tag_name')
      if (isAdded) person.tags.add(body.tag_name)
      else person.tags.delete(body.tag_name)
      return success()
    }
  }

  function removeTag({ body }: RecordedRequest): Answer {
    for (const person of known()) person.tags.delete(String(body.tag_name))
    return success()
  }

  const ownAccount = (): Answer =>
    success({
      oaid: identity.oaId,
      name: identity.name,
      description: 'Tài khoản thử nghiệm',
      oa_alias: 'motcua-thu',
      is_verified: account.isVerified,
      oa_type: account.oaType,
      cate_name: 'Cơ quan nhà nước',
      num_follower: known().filter(({ hasFollowed, hasLeft }) => hasFollowed && !hasLeft).length,
      avatar: '',
      cover: '',
      package_name: account.packageName,
      package_valid_through_date: '31/12/2027',
      package_auto_renew_date: '',
      linked_ZCA: account.isZcaLinked ? 'ZCA-1' : '',
    })

  return {
    'GET /v3.0/oa/user/detail': detail,
    'GET /v3.0/oa/user/getlist': list,
    'POST /v3.0/oa/user/update': update,
    'POST /v2.0/oa/updatefollowerinfo': update,
    'POST /v2.0/oa/deletefollowerinfo': erase,
    'GET /v2.0/oa/conversation': conversation,
    'GET /v2.0/oa/listrecentchat': recentChats,
    'GET /v2.0/oa/getoa': ownAccount,
    'POST /v2.0/oa/tag/tagfollower': tag(true),
    'POST /v2.0/oa/tag/rmfollowerfromtag': tag(false),
    'POST /v2.0/oa/tag/rmtag': removeTag,
    'GET /v2.0/oa/tag/gettagsofoa': () => success([...new Set(known().flatMap(({ tags }) => [...tags]))]),
  }
}

function profileOf(person: PersonState) {
  const { lastInteractionAt } = person
  return {
    user_id: person.userId,
    user_id_by_app: person.userIdByApp,
    user_external_id: '',
    display_name: person.name,
    user_alias: person.alias || person.name,
    is_sensitive: person.isSensitive,
    user_last_interaction_date: lastInteractionAt
      ? dayInVietnam(lastInteractionAt).split('-').reverse().join('/')
      : '',
    user_is_follower: person.hasFollowed && !person.hasLeft,
    avatar: '',
    avatars: { 120: '', 240: '' },
    dynamic_param: '',
    tags_and_notes_info: { notes: [], tag_names: [...person.tags] },
    ...(Object.keys(person.sharedInfo).length > 0 ? { shared_info: person.sharedInfo } : {}),
  }
}

function typeOf({ image, file, location, audio, video, template, infoForm, buttons }: Bubble): string {
  if (image) return image.kind === 'image' ? 'photo' : image.kind
  if (file) return 'file'
  if (location) return 'location'
  if (audio) return 'voice'
  if (video) return 'video'
  return template || infoForm || buttons.length > 0 ? 'links' : 'text'
}

const isCount = (value: unknown, from: number, to: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to

/** `TODAY`, `YESTERDAY`, `L7D`, `L30D` or `YYYY_MM_DD:YYYY_MM_DD`, days of Viet Nam. */
function periodOf(period: string, now: Date): ((at: Date | undefined) => boolean) | undefined {
  const daysAgo = (days: number) => dayInVietnam(new Date(now.getTime() - days * dayMs))
  const match = /^(\d{4}_\d\d_\d\d):(\d{4}_\d\d_\d\d)$/.exec(period)
  const named: Record<string, [string, string]> = {
    TODAY: [daysAgo(0), daysAgo(0)],
    YESTERDAY: [daysAgo(1), daysAgo(1)],
    L7D: [daysAgo(7), daysAgo(0)],
    L30D: [daysAgo(30), daysAgo(0)],
  }
  const range = match
    ? ([match[1]!.replaceAll('_', '-'), match[2]!.replaceAll('_', '-')] as const)
    : named[period]
  if (!range) return undefined
  return (at) => at !== undefined && dayInVietnam(at) >= range[0] && dayInVietnam(at) <= range[1]
}
