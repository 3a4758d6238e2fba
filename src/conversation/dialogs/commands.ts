import { z } from 'zod'
import { fold } from '../../catalogue/text/fold.ts'

/**
 * Short sayings with a meaning of their own ("xin chào", "gặp cán bộ", "dừng"), as data in `intents/commands.yaml`.
 * A question about a procedure is never a command: it is matched as a whole, or by a phrase in a short message.
 */
export const commandNames = [
  'greeting',
  'menu',
  'help',
  'search',
  'fields',
  'officer',
  'stop',
  'thanks',
  'goodbye',
  'none-of-these',
  'report',
  'follow-up',
  'resume-report',
  'drop-report',
  'dossier',
] as const
export type CommandName = (typeof commandNames)[number]

const sayings = z.array(z.string().min(1)).default([])
export const commandsFileSchema = z.strictObject({
  courtesy: z.array(z.string().min(1)),
  commands: z.array(z.strictObject({ command: z.enum(commandNames), say: sayings, contains: sayings })),
})

/** The command that a message gives, if it gives one. */
export type ReadCommand = (text: string) => CommandName | undefined

const maxWordsForContains = 12

export function createCommandReader(file: z.infer<typeof commandsFileSchema>): ReadCommand {
  const courtesy = new Set(file.courtesy.map(fold))
  const key = (text: string) => wordsOf(text).join(' ')
  const bare = (text: string) =>
    wordsOf(text)
      .filter((word) => !courtesy.has(word))
      .join(' ')

  const whole = new Map<string, CommandName>()
  const within: { phrase: string; command: CommandName }[] = []
  for (const { command, say, contains } of file.commands) {
    for (const saying of say) {
      whole.set(key(saying), command)
      // "chào" survives "chào ad ạ"; a saying made of courtesy alone must not match the empty message.
      if (bare(saying) !== '') whole.set(bare(saying), command)
    }
    for (const phrase of contains) within.push({ phrase: ` ${key(phrase)} `, command })
  }

  return (text) => {
    const words = wordsOf(text)
    if (words.length === 0 || words.length > maxWordsForContains) return undefined
    const exact = whole.get(words.join(' ')) ?? whole.get(bare(text))
    if (exact) return exact
    const sentence = ` ${words.join(' ')} `
    return within.find(({ phrase }) => sentence.includes(phrase))?.command
  }
}

/** Folded words; a leading slash is kept, since "/start" is not "start". Telegram adds "@bot_name" in groups. */
function wordsOf(text: string): string[] {
  const plain = fold(text)
    .trim()
    .replace(/^(\/[a-z0-9_]+)(@\w+)?/, '$1')
  const command = /^\/[a-z0-9_]+/.exec(plain)?.[0]
  if (command) return [command]
  return plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
}
