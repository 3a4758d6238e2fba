import { reportKinds, reportOutcomes } from '../../reports/report.ts'
import { Checkboxes, FormField, PostForm, SelectField, TextAreaField } from '../components/form.tsx'
import type { Markup } from '../desk-page.ts'
import { type ReplyKind, replyKinds, templatesFor } from '../reply-templates.ts'
import { knownUnits, maxTextChars } from './action-forms.ts'
import type { CaseView } from './case-view.ts'
import { handlerChoices } from './choose-handler.ts'
import { type DeskAction, deskActions, mayAct } from './may-act.ts'
import { casePath } from './report-desk.ts'

/** Only what this officer can do with this report as it stands now. */
export function CaseActions({ view }: { view: CaseView }) {
  const { texts, open } = view
  const { report, viewer } = open
  const possible = deskActions.filter((action) => mayAct(viewer, report, action))
  return (
    <section id="actions" class="card actions" aria-labelledby="actions-title" tabindex="-1">
      <h2 id="actions-title" safe>
        {texts.say('desk-reports.action.title')}
      </h2>
      <LeftOver view={view} possible={possible} />
      {possible.length === 0 ? (
        <p class="hint" safe>
          {texts.say(
            report.state === 'closed' ? 'desk-reports.action.none' : 'desk-reports.action.read-only',
          )}
        </p>
      ) : (
        possible.map((action) => <ActionForm view={view} action={action} />)
      )}
    </section>
  )
}

/** What was typed for something that cannot be done any more, because somebody else was quicker: to be copied out. */
function LeftOver({ view, possible }: { view: CaseView; possible: readonly DeskAction[] }) {
  const { texts, form } = view
  if (!form || possible.some((action) => action === form.name)) return ''
  const written = ['Text', 'Reason']
    .map((field) => form.typed.one(`${form.name}${field}`))
    .filter((text) => text.trim() !== '')
  if (written.length === 0 || form.name === 'note' || form.name === 'identity') return ''
  return (
    <div class="left-over">
      <p safe>{texts.say('desk-reports.action.left-over')}</p>
      {written.map((text) => (
        <p class="told" safe>
          {text}
        </p>
      ))}
    </div>
  )
}

function ActionForm({ view, action }: { view: CaseView; action: DeskAction }) {
  const { texts, open, formToken, form } = view
  const { report } = open
  const label =
    action === 'assign' && report.assignee !== undefined
      ? texts.say('desk-reports.action.assign-again')
      : texts.say(`desk-reports.action.${action}`)
  const hasChoice = action !== 'assign' || choicesOf(view).length > 0
  return (
    <details class="confirm action" open={form?.name === action}>
      <summary class="button action-summary" safe>
        {label}
      </summary>
      <PostForm
        action={`${casePath(report.caseNumber)}/${action}`}
        formToken={formToken}
        class="confirm-form"
      >
        <input type="hidden" name="revision" value={String(report.revision)} />
        <Fields view={view} action={action} />
        {hasChoice ? (
          <button type="submit" class="button primary" safe>
            {label}
          </button>
        ) : (
          ''
        )}
      </PostForm>
    </details>
  )
}

const choicesOf = ({ open, officers, today }: CaseView) =>
  handlerChoices(open.report, officers, today).filter(({ goesTo }) => goesTo.id !== open.report.assignee)

