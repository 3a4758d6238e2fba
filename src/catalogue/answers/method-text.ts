import { localTime } from '../local-facts.ts'
import { type FilingChannel, filingChannels, type Procedure } from '../procedure.ts'
import type { AnswerTexts } from './answer-texts.ts'
import { listItem, shorten } from './display.ts'

/** Notes of the source repeat whole steps; the first words say which case is meant, the steps are a section of their own. */
const maxNoteChars = 240

/** One line a time and case; channels are named only where they differ. */
export function timeText(procedure: Procedure, texts: AnswerTexts): string | undefined {
  const timed = procedure.methods?.filter((method) => method.time !== undefined) ?? []
  if (timed.length === 0) {
    const time = localTime(procedure)
    return time === undefined ? undefined : texts.say('answer.bullet', { text: time })
  }
  const allChannels = channelsOf(procedure)
  const groups = new Map<string, { time: string; note?: string; channels: Set<FilingChannel> }>()
  for (const { time, note: published, channel } of timed) {
    const note = caseInNote(published)
    const key = `${time}\n${note ?? ''}`
    const group = groups.get(key) ?? { time: time!, ...(note ? { note } : {}), channels: new Set() }
    group.channels.add(channel)
    groups.set(key, group)
  }
  const lines = [...groups.values()].map(({ time, note, channels }) => {
    const names = filingChannels.filter((name) => channels.has(name)).map((name) => channelName(name, texts))
    const text =
      channels.size === allChannels.length
        ? time
        : texts.say('answer.time.channels', { time, channels: names.join(', ') })
    const lead = texts.say('answer.bullet', { text })
    return note && looksDifferent(note, time) ? `${lead}\n  ${shorten(listItem(note), maxNoteChars)}` : lead
  })
  return [...new Set(lines)].join('\n')
}

/** The times of a procedure, each once, for one line. */
export function timesInShort(procedure: Procedure): string | undefined {
  const published = procedure.methods?.flatMap((method) => method.time ?? []) ?? []
  const local = localTime(procedure)
  const times = new Set(published.length > 0 || local === undefined ? published : [local])
  const shown = [...times].slice(0, 3).map((time) => shorten(time, 120))
  return shown.length === 0 ? undefined : shown.join('; ')
}

export function methodText(procedure: Procedure, texts: AnswerTexts): string | undefined {
  const channels = channelsOf(procedure)
  if (channels.length === 0) return undefined
  return channels
    .map((channel) => texts.say('answer.bullet', { text: capitalise(channelName(channel, texts)) }))
    .join('\n')
}

export function channelsInShort(procedure: Procedure, texts: AnswerTexts): string | undefined {
  const channels = channelsOf(procedure)
  return channels.length === 0 ? undefined : channels.map((name) => channelName(name, texts)).join(', ')
}

function channelsOf(procedure: Procedure): FilingChannel[] {
  const used = new Set(procedure.methods?.map((method) => method.channel) ?? [])
  return filingChannels.filter((channel) => used.has(channel))
}

function channelName(channel: FilingChannel, texts: AnswerTexts): string {
  return texts.say(`answer.channel.${channel}`)
}

/**
 * What a note says about the case. Its first line often only repeats the channel ("Nộp trực tiếp tại …"), which would
 * make one case look like three.
 */
function caseInNote(note: string | undefined): string | undefined {
  const lines = note?.split('\n').map(listItem) ?? []
  const told = lines.length > 1 && /^(?:nộp|gửi)\s/iu.test(lines[0]!) ? lines.slice(1) : lines
  return told.length > 0 ? told.join(' ') : undefined
}

function looksDifferent(note: string, time: string): boolean {
  return listItem(note).toLowerCase() !== time.toLowerCase()
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
