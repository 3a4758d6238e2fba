import type { ReportEvent } from '../../reports/report.ts'
import { PostForm, TextAreaField } from '../components/form.tsx'
import { displayInstant } from '../display-time.ts'
import { maxTextChars } from './action-forms.ts'
import type { CaseView } from './case-view.ts'
import { sayActor, sayEvent, sayOfficer, textOf } from './event-words.ts'
import { casePath } from './report-desk.ts'

export function History({ view }: { view: CaseView }) {
  const { texts, open } = view
  return (
    <section class="card" aria-labelledby="history">
      <h2 id="history" safe>
        {texts.say('desk-reports.case.history')}
      </h2>
      <ol class="history">
        {open.report.events.map((event) => (
          <Event view={view} event={event} />
        ))}
      </ol>
    </section>
  )
}

function Event({ view, event }: { view: CaseView; event: ReportEvent }) {
  const { texts } = view
  const { change, by, at } = event
  const written = textOf(event)
  const isMessage = written?.kind === 'message'
  const side = !isMessage ? 'fact' : by.kind === 'reporter' ? 'from-reporter' : 'to-reporter'
  const fileCount = change.kind === 'reporter-wrote' ? change.evidence.length : 0
  return (
    <li class={`event ${side}`}>
      <p class="event-head">
        <strong safe>{sayEvent(view, event)}</strong>
        <span class="event-by">
          <span safe>{`${sayActor(view, by)}, `}</span>
          <time datetime={at.toISOString()} safe>
            {displayInstant(at)}
          </time>
        </span>
      </p>
      {isMessage ? (
        <blockquote class="message">
          <span class="message-label" safe>
            {texts.say(`desk-reports.case.${side === 'from-reporter' ? 'from-reporter' : 'to-reporter'}`)}
          </span>
          <span class="told" safe>
            {written.text}
          </span>
          {fileCount > 0 ? (
            <a href="#evidence" safe>
              {texts.say('desk-reports.case.files', { count: fileCount })}
            </a>
          ) : (
            ''
          )}
        </blockquote>
      ) : written ? (
        <p class="told reason" safe>
          {texts.say('desk-reports.event.reason', { reason: written.text })}
        </p>
      ) : (
        ''
      )}
    </li>
  )
}

/** Words of officers for officers: another colour, another form, another route than all that is sent. */
export function Notes({ view }: { view: CaseView }) {
  const { texts, open, notes, formToken, form } = view
  const own = form?.name === 'note' ? form : undefined
  return (
    <section class="card notes" aria-labelledby="notes">
      <h2 id="notes" safe>
        {texts.say('desk-reports.note.title')}
      </h2>
      <p class="note-label" safe>
        {texts.say('desk-reports.note.label')}
      </p>
      {notes.length === 0 ? (
        <p class="hint" safe>
          {texts.say('desk-reports.note.none')}
        </p>
      ) : (
        <ol class="plain note-list">
          {notes.map((note) => (
            <li>
              <p class="note-by">
                <span safe>{`${sayOfficer(view, note.officerId)}, `}</span>
                <time datetime={note.at.toISOString()} safe>
                  {displayInstant(note.at)}
                </time>
              </p>
              <p class="told" safe>
                {note.text}
              </p>
            </li>
          ))}
        </ol>
      )}
      <PostForm action={`${casePath(open.report.caseNumber)}/notes`} formToken={formToken} class="stack">
        <TextAreaField
          name="noteText"
          label={texts.say('desk-reports.note.text')}
          hint={texts.say('desk-reports.note.hint')}
          rows={3}
          maxlength={maxTextChars}
          value={own?.typed.one('noteText') ?? ''}
          error={own?.errors.noteText}
        />
        <button type="submit" class="button" safe>
          {texts.say('desk-reports.note.submit')}
        </button>
      </PostForm>
    </section>
  )
}
