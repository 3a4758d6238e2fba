import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  maxQuestions,
  newDraft,
  nextStep,
  previousStep,
  type ReportDraft,
  readMemory,
  reportSteps,
  withMemory,
} from '../../../../src/conversation/dialogs/report/draft.ts'
import { parseReportChoice, reportChoice } from '../../../../src/conversation/dialogs/report/step-input.ts'
import { emptyState } from '../../../../src/conversation/turn/conversation.ts'

const now = new Date('2026-11-23T02:00:00Z')

describe('the way through a report', () => {
  const kinds = fc.constantFrom('feedback' as const, 'delay' as const, 'informal-payment' as const)
  const modes = fc.constantFrom('named' as const, 'confidential' as const, 'anonymous' as const)

  it('never asks more than six questions before the review, whichever way is taken (row 34)', () => {
    fc.assert(
      fc.property(
        kinds,
        modes,
        fc.boolean(),
        fc.boolean(),
        fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
        (kind, mode, isPaper, startsWithKind, answers) => {
          let draft: ReportDraft = { ...newDraft(now), ...(startsWithKind && !isPaper ? { kind } : {}) }
          const seen: string[] = []
          let step = nextStep(draft)
          for (let turn = 0; step !== 'review'; turn++) {
            expect(turn).toBeLessThan(12)
            seen.push(step)
            draft = { ...draft, asked: [...draft.asked, step] }
            const isAnswered = answers[turn]!
            switch (step) {
              case 'kind':
                draft =
                  isPaper && draft.paper === undefined ? { ...draft, paper: 'complaint' } : { ...draft, kind }
                break
              case 'paper':
                draft = { ...draft, kind }
                break
              case 'identity':
                draft = { ...draft, mode }
                break
              case 'contact':
                draft = { ...draft, name: 'An' }
                break
              case 'story':
                draft = { ...draft, story: 'họ đòi tiền tôi' }
                break
              case 'payment':
                draft = isAnswered ? { ...draft, askedVnd: 500_000 } : draft
                draft = { ...draft, procedureChoices: ['1.014199', '1.010778'] }
            }
            step = nextStep(draft)
          }
          expect(seen.length).toBeLessThanOrEqual(maxQuestions)
          expect(new Set(seen).size).toBe(seen.length)
          expect(seen).toContain('story')
          expect(seen.at(-1)).toBe('evidence')
        },
      ),
    )
  })

  it('leads back over what an answer has made pointless', () => {
    const draft: ReportDraft = {
      ...newDraft(now),
      kind: 'feedback',
      mode: 'anonymous',
      asked: ['kind', 'identity', 'contact', 'story'],
    }
    expect(previousStep(draft, 'story')).toBe('identity')
    expect(previousStep(draft, 'identity')).toBe('kind')
    expect(previousStep(draft, 'kind')).toBeUndefined()
    expect(previousStep({ ...draft, isReviewed: true }, 'story')).toBe('review')
  })
})

describe('buttons', () => {
  it('of every step come back as they went, within what the platforms take', () => {
    for (const step of [...reportSteps, 'offer', 'draft'] as const) {
      const choice = reportChoice('0123abcd', step, 'informal-payment')
      expect(parseReportChoice(choice)).toEqual({ nonce: '0123abcd', step, value: 'informal-payment' })
      expect(Buffer.byteLength(choice)).toBeLessThanOrEqual(64)
    }
  })

  it.each([
    'r:',
    'r:noted',
    'r:0123abcd:kind',
    'r:0123abcd:nowhere.go',
    'r:XYZ:kind.delay',
    'r:0123abcd:kind.{$gt}',
  ])('that we never sent mean nothing: %s', (choice) => {
    expect(parseReportChoice(choice)).toBeUndefined()
  })
})

describe('what the conversation remembers', () => {
  it('of another version is put aside, not read', () => {
    const state = { ...emptyState(), report: { version: 99, draft: { story: 'cũ' } } }
    expect(readMemory(state)).toEqual({ memory: { version: 1 }, isForeign: true })
  })

  it('is nothing at all once draft and offer are gone', () => {
    const state = withMemory(emptyState(), { draft: newDraft(now) })
    expect(readMemory(state).memory.draft).toBeDefined()
    expect(withMemory(state, { draft: undefined })).toEqual(emptyState())
  })
})
