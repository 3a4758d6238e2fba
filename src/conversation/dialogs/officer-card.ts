import type { Agency } from '../../catalogue/agency.ts'
import { vietnamTimeOfWeek } from '../../lib/vietnam-time.ts'
import type { Reply } from '../message.ts'
import type { TalkTexts } from './talk-texts.ts'

/** Where and when a person can talk to a person: only what the office has filled in. */
export function officerCard(agency: Agency, talk: TalkTexts, now: Date): Reply {
  const { contact, name, picture } = agency.oneStop
  const phone = agency.hotlines.ask ?? contact.phone
  const hours = agency.workingHours
  const lines = [talk.say('talk.officer.intro', { agency: agency.office.longName })]
  if (phone) lines.push(talk.say('talk.officer.phone', { phone }))
  lines.push(
    contact.address
      ? talk.say('talk.officer.place', { name, address: contact.address })
      : talk.say('talk.officer.place-name', { name }),
  )
  if (contact.email) lines.push(talk.say('talk.officer.email', { email: contact.email }))
  if (hours.length > 0) {
    const listed = hours.map((row) =>
      talk.say('talk.officer.hours-line', { days: daysInWords(row.days, talk), from: row.from, to: row.to }),
    )
    lines.push(talk.say('talk.officer.hours', { hours: listed.join('; ') }))
    lines.push(talk.say(isOpen(agency, now) ? 'talk.officer.open' : 'talk.officer.closed'))
  }
  const { name: portal, url } = agency.portal
  if (!phone && !contact.address) lines.push(talk.say('talk.officer.counter-only', { portal, url }))
  return {
    text: lines.join('\n'),
    buttons: [{ label: talk.say('talk.button.portal', { portal }), url }],
    ...(picture ? { image: { file: picture } } : {}),
  }
}

/** Within the weekly hours; holidays are not known here. */
export function isOpen(agency: Agency, now: Date): boolean {
  const { weekday, time } = vietnamTimeOfWeek(now)
  return agency.workingHours.some((row) => row.days.includes(weekday) && row.from <= time && time < row.to)
}

function daysInWords(days: readonly number[], talk: TalkTexts): string {
  const sorted = [...days].sort((a, b) => a - b)
  const word = (day: number) => talk.say(`talk.day.${day as 1 | 2 | 3 | 4 | 5 | 6 | 7}`)
  const isRange = sorted.length > 2 && sorted.every((day, index) => day === sorted[0]! + index)
  if (isRange) {
    return talk.say('talk.officer.days-range', { from: word(sorted[0]!), to: word(sorted.at(-1)!) })
  }
  return sorted.map(word).join(', ')
}
