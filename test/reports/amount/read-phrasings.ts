import { readFileSync } from 'node:fs'
import type { MoneyMention } from '../../../src/reports/amount/money-mention.ts'

export interface Phrasing {
  line: number
  text: string
  expected: string
}

/** Lines `what a person writes => what must be read`; see the head of `phrasings-held-out.txt`. */
export function readPhrasings(name: string): Phrasing[] {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
    .split('\n')
    .map((text, i) => ({ text, line: i + 1 }))
    .filter(({ text }) => text.includes('=>') && !text.startsWith('#'))
    .map(({ text, line }) => {
      const [said, expected] = text.split(/\s*=>\s*/)
      return { line, text: said!, expected: expected!.trim() }
    })
}

export function describeMentions(mentions: readonly MoneyMention[]): string {
  return mentions.map(describeMention).join('; ') || '-'
}

function describeMention(mention: MoneyMention): string {
  switch (mention.kind) {
    case 'amount':
      return `${mention.isApproximate ? '~' : ''}${mention.amountVnd}`
    case 'range':
      return `${mention.fromVnd}-${mention.toVnd}`
    case 'unclear':
      return '?'
    case 'foreign':
      return `${mention.currency.toLowerCase()} ${mention.amount}`
  }
}
