import { displayCoordinates } from '../../lib/coordinates.ts'
import { Facts } from '../components/table.tsx'
import { type CaseView, evidenceOf } from './case-view.ts'
import { casePath } from './report-desk.ts'
import { saySize, sayVnd } from './words.ts'

export function Story({ view: { texts, open } }: { view: CaseView }) {
  const { story, happenedWhen, place, location, people } = open.report.content
  const facts = [
    ...(happenedWhen ? [{ term: texts.say('desk-reports.case.happened-when'), text: happenedWhen }] : []),
    ...(place ? [{ term: texts.say('desk-reports.case.place'), text: place }] : []),
    ...(location
      ? [{ term: texts.say('desk-reports.case.location'), text: displayCoordinates(location) }]
      : []),
    ...(people ? [{ term: texts.say('desk-reports.case.people'), text: people }] : []),
  ]
  return (
    <section class="card" aria-labelledby="story">
      <h2 id="story" safe>
        {texts.say('desk-reports.case.story')}
      </h2>
      <p class="told" safe>
        {story}
      </p>
      {facts.length > 0 ? <Facts facts={facts} /> : ''}
    </section>
  )
}

export function PaymentCard({ view: { texts, open } }: { view: CaseView }) {
  const { payment } = open.report.content
  if (!payment) return ''
  const { procedure, askedVnd, isApproximate, publishedFee, differenceVnd, receiptGiven, counter } = payment
  const asked = askedVnd === undefined ? undefined : sayVnd(askedVnd)
  return (
    <section class="card" aria-labelledby="payment">
      <h2 id="payment" safe>
        {texts.say('desk-reports.case.payment')}
      </h2>
      <Facts
        facts={[
          ...(procedure
            ? [
                {
                  term: texts.say('desk-reports.case.procedure'),
                  text: `${procedure.name} (${procedure.code})`,
                },
              ]
            : []),
          ...(asked === undefined
            ? []
            : [
                {
                  term: texts.say('desk-reports.case.asked'),
                  text: isApproximate ? texts.say('desk-reports.case.about', { amount: asked }) : asked,
                },
              ]),
          {
            term: texts.say('desk-reports.case.fee'),
            text: publishedFee ?? texts.say('desk-reports.case.fee-unknown'),
          },
          ...(differenceVnd === undefined
            ? []
            : [{ term: texts.say('desk-reports.case.difference'), text: sayDifference(differenceVnd) }]),
          ...(receiptGiven === undefined
            ? []
            : [
                {
                  term: texts.say('desk-reports.case.receipt-given'),
                  text: texts.say(`desk-reports.case.receipt-${receiptGiven}`),
                },
              ]),
          ...(counter ? [{ term: texts.say('desk-reports.case.counter'), text: counter }] : []),
        ]}
      />
    </section>
  )

  function sayDifference(vnd: number): string {
    if (vnd === 0) return texts.say('desk-reports.case.difference-none')
    const amount = sayVnd(Math.abs(vnd))
    return vnd > 0
      ? texts.say('desk-reports.case.difference-more', { amount })
      : texts.say('desk-reports.case.difference-less', { amount })
  }
}

/** No thumbnails: a file is read, and its reading written down, only when somebody opens it. */
export function EvidenceList({ view: { texts, open } }: { view: CaseView }) {
  const { report } = open
  const files = evidenceOf(report)
  return (
    <section class="card" aria-labelledby="evidence">
      <h2 id="evidence" safe>
        {texts.say('desk-reports.case.evidence')}
      </h2>
      {files.length === 0 ? (
        <p class="hint" safe>
          {texts.say('desk-reports.case.evidence-none')}
        </p>
      ) : (
        <>
          <ul class="plain files">
            {files.map(({ name, type, sizeBytes, sha256 }, index) => {
              const title = texts.say('desk-reports.case.evidence-file', {
                number: index + 1,
                type: texts.say(`desk-reports.case.type-${type}`),
              })
              const isPdf = type === 'pdf'
              return (
                <li>
                  <div>
                    <strong safe>{title}</strong>
                    <small title={sha256} safe>
                      {texts.say('desk-reports.case.evidence-more', {
                        size: saySize(sizeBytes),
                        hash: sha256.slice(0, 12),
                      })}
                    </small>
                  </div>
                  <a
                    class="button"
                    href={`${casePath(report.caseNumber)}/evidence/${name}`}
                    target={isPdf ? undefined : '_blank'}
                    rel="noopener"
                  >
                    <span safe>
                      {texts.say(
                        isPdf ? 'desk-reports.case.evidence-download' : 'desk-reports.case.evidence-open',
                      )}
                    </span>
                    <span class="visually-hidden" safe>{` ${title}`}</span>
                  </a>
                </li>
              )
            })}
          </ul>
          {files.some(({ type }) => type === 'pdf') ? (
            <p class="hint" safe>
              {texts.say('desk-reports.case.evidence-kept')}
            </p>
          ) : (
            ''
          )}
          <p class="hint" safe>
            {texts.say('desk-reports.case.evidence-audited')}
          </p>
        </>
      )}
    </section>
  )
}
