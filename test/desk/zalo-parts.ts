import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { zaloDeskTexts } from '../../src/desk/zalo/zalo-desk-texts.ts'
import type { ZaloView } from '../../src/desk/zalo/zalo-view.ts'
import { loadTexts } from '../../src/lib/texts.ts'

const root = join(import.meta.dirname, '../..')

export const zaloWords = loadTexts(
  parse(readFileSync(join(root, 'data/texts/desk-zalo.yaml'), 'utf8')),
  zaloDeskTexts,
)

/** An office whose token was never given and to which nobody has written. */
export const quietZalo: ZaloView = {
  token: { kind: 'never-given' },
  stops: [],
  month: '2026-11',
  sends: [],
  people: { free: 0, closing: 0, billed: 0, closed: 0, unreachable: 0 },
  isWhole: true,
  kept: { messages: 0, conversations: 0 },
}
