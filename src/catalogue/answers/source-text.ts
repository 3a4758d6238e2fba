import { bodyToday, movedField } from '../agency.ts'
import { fieldName } from '../field-name.ts'
import type { Procedure, Replaced } from '../procedure.ts'
import type { AnswerContext } from './answer-card.ts'
import { displayDate, displayName } from './display.ts'

/** What comes before everything else: that the old code asked for was replaced, that the procedure is no more. */
export function leadLines(procedure: Procedure, { texts }: AnswerContext, replaced?: Replaced): string[] {
  const { code, goneSince } = procedure
  const lines: string[] = []
  if (replaced?.name) {
    lines.push(texts.say('answer.replaced-named', { old: replaced.code, name: replaced.name, code }))
  } else if (replaced) lines.push(texts.say('answer.replaced', { old: replaced.code, code }))
  if (goneSince) {
    const key = goneSince.length > 7 ? 'answer.gone-day' : 'answer.gone-month'
    lines.push(texts.say(key, { date: displayDate(goneSince) }))
  }
  return lines
}

/** Official name, code, decision, date of the data, link: stands under every answer. */
export function sourceText(procedure: Procedure, { texts }: AnswerContext): string {
  const { code, decision, sourceDate, url } = procedure
  const properNames = texts.say('answer.proper-names').split(/,\s*/)
  const dateKey = sourceDate.length > 7 ? 'answer.source.data-day' : 'answer.source.data-month'
  const facts = [
    texts.say('answer.source.code', { code }),
    ...(decision ? [decisionText(decision, texts)] : []),
    texts.say(dateKey, { date: displayDate(sourceDate) }),
  ]
  return [
    texts.say('answer.source.name', { name: displayName(procedure.name, properNames) }),
    facts.join(' · '),
    ...(url ? [texts.say('answer.source.link', { url })] : []),
  ].join('\n')
}

function decisionText(
  { number, date }: NonNullable<Procedure['decision']>,
  texts: AnswerContext['texts'],
): string {
  if (!date) return texts.say('answer.source.decision', { number })
  return texts.say('answer.source.decision-dated', { number, date: displayDate(date) })
}

/** What a person must know before acting on the answer: old data, work that moved away, another province's record. */
export function warnings(procedure: Procedure, context: AnswerContext): string[] {
  const { agency, texts } = context
  const lines: string[] = []
  const moved = movedLine(procedure, context)
  if (moved) lines.push(moved)
  if (isOfOtherProvince(procedure, agency.province.name)) {
    lines.push(texts.say('answer.other-province', { issuer: procedure.issuer! }))
  }
  if (ageDays(procedure.sourceDate, context.today) > context.staleAfterDays)
    lines.push(texts.say('answer.stale'))
  return lines
}

/** The day is told only when the office has confirmed it for this province (`confirmed` in `data/agency.yaml`). */
function movedLine(procedure: Procedure, { agency, texts, today }: AnswerContext): string | undefined {
  const moved = movedField(agency, procedure.field)
  if (!moved || moved.to === agency.office.body) return undefined
  if (procedure.inCharge !== undefined && procedure.inCharge !== moved.to) return undefined
  const body = bodyToday(agency, moved.to, today)?.body.name
  if (!body) return undefined
  const field = fieldName(procedure.field)
  return moved.confirmed && moved.from
    ? texts.say('answer.moved-dated', { date: displayDate(moved.from), field, body })
    : texts.say('answer.moved', { field, body })
}

/** "UBND tỉnh Lạng Sơn", "Trung tâm phục vụ hành chính công Thành phố Hà Nội", "Sở Xây dựng - tỉnh Quảng Ngãi". */
const provincialIssuer = /^(?:(?:UBND|Ủy ban nhân dân)\s|(?:Sở|Trung tâm)\s.*(?:tỉnh|thành phố)\s)/iu

function isOfOtherProvince({ issuer }: Procedure, province: string): boolean {
  if (!issuer || !provincialIssuer.test(issuer)) return false
  const own = province.replace(/^(?:tỉnh|thành phố)\s+/iu, '')
  return !issuer.includes(own)
}

/** A month counts to its end. */
function ageDays(sourceDate: string, today: string): number {
  const [year, month, day] = sourceDate.split('-').map(Number)
  const readAt = day === undefined ? Date.UTC(year!, month!, 0) : Date.UTC(year!, month! - 1, day)
  return (Date.parse(`${today}T00:00:00Z`) - readAt) / 86_400_000
}
