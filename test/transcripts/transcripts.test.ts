import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Reply } from '../../src/conversation/message.ts'
import { startTalk } from '../support/talk.ts'

/**
 * Conversations that people who do not program can read and write, one a file:
 *
 *   # a heading                    > what the citizen says
 *   < what the bot's answer holds  < [a button]  (each line must occur in the answer)
 *   ! what it must not hold        * [button] tapped        ~ 16 phút   (time passes)
 */
const folder = import.meta.dirname

for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt'))) {
  const lines = readFileSync(join(folder, file), 'utf8').normalize('NFC').split('\n')
  describe(file, () => {
    it(lines[0]!.replace(/^#\s*/, ''), async () => {
      const talk = startTalk()
      let replies: Reply[] = []
      let checks = 0
      for (const [index, line] of lines.entries()) {
        const rest = line.slice(1).trim()
        const where = `${file}:${index + 1} ${line}\n--- answer:\n${shown(replies)}`
        switch (line[0]) {
          case '>':
            replies = await talk.say(rest)
            break
          case '*': {
            const label = rest.replace(/^\[|\]$/g, '')
            const button = replies.flatMap(({ buttons }) => buttons ?? []).find((one) => one.label === label)
            expect(button?.choice, where).toBeDefined()
            replies = await talk.tap(button!.choice!)
            break
          }
          case '~':
            talk.clock.advanceMs(Number.parseInt(rest, 10) * 60_000)
            break
          case '<':
            expect(shown(replies), where).toContain(rest)
            checks += 1
            break
          case '!':
            expect(shown(replies), where).not.toContain(rest)
            checks += 1
        }
      }
      expect(checks).toBeGreaterThan(0)
    })
  })
}

function shown(replies: readonly Reply[]): string {
  return replies
    .map(({ text, buttons }) => [text, ...(buttons ?? []).map(({ label }) => `[${label}]`)].join('\n'))
    .join('\n')
}
