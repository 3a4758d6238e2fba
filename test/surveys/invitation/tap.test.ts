import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeTap, type OpenInvitation } from '../../../src/surveys/invitation/judge-tap.ts'
import {
  answersThatCount,
  recordAnswer,
  type SurveyResponse,
} from '../../../src/surveys/invitation/record-answer.ts'
import { responseToken } from '../../../src/surveys/invitation/response-token.ts'
import { makeInvitationId, optOutPayload, parseTap, tapPayload } from '../../../src/surveys/invitation/tap.ts'
import { questionnaire, surveyTexts } from '../read-surveys.ts'

const shipped = questionnaire('sipas-19')
const id = 'AbCdEfGh01-_xyZ9'
const invitation: OpenInvitation = {
  id,
  conversation: 'zalo:1a2b',
  assignment: { items: [{ item: '23', chance: { part: 2, whole: 19 } }], outsideIndex: 'cau-5' },
  expiresAt: new Date('2026-12-07T04:00:00Z'),
}
const now = new Date('2026-11-24T04:00:00Z')

describe('the payload of an answer', () => {
  it('reads back as it was made, within the 64 bytes of Telegram, for every question of every questionnaire', () => {
    const questions = [...questionnaire('sau-nhom').items, ...shipped.items, ...shipped.outsideIndex]
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 12, maxLength: 12 }),
        fc.constantFrom(...questions),
        fc.constantFrom(1, 2, 3, 4, 5, 'never-used' as const),
        (bytes, { id: question }, answer) => {
          const made = makeInvitationId(() => Buffer.from(bytes))
          const payload = tapPayload(made, question, answer)
          expect(Buffer.byteLength(payload)).toBeLessThanOrEqual(64)
          expect(parseTap(payload)).toEqual({
            kind: 'tap',
            invitation: made,
            question,
            level: answer === 'never-used' ? '0' : String(answer),
          })
        },
      ),
    )
  })

  it('never throws on what somebody made up, and takes nothing for a tap that is not exactly one', () => {
    const made = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('s1', 's2', ':', id, '23', '5', '0', 'stop', '\n', ' ', '-1', '10'), {
          maxLength: 9,
        })
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(made, (choice) => {
        const tap = parseTap(choice)
        if (tap.kind === 'tap') expect(`s1:${tap.invitation}:${tap.question}:${tap.level}`).toBe(choice)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['menu:ask', 'not-a-tap'],
    ['', 'not-a-tap'],
    ['s0:abc:1:5', 'other-version'],
    [`s2:${id}:23:5:extra`, 'other-version'],
    ['s1:', 'malformed'],
    [`s1:${id}:23:55`, 'malformed'],
    [`s1:${id}:23:5\n`, 'malformed'],
    [`s1:${id}:23:`, 'malformed'],
    ['s1:../../x:23:5', 'malformed'],
    [`s1:${id}:stop:5`, 'malformed'],
    [`s1:${id}:23:٥`, 'malformed'],
  ])('%j is %s', (choice, kind) => expect(parseTap(choice).kind).toBe(kind))

  it('has a button for not being asked again', () => {
    expect(parseTap(optOutPayload(id))).toEqual({ kind: 'opt-out', invitation: id })
  })

  it('is refused while it is made of parts that do not fit', () => {
    expect(() => tapPayload('a:b', '23', 5)).toThrow(RangeError)
    expect(() => tapPayload(id, 'ba lần', 5)).toThrow(RangeError)
    expect(() => tapPayload(id, '23', 12)).toThrow(RangeError)
  })
})

describe('a tap', () => {
  const judge = (choice: string, over: Partial<OpenInvitation> = {}, who = 'zalo:1a2b', when = now) =>
    judgeTap(parseTap(choice), { ...invitation, ...over }, who, shipped, when)

  it('is an answer when this person was asked this', () => {
    expect(judge(tapPayload(id, '23', 4))).toEqual({
      kind: 'answer',
      question: '23',
      answer: 4,
      offersReport: false,
    })
    expect(judge(tapPayload(id, '23', 2))).toMatchObject({ answer: 2, offersReport: true })
    expect(judge(tapPayload(id, '23', 'never-used'))).toEqual({
      kind: 'answer',
      question: '23',
      answer: 'never-used',
      offersReport: false,
    })
  })

  it('about informal payments stays outside the index and offers the report', () => {
    expect(judge(tapPayload(id, 'cau-5', 1))).toEqual({
      kind: 'outside-index',
      question: 'cau-5',
      answer: '1',
      offersReport: false,
    })
    expect(judge(tapPayload(id, 'cau-5', 3))).toMatchObject({ kind: 'outside-index', offersReport: true })
  })

  it.each([
    ['old-button', 's0:abc:1:5', {}, 'zalo:1a2b', now],
    ['unknown', 's1:x', {}, 'zalo:1a2b', now],
    ['unknown', tapPayload('another-invitation'.slice(0, 16), '23', 5), {}, 'zalo:1a2b', now],
    ['foreign', tapPayload(id, '23', 5), {}, 'zalo:somebody-else', now],
    ['foreign', optOutPayload(id), {}, 'zalo:somebody-else', now],
    ['expired', tapPayload(id, '23', 5), {}, 'zalo:1a2b', new Date('2026-12-07T04:00:00Z')],
    ['not-asked', tapPayload(id, '24', 5), {}, 'zalo:1a2b', now],
    ['not-asked', tapPayload(id, '23', 7), {}, 'zalo:1a2b', now],
    ['not-asked', tapPayload(id, 'cau-5', 4), {}, 'zalo:1a2b', now],
    ['not-asked', tapPayload(id, 'cau-5', 2), { assignment: { items: [] } }, 'zalo:1a2b', now],
  ] as const)('is refused kindly: %s', (reason, choice, over, who, when) => {
    expect(judge(choice, over, who, when)).toEqual({ kind: 'refused', reason })
    expect(surveyTexts.say(`survey.refused.${reason}`)).toMatch(/Cảm ơn|[Xx]in/)
  })

  it('without a stored invitation is unknown, and no tap at all stays none', () => {
    expect(judgeTap(parseTap(tapPayload(id, '23', 5)), undefined, 'zalo:1a2b', shipped, now)).toEqual({
      kind: 'refused',
      reason: 'unknown',
    })
    expect(judgeTap(parseTap('menu:ask'), undefined, 'zalo:1a2b', shipped, now)).toEqual({
      kind: 'not-a-tap',
    })
  })

  it('"do not ask again" is heard after the poll is over too', () => {
    expect(judge(optOutPayload(id), {}, 'zalo:1a2b', new Date('2027-01-01T00:00:00Z'))).toEqual({
      kind: 'opt-out',
    })
  })
})

