import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ChannelName, Reply } from '../../src/conversation/message.ts'
import type { ReportAction } from '../../src/reports/case/change-report.ts'
import { phonePhoto } from '../reports/evidence/made-files.ts'
import { startTalk, type Talk } from '../support/talk.ts'

/**
 * Conversations that people who do not program can read and write, one a file:
 *
 *   # a heading                    > what the citizen says
 *   < what the bot's answer holds  < [a button]  (each line must occur in the answer)
 *   ! what it must not hold        * [button] tapped
 *   ~ 16 phút, 2 ngày, khởi động lại   (time passes, the program is started anew)
 *   + 2 ảnh                        (photos are sent; `+ ảnh cũ` sends the last one again)
 *   @ telegram                     (the citizen goes on elsewhere; `@ web` comes back)
 *   = trả lời: …                   (an officer answers; also hỏi, nhắn, giao, chuyển)
 *   ^ [button]                     (a button of an earlier message is tapped)
 *
 * `{mã}` stands for the receipt that was shown last, `{số}` for the case number.
 */
const folder = import.meta.dirname
const photos: Buffer[] = []

beforeAll(async () => {
  for (const width of [640, 656, 672, 688]) photos.push(await phonePhoto(width, 480))
})

for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt'))) {
  const lines = readFileSync(join(folder, file), 'utf8').normalize('NFC').split('\n')
  describe(file, () => {
    it(lines[0]!.replace(/^#\s*/, ''), async () => {
      const talks = new Map<ChannelName, Talk>()
      let talk = startTalk()
      talks.set('web', talk)
      let replies: Reply[] = []
      const earlier: Reply[] = []
      const said = { receipt: '', number: '' }
      let sentPhotos = 0
      let checks = 0

      async function hear(answer: Promise<Reply[]>): Promise<void> {
        earlier.push(...replies)
        replies = await answer
        const text = shown(replies)
        said.receipt = /\d{4} \d{4} \d{4} \d{4} \d/.exec(text)?.[0] ?? said.receipt
        said.number = /PA-\d{6}-\w{4}-\w/.exec(text)?.[0] ?? said.number
      }
      function buttonIn(some: readonly Reply[], label: string, where: string): string {
        const button = some.flatMap(({ buttons }) => buttons ?? []).find((one) => one.label === label)
        expect(button?.choice, where).toBeDefined()
        return button!.choice!
      }

      for (const [index, line] of lines.entries()) {
        const rest = line.slice(1).trim().replaceAll('{mã}', said.receipt).replaceAll('{số}', said.number)
        const where = `${file}:${index + 1} ${line}\n--- answer:\n${shown(replies)}`
        const label = rest.replace(/^\[|\]$/g, '')
        switch (line[0]) {
          case '>':
            await hear(talk.say(rest))
            break
          case '*':
            await hear(talk.tap(buttonIn(replies, label, where)))
            break
          case '^':
            await hear(talk.tap(buttonIn([...earlier].reverse(), label, where)))
            break
          case '~':
            if (rest === 'khởi động lại') {
              talk = talk.restart()
              talks.set('web', talk)
            } else
              talk.clock.advanceMs(Number.parseInt(rest, 10) * (rest.includes('ngày') ? 86_400_000 : 60_000))
            break
          case '+': {
            const isOld = rest.includes('cũ')
            const count = isOld ? 1 : Number.parseInt(rest, 10)
            const attachments = Array.from({ length: count }, () => {
              const number = isOld ? sentPhotos - 1 : sentPhotos++
              const reference = `photo-${number}`
              talk.world.files.set(reference, { bytes: photos[number]!, fileName: `IMG_${number}.jpg` })
              return { kind: 'image' as const, reference }
            })
            await hear(talk.send({ attachments }))
            break
          }
          case '@': {
            const channel = rest as ChannelName
            talk = talks.get(channel) ?? talk.elsewhere(channel)
            talks.set(channel, talk)
            replies = []
            break
          }
          case '=':
            await officerDoes(talk, rest)
            break
          case '<':
            expect(shown(replies), where).toContain(rest)
            checks += 1
            break
          case '!':
            expect(shown(replies), where).not.toContain(rest)
            checks += 1
        }
        if (process.env.SHOW_TRANSCRIPT === file && /[>*^+]/.test(line[0] ?? ' ')) {
          process.stdout.write(`${line}\n${shown(replies).replace(/^/gm, '    ')}\n`)
        }
      }
      expect(checks).toBeGreaterThan(0)
    })
  })
}

/** What an officer does with the report that was filed last. */
async function officerDoes({ world }: Talk, words: string): Promise<void> {
  const [verb, text = ''] = words.split(/:\s*/, 2) as [string, string?]
  const report = world.all().at(-1)!
  const actions: Record<string, ReportAction> = {
    giao: { kind: 'assign', to: text || 'officer-1' },
    hỏi: { kind: 'ask', text },
    nhắn: { kind: 'tell', text },
    'trả lời': { kind: 'answer', text, outcome: 'substantiated' },
    chuyển: { kind: 'forward', to: text, reason: 'đúng thẩm quyền' },
  }
  const acted = await world.reports.act(
    report.ref,
    { kind: 'officer', officerId: 'officer-1' },
    actions[verb]!,
  )
  expect(acted.kind, words).toBe('changed')
}

function shown(replies: readonly Reply[]): string {
  return replies
    .map(({ text, buttons }) => [text, ...(buttons ?? []).map(({ label }) => `[${label}]`)].join('\n'))
    .join('\n')
}
