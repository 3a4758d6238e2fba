import { StatusBadge } from '../components/badge.tsx'
import { PostForm } from '../components/form.tsx'
import { DataTable } from '../components/table.tsx'
import { displayInstant } from '../display-time.ts'
import { casePath } from '../reports/report-desk.ts'
import type { DigestNotice, NoticeDelivery } from './notice.ts'
import type { NoticeTexts } from './notice-texts.ts'
import { type NoticeWordsParts, wordNotice, wordTimeLeft } from './notice-words.ts'
import type { ShownNotice } from './officer-notices.ts'

export interface NoticesPageProps extends NoticeWordsParts {
  formToken: string
  shown: readonly ShownNotice[]
  now: Date
}

export function NoticesPage(props: NoticesPageProps) {
  const { texts, formToken, shown, now } = props
  const unread = shown.filter(({ notice }) => !notice.readAt).length
  return (
    <>
      <p class="lead" safe>
        {texts.say('notices.intro')}
      </p>
      <p role="status" safe>
        {unread > 0 ? texts.say('notices.unread-count', { count: unread }) : texts.say('notices.none-unread')}
      </p>
      {unread > 1 ? (
        <PostForm action="/desk/notices/read" formToken={formToken}>
          <button type="submit" class="button" safe>
            {texts.say('notices.mark-all')}
          </button>
        </PostForm>
      ) : (
        ''
      )}
      <DataTable
        caption={texts.say('notices.caption')}
        rows={shown}
        empty={{ title: texts.say('notices.empty') }}
        columns={[
          {
            heading: texts.say('notices.what'),
            cell: ({ notice }) => (
              <div>
                {notice.readAt ? (
                  <span safe>{wordNotice(texts, notice)}</span>
                ) : (
                  <strong safe>{wordNotice(texts, notice)}</strong>
                )}
                {notice.kind === 'digest' ? <DigestLines notice={notice} /> : ''}
              </div>
            ),
            isRowHeading: true,
          },
          {
            heading: texts.say('notices.report'),
            cell: ({ notice }) =>
              notice.kind === 'digest' ? (
                <span safe>{texts.say('notices.no-report')}</span>
              ) : (
                <a href={casePath(notice.caseNumber)} safe>
                  {notice.caseNumber}
                </a>
              ),
            isShort: true,
          },
          {
            heading: texts.say('notices.left'),
            text: (shown) => {
              if (shown.report === undefined) return texts.say('notices.no-report')
              return wordTimeLeft(props, shown.notice, shown.report, now) ?? texts.say('notices.no-left')
            },
          },
          {
            heading: texts.say('notices.at'),
            text: ({ notice }) => displayInstant(notice.at),
            isShort: true,
          },
          {
            heading: texts.say('notices.sending'),
            text: ({ notice }) => wordDelivery(texts, notice.delivery),
          },
          {
            heading: texts.say('notices.state'),
            cell: ({ notice }) =>
              notice.readAt ? (
                <StatusBadge label={texts.say('notices.read')} />
              ) : (
                <div class="read-state">
                  <StatusBadge label={texts.say('notices.unread')} tone="warn" />
                  <PostForm action="/desk/notices/read" formToken={formToken}>
                    <input type="hidden" name="id" value={notice.id} />
                    <button
                      type="submit"
                      class="button"
                      aria-label={texts.say('notices.mark-read', {
                        code: notice.kind === 'digest' ? wordNotice(texts, notice) : notice.caseNumber,
                      })}
                      safe
                    >
                      {texts.say('notices.mark-read-short')}
                    </button>
                  </PostForm>
                </div>
              ),
          },
        ]}
      />
    </>
  )
}

function DigestLines({ notice: { digest } }: { notice: DigestNotice }) {
  return (
    <ul class="digest">
      {digest.lines.map((line) => (
        <li safe>{line}</li>
      ))}
    </ul>
  )
}

/** For the first page of the desk; nothing when there is nothing to read. */
export function UnreadNotices({ texts, count }: { texts: NoticeTexts; count: number }) {
  return (
    <section class="card" aria-labelledby="notices">
      <h2 id="notices" safe>
        {texts.say('notices.title')}
      </h2>
      <p>
        <a href="/desk/notices" safe>
          {texts.say('notices.unread-count', { count })}
        </a>
      </p>
    </section>
  )
}

function wordDelivery(texts: NoticeTexts, delivery: NoticeDelivery): string {
  switch (delivery.kind) {
    case 'in-app':
      return texts.say('notices.delivery.in-app')
    case 'waiting': {
      const { lastFault, nextAt } = delivery
      if (!lastFault) return texts.say('notices.delivery.waiting')
      const fault = texts.say(`notices.fault.${lastFault}`)
      return texts.say('notices.delivery.waiting-again', { fault, time: displayInstant(nextAt) })
    }
    case 'sent': {
      const by = texts.say(`notices.by.${delivery.by}`)
      return texts.say('notices.delivery.sent', { by, time: displayInstant(delivery.at) })
    }
    case 'failed': {
      const by = texts.say(`notices.by.${delivery.by}`)
      const fault = texts.say(`notices.fault.${delivery.fault}`)
      return texts.say('notices.delivery.failed', { by, fault })
    }
  }
}
