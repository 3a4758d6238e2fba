import { mayViewIdentity } from '../../reports/case/access.ts'
import type { ReporterIdentity } from '../../reports/report.ts'
import { Confirm, FormField } from '../components/form.tsx'
import { Facts } from '../components/table.tsx'
import type { ReportDeskTexts } from '../report-texts.ts'
import type { CaseView } from './case-view.ts'
import { casePath } from './report-desk.ts'

/** Hidden by default; one look for a reason, which is written down (features rows 36, 70). */
export function IdentityCard({ view }: { view: CaseView }) {
  const { texts, open, formToken, form } = view
  const { report, viewer } = open
  const own = form?.name === 'identity' ? form : undefined
  return (
    <section class="card" aria-labelledby="identity">
      <h2 id="identity" safe>
        {texts.say('desk-reports.identity-view.title')}
      </h2>
      {report.identityMode === 'anonymous' ? (
        <p safe>{texts.say('desk-reports.identity-view.anonymous')}</p>
      ) : mayViewIdentity(viewer, report) ? (
        <>
          <p class="hint" safe>
            {texts.say('desk-reports.identity-view.hidden')}
          </p>
          <Confirm
            action={`${casePath(report.caseNumber)}/identity`}
            formToken={formToken}
            label={texts.say('desk-reports.identity-view.button')}
            question={texts.say('desk-reports.identity-view.warning')}
            isOpen={own !== undefined}
          >
            <FormField
              name="identityReason"
              label={texts.say('desk-reports.identity-view.reason')}
              hint={texts.say('desk-reports.identity-view.reason-hint')}
              value={own?.typed.one('identityReason')}
              error={own?.errors.identityReason}
              maxlength={300}
              isWide
            />
          </Confirm>
        </>
      ) : (
        <p class="hint" safe>
          {texts.say('desk-reports.identity-view.not-allowed')}
        </p>
      )}
    </section>
  )
}

/** A page of its own, so that nobody sees it by scrolling; where news go is named, never the number of the chat. */
export function IdentityPage(props: {
  texts: ReportDeskTexts
  caseNumber: string
  identity: ReporterIdentity | undefined
}) {
  const { texts, caseNumber, identity } = props
  const none = texts.say('desk-reports.identity-view.none')
  return (
    <section class="card narrow">
      {identity ? (
        <>
          <p class="warning" safe>
            {texts.say('desk-reports.identity-view.warning')}
          </p>
          <Facts
            facts={[
              { term: texts.say('desk-reports.identity-view.name'), text: identity.name },
              { term: texts.say('desk-reports.identity-view.phone'), text: identity.phone ?? none },
              { term: texts.say('desk-reports.identity-view.address'), text: identity.address ?? none },
              {
                term: texts.say('desk-reports.identity-view.channel'),
                text: texts.say(`desk-reports.identity-view.channel-${identity.conversation.channel}`),
              },
            ]}
          />
        </>
      ) : (
        <p safe>{texts.say('desk-reports.identity-view.gone')}</p>
      )}
      <a class="button primary" href={casePath(caseNumber)} safe>
        {texts.say('desk-reports.identity-view.back')}
      </a>
    </section>
  )
}