describe('a change of mind', () => {
  const rules = { changeWithinHours: 24 }
  const empty: SurveyResponse<number> = { questions: {} }
  const tap = (tapId: string, answer: number, hours: number, question = '23') => ({
    id: tapId,
    question,
    answer,
    at: new Date(now.getTime() + hours * 3_600_000),
  })

  it('within 24 hours wins, and the history keeps all', () => {
    const first = recordAnswer(empty, tap('a', 5, 0), rules)
    expect(first.kind).toBe('first')
    const second = recordAnswer(first.response, tap('b', 2, 23.99), rules)
    expect(second.kind).toBe('changed')
    expect(answersThatCount(second.response)).toEqual(new Map([['23', 2]]))
    expect(second.response.questions['23']!.history.map(({ answer }) => answer)).toEqual([5, 2])
  })

  it('comes too late after 24 hours from the first answer, however often it was changed between', () => {
    let { response } = recordAnswer(empty, tap('a', 5, 0), rules)
    response = recordAnswer(response, tap('b', 2, 20), rules).response
    const late = recordAnswer(response, tap('c', 4, 24), rules)
    expect(late).toEqual({ kind: 'too-late', response })
    // Another question has its own clock.
    expect(recordAnswer(response, tap('d', 4, 24, '24'), rules).kind).toBe('first')
  })

  it('does not come from the same tap delivered twice, even after another one', () => {
    const first = recordAnswer(empty, tap('a', 5, 0), rules).response
    const second = recordAnswer(first, tap('b', 2, 1), rules).response
    expect(recordAnswer(second, tap('a', 5, 2), rules)).toEqual({ kind: 'same', response: second })
    expect(recordAnswer(second, tap('c', 2, 2), rules).kind).toBe('same')
  })

  it('any taps in any repetition: what counts is the last new one in time, and history only grows', () => {
    const taps = fc.array(
      fc.record({ id: fc.integer({ min: 0, max: 12 }), hours: fc.integer({ min: 0, max: 40 }) }),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(taps, (sent) => {
        let response = empty
        let expected: number | undefined
        let firstHour = 0
        const seen = new Set<number>()
        const inOrder = [...sent].sort((a, b) => a.hours - b.hours)
        for (const { id: tapId, hours } of inOrder) {
          const answer = (tapId % 5) + 1
          const before = response.questions['23']?.history.length ?? 0
          response = recordAnswer(response, tap(String(tapId), answer, hours), rules).response
          expect(response.questions['23']!.history.length).toBeGreaterThanOrEqual(before)
          if (expected === undefined) {
            expected = answer
            firstHour = hours
            seen.add(tapId)
          } else if (!seen.has(tapId) && answer !== expected && hours < firstHour + 24) {
            expected = answer
            seen.add(tapId)
          }
        }
        expect(answersThatCount(response).get('23')).toBe(expected)
      }),
    )
  })

  it('has no clash with names that every object has', () => {
    expect(recordAnswer(empty, tap('a', 5, 0, 'constructor'), rules).kind).toBe('first')
  })
})

describe('the token of a response', () => {
  const secret = Buffer.alloc(32, 7)

  it('is the same for the same dossier, another for another one or another secret', () => {
    const token = responseToken(secret, 'H32.1-261123-0001')
    expect(token).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(responseToken(secret, 'H32.1-261123-0001')).toBe(token)
    expect(responseToken(secret, 'H32.1-261123-0002')).not.toBe(token)
    expect(responseToken(Buffer.alloc(32, 8), 'H32.1-261123-0001')).not.toBe(token)
  })

  it('needs a real secret', () => {
    expect(() => responseToken(Buffer.alloc(16), 'x')).toThrow(RangeError)
  })
})