function Fields({ view, action }: { view: CaseView; action: DeskAction }): Markup {
  const { texts, open, officers, parts, form } = view
  const { report } = open
  const own = form?.name === action ? form : undefined
  const typed = (name: string, before = ''): string => (own?.typed.has(name) ? own.typed.one(name) : before)
  const error = (name: string) => own?.errors[name]
  const Reason = ({ name, label }: { name: string; label: string }) => (
    <TextAreaField
      name={name}
      label={label}
      hint={texts.say('desk-reports.action.reason-hint')}
      rows={2}
      maxlength={1_000}
      value={typed(name)}
      error={error(name)}
    />
  )
  const choose = { value: '', label: view.deskTexts.say('desk.form.choose') }

  switch (action) {
    case 'assign': {
      const choices = choicesOf(view)
      if (choices.length === 0) return <p safe>{texts.say('desk-reports.action.assign-none')}</p>
      return (
        <SelectField
          name="assignee"
          label={texts.say('desk-reports.action.assign-to')}
          value={typed('assignee')}
          error={error('assignee')}
          options={[
            choose,
            ...choices.map(({ officer, goesTo }) => ({
              value: officer.id,
              label:
                goesTo.id === officer.id
                  ? officer.unit === undefined
                    ? officer.name
                    : texts.say('desk-reports.action.assign-unit', { name: officer.name, unit: officer.unit })
                  : texts.say('desk-reports.action.assign-deputy', {
                      name: officer.name,
                      deputy: goesTo.name,
                    }),
            })),
          ]}
        />
      )
    }
    case 'start':
      return <p safe>{texts.say('desk-reports.action.start-question')}</p>
    case 'ask':
    case 'tell':
      return (
        <Message view={view} reply={action} value={typed(`${action}Text`)} error={error(`${action}Text`)} />
      )
    case 'answer':
      return (
        <>
          <SelectField
            name="answerOutcome"
            label={texts.say('desk-reports.action.answer-outcome')}
            value={typed('answerOutcome')}
            error={error('answerOutcome')}
            options={[
              choose,
              ...reportOutcomes.map((outcome) => ({
                value: outcome,
                label: texts.say(`desk-reports.outcome.${outcome}`),
              })),
            ]}
          />
          <Message view={view} reply="answer" value={typed('answerText')} error={error('answerText')} />
        </>
      )
    case 'forward':
      return (
        <>
          <FormField
            name="forwardTo"
            label={texts.say('desk-reports.action.forward-to')}
            value={typed('forwardTo', parts.settings.outside.name)}
            error={error('forwardTo')}
            maxlength={300}
            isWide
          />
          <Reason name="forwardReason" label={texts.say('desk-reports.action.forward-reason')} />
        </>
      )
    case 'reclassify':
      return (
        <>
          <SelectField
            name="reclassifyTo"
            label={texts.say('desk-reports.action.reclassify-to')}
            value={typed('reclassifyTo')}
            error={error('reclassifyTo')}
            options={[
              choose,
              ...reportKinds
                .filter((kind) => kind !== report.kind)
                .map((kind) => ({ value: kind, label: texts.say(`desk-reports.kind.${kind}`) })),
            ]}
          />
          <Reason name="reclassifyReason" label={texts.say('desk-reports.action.reclassify-reason')} />
        </>
      )
    case 'concern': {
      const units = new Map([
        ...report.concerns.units.map((unit) => [unit, unit] as const),
        ...knownUnits(officers),
      ])
      return (
        <>
          <p class="hint" safe>
            {texts.say('desk-reports.action.concern-hint')}
          </p>
          <div class="long-choice">
            <Checkboxes
              name="concernOfficers"
              label={texts.say('desk-reports.action.concern-officers')}
              error={error('concernOfficers')}
              values={own ? own.typed.all('concernOfficers') : report.concerns.officers}
              options={officers.map(({ id, name, unit }) => ({
                value: id,
                label: name,
                ...(unit === undefined ? {} : { more: unit }),
              }))}
            />
          </div>
          {units.size > 0 ? (
            <div class="long-choice">
              <Checkboxes
                name="concernUnits"
                label={texts.say('desk-reports.action.concern-units')}
                error={error('concernUnits')}
                values={own ? own.typed.all('concernUnits') : report.concerns.units}
                options={[...units].map(([value, label]) => ({ value, label }))}
              />
            </div>
          ) : (
            ''
          )}
          <Checkboxes
            name="concernLeader"
            label={texts.say('desk-reports.action.concern-leader-label')}
            values={
              (own ? own.typed.one('concernLeader') === 'yes' : report.queue === 'outside') ? ['yes'] : []
            }
            options={[
              {
                value: 'yes',
                label: texts.say('desk-reports.action.concern-leader'),
                more: texts.say('desk-reports.action.concern-leader-more'),
              },
            ]}
          />
          <Reason name="concernReason" label={texts.say('desk-reports.action.concern-reason')} />
        </>
      )
    }
    case 'join':
      return (
        <FormField
          name="joinTo"
          label={texts.say('desk-reports.action.join-to')}
          hint={texts.say('desk-reports.case.similar-more')}
          value={typed('joinTo')}
          error={error('joinTo')}
          maxlength={40}
          spellcheck="false"
          isWide
        />
      )
    case 'close':
      return <Reason name="closeReason" label={texts.say('desk-reports.action.close-reason')} />
  }
}

/**
 * A text for the reporter. A template is put in behind what was typed: by the server, so that its facts are those of the
 * record; with scripts only the field is replaced, without them the whole page is, and either way nothing is lost.
 */
function Message(props: { view: CaseView; reply: ReplyKind; value: string; error: string | undefined }) {
  const { view, reply, value, error } = props
  const { texts, open, parts, form } = view
  const { report } = open
  const templates = templatesFor(parts.templates, reply, report)
  const draftPath = `${casePath(report.caseNumber)}/draft`
  const field = `${reply}-message`
  const chosen = form?.name === reply ? form.typed.one(`${reply}Template`) : ''
  return (
    <>
      {templates.length === 0 ? (
        ''
      ) : (
        <div class="template">
          <SelectField
            name={`${reply}Template`}
            label={texts.say('desk-reports.action.template')}
            hint={texts.say('desk-reports.action.template-hint')}
            value={chosen}
            options={[
              { value: '', label: texts.say('desk-reports.action.template-none') },
              ...templates.map(({ id, title }) => ({ value: id, label: title })),
            ]}
          />
          <button
            type="submit"
            class="button"
            name="reply"
            value={reply}
            formaction={draftPath}
            hx-post={draftPath}
            hx-target={`#${field}`}
            hx-select={`#${field}`}
            hx-swap="outerHTML"
            safe
          >
            {texts.say('desk-reports.action.template-load')}
          </button>
        </div>
      )}
      <div id={field}>
        <TextAreaField
          name={`${reply}Text`}
          label={texts.say(`desk-reports.action.${reply}-text`)}
          hint={texts.say('desk-reports.action.text-hint')}
          rows={reply === 'answer' ? 12 : 5}
          maxlength={maxTextChars}
          value={value}
          error={error}
        />
      </div>
    </>
  )
}

export const isReplyKind = (text: string): text is ReplyKind =>
  (replyKinds as readonly string[]).includes(text)
