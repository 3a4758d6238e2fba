import { z } from 'zod'
import { sections } from '../procedure.ts'

/**
 * The file `intents/sections.yaml`: which words ask for which part of an answer. Lists of like words stand once
 * under `words` and are used in phrases as `<name>`; a list may use the lists above it.
 */
export const sectionsFileSchema = z
  .strictObject({
    words: z.record(z.string(), z.array(z.string().trim().min(1)).min(1)).default({}),
    sections: z.array(
      z.strictObject({
        /** `none`: words that look like a question for a section and are none ("mai táng phí"). */
        section: z.enum([...sections, 'none']),
        say: z.array(z.string().trim().min(1)).min(1),
        /** From 1 sure; from 0.8 a mention; below that vague. Vaguer phrases count when nothing surer is said. */
        weight: z.number().positive().default(1),
        /** Only as the last words of a clause: "được không". */
        'at-end': z.boolean().default(false),
        /** Only when its clause holds hardly anything else: "địa chỉ". */
        alone: z.boolean().default(false),
      }),
    ),
  })
  .transform(({ words, sections }, context) => {
    const lists = new Map<string, string>()
    const fill = (phrase: string, path: PropertyKey[]): string =>
      phrase.replace(/<([^<>]*)>/g, (whole, name: string) => {
        const list = lists.get(name)
        if (list === undefined) context.addIssue({ code: 'custom', path, input: phrase })
        return list ?? whole
      })
    for (const [name, list] of Object.entries(words)) {
      lists.set(name, `(${list.map((phrase, i) => fill(phrase, ['words', name, i])).join('|')})`)
    }
    return sections.map((entry, i) => ({
      ...entry,
      say: entry.say.map((phrase, j) => fill(phrase, ['sections', i, 'say', j])),
    }))
  })

export type SectionWords = z.infer<typeof sectionsFileSchema>[number]
