import type { SimilarityReason } from '../../reports/case/similar-reports.ts'
import { type Deadline, explainDeadline } from '../../reports/deadline.ts'
import { PostForm } from '../components/form.tsx'
import { Facts } from '../components/table.tsx'
import { displayInstant } from '../display-time.ts'
import { isAbsent } from '../officer.ts'
import { knownUnits } from './action-forms.ts'
import type { CaseView } from './case-view.ts'
import { sayOfficer } from './event-words.ts'
import { mayAct } from './may-act.ts'
import { casePath } from './report-desk.ts'
import { sayVnd } from './words.ts'

export function FactsCard({ view }: { view: CaseView }) {
  const { texts, open, officers, today } = view
  const { report } = open
  const at = displayInstant(report.receivedAt)
  const units = knownUnits(officers)
  const sayUnit = (key: string) => units.get(key) ?? key
  const handler = officers.find(({ id }) => id === report.assignee)
  const concerned = [
    ...report.concerns.officers.map((id) => sayOfficer(view, id)),
    ...report.concerns.units.map(sayUnit),
  ]
  return (
    <section class="card" aria-labelledby="facts">
      <h2 id="facts" safe>
        {texts.say('desk-reports.case.facts')}
      </h2>
      <Facts
        facts={[
          {
            term: texts.say('desk-reports.case.received'),
            text:
              report.identityMode === 'anonymous' ? texts.say('desk-reports.case.received-hour', { at }) : at,
          },
          {
            term: texts.say('desk-reports.case.handler'),
            text:
              report.assignee === undefined
                ? texts.say('desk-reports.inbox.handler-none')
                : `${sayOfficer(view, report.assignee)}${
                    handler && isAbsent(handler, today) ? ` (${texts.say('desk-reports.mark.absent')})` : ''
                  }`,
          },
          ...(report.unit === undefined
            ? []
            : [{ term: texts.say('desk-reports.case.unit'), text: sayUnit(report.unit) }]),
          ...(view.reach ? [view.reach] : []),
          ...(report.outcome === undefined
            ? []
            : [
                {
                  term: texts.say('desk-reports.case.outcome'),
                  text: texts.say(`desk-reports.outcome.${report.outcome}`),
                },
              ]),
          ...(concerned.length === 0
            ? []
            : [
                {
                  term: texts.say('desk-reports.case.concerns'),
                  text: `${concerned.join(', ')}. ${texts.say('desk-reports.case.concerns-more')}`,
                },
              ]),
          ...(report.pastHandlers.length === 0
            ? []
            : [
                {
                  term: texts.say('desk-reports.case.past-handlers'),
                  text: report.pastHandlers.map((id) => sayOfficer(view, id)).join(', '),
                },
              ]),
          ...(report.joinedTo === undefined
            ? []
            : [
                view.lead === undefined
                  ? {
                      term: texts.say('desk-reports.case.joined-to'),
                      text: texts.say('desk-reports.case.joined-elsewhere'),
                    }
                  : {
                      term: texts.say('desk-reports.case.joined-to'),
                      value: (
                        <a href={casePath(view.lead)} safe>
                          {view.lead}
                        </a>
                      ),
                    },
              ]),
        ]}
      />
    </section>
  )
}

/** Each deadline with the days and the law that it rests on, as they were when it was set. */
export function Deadlines({ view: { texts, open, parts } }: { view: CaseView }) {
  const { classify, forward, answer } = open.report.deadlines
  const deadlines = [classify, forward, answer].filter((one): one is Deadline => one !== undefined)
  if (deadlines.length === 0) return ''
  return (
    <section class="card" aria-labelledby="deadlines">
      <h2 id="deadlines" safe>
        {texts.say('desk-reports.case.deadlines')}
      </h2>
      <dl class="deadlines">
        {deadlines.map((deadline) => (
          <div>
            <dt safe>{deadline.title}</dt>
            <dd safe>{explainDeadline(parts.clockTexts, deadline)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** A suggestion to the officer, with its reasons; nothing is joined by itself. */
export function SimilarReports({ view }: { view: CaseView }) {
  const { texts, open, similar, formToken } = view
  const { report, viewer } = open
  if (similar.length === 0) return ''
  const mayJoin = mayAct(viewer, report, 'join')
  return (
    <section class="card" aria-labelledby="similar">
      <h2 id="similar" safe>
        {texts.say('desk-reports.case.similar')}
      </h2>
      <p class="hint" safe>
        {texts.say('desk-reports.case.similar-more')}
      </p>
      <ul class="plain similar">
        {similar.map(({ report: other, similarity: { reasons } }) => (
          <li>
            <a href={casePath(other.caseNumber)} safe>
              {other.caseNumber}
            </a>
            <span
              safe
            >{`${texts.say(`desk-reports.state.${other.state}`)}: ${reasons.map(sayReason).join(', ')}`}</span>
            {mayJoin && other.ref !== report.joinedTo ? (
              <PostForm action={`${casePath(report.caseNumber)}/join`} formToken={formToken}>
                <input type="hidden" name="revision" value={String(report.revision)} />
                <input type="hidden" name="joinTo" value={other.caseNumber} />
                <button type="submit" class="button" safe>
                  {texts.say('desk-reports.case.similar-join', { number: other.caseNumber })}
                </button>
              </PostForm>
            ) : (
              ''
            )}
          </li>
        ))}
      </ul>
    </section>
  )

  function sayReason(reason: SimilarityReason): string {
    switch (reason.kind) {
      case 'procedure':
        return texts.say('desk-reports.reason.procedure', { name: reason.name })
      case 'people':
      case 'place':
      case 'concern':
        return texts.say(`desk-reports.reason.${reason.kind}`)
      case 'amount':
        return texts.say('desk-reports.reason.amount', { amount: sayVnd(reason.vnd) })
      case 'story':
        return texts.say('desk-reports.reason.story', { percent: reason.percent })
      case 'days':
        return texts.say('desk-reports.reason.days', { days: reason.apart })
    }
  }
}
