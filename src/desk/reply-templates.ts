import { z } from 'zod'
import { type CheckTexts, parseCheckedYaml } from '../lib/checked-yaml.ts'
import type { Problem } from '../lib/problem.ts'
import { type ReportKind, type ReportState, reportKinds, reportStates } from '../reports/report.ts'

/** What officers send to reporters; each has templates of its own. */
export const replyKinds = ['ask', 'tell', 'answer'] as const
export type ReplyKind = (typeof replyKinds)[number]

/** Facts of a report that a template may name as `{caseNumber}`. */
export const replyFields = [
  'caseNumber',
  'kind',
  'procedure',
  'publishedFee',
  'askedAmount',
  'receivedDay',
  'dueDay',
  'today',
  'agency',
  'forwardedTo',
] as const
export type ReplyField = (typeof replyFields)[number]

/** Those that the report has; what is missing stays open in the text. */
export type ReplyFacts = Partial<Record<ReplyField, string>>

export interface ReplyTemplate {
  id: string
  title: string
  for: ReplyKind
  /** Without: of any kind. */
  kinds?: ReportKind[] | undefined
  /** Without: in any state. */
  states?: ReportState[] | undefined
  /** Code of the only procedure that it is for. */
  procedure?: string | undefined
  text: string
}

const fileSchema = z.strictObject({
  templates: z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z0-9-]{1,40}$/),
      title: z.string().min(1),
      for: z.enum(replyKinds),
      kinds: z.array(z.enum(reportKinds)).min(1).optional(),
      states: z.array(z.enum(reportStates)).min(1).optional(),
      procedure: z.string().min(1).optional(),
      text: z.string().trim().min(1).max(3_000),
    }),
  ),
})

export type ParsedReplyTemplates =
  | { kind: 'templates'; templates: ReplyTemplate[] }
  | { kind: 'problems'; problems: Problem[] }

/** `data/reply-templates.yaml`; a placeholder that is no fact and no `{…}` to be written by hand is a problem. */
export function parseReplyTemplates(
  file: { name: string; text: string },
  checks: CheckTexts,
): ParsedReplyTemplates {
  const parsed = parseCheckedYaml(file.name, file.text, fileSchema, checks)
  if (parsed.kind === 'problems') return parsed
  const { templates } = parsed.value
  const problems: Problem[] = []
  const report = (path: PropertyKey[], key: string) =>
    problems.push({
      file: file.name,
      line: parsed.lineOf(path),
      message: checks.say('check.wrong', { key }),
    })
  const seen = new Set<string>()
  for (const [index, { id, text }] of templates.entries()) {
    if (seen.has(id)) report(['templates', index, 'id'], id)
    seen.add(id)
    for (const [field] of text.matchAll(namedField)) {
      if (!isReplyField(field.slice(1, -1))) report(['templates', index, 'text'], field)
    }
  }
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'templates', templates }
}

const namedField = /\{[a-zA-Z]+\}/g

const isReplyField = (name: string): name is ReplyField => (replyFields as readonly string[]).includes(name)

/** Those for this reply to this report, the ones for its procedure first. */
export function templatesFor(
  templates: readonly ReplyTemplate[],
  reply: ReplyKind,
  report: { kind: ReportKind; state: ReportState; procedureCode?: string | undefined },
): ReplyTemplate[] {
  const fitting = templates.filter(
    (template) =>
      template.for === reply &&
      (template.kinds?.includes(report.kind) ?? true) &&
      (template.states?.includes(report.state) ?? true) &&
      (template.procedure === undefined || template.procedure === report.procedureCode),
  )
  return [
    ...fitting.filter(({ procedure }) => procedure !== undefined),
    ...fitting.filter(({ procedure }) => procedure === undefined),
  ]
}

/** A fact that the report lacks is left as it stands, to be filled in or taken out by hand. */
export function fillTemplate({ text }: Pick<ReplyTemplate, 'text'>, facts: ReplyFacts): string {
  return text.replace(namedField, (field) => {
    const name = field.slice(1, -1)
    return (isReplyField(name) ? facts[name] : undefined) ?? field
  })
}

/**
 * Places of a text that are still to be filled in: `{…}` and the dots or lines of a form (`……`, `.....`, `____`).
 * Nothing that has one is sent.
 */
export function unfilledFields(text: string): string[] {
  return [...new Set(text.match(/\{[^{}\n]{0,60}\}|…{2,}|\.{5,}|_{3,}/gu) ?? [])]
}
