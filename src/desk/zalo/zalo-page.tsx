import { DataTable, Facts } from '../components/table.tsx'
import { displayInstant } from '../display-time.ts'
import type { ZaloDeskTexts } from './zalo-desk-texts.ts'
import type { ZaloView } from './zalo-view.ts'

interface PageProps {
  texts: ZaloDeskTexts
  view: ZaloView
  now: Date
}

export function ZaloPage({ texts, view, now }: PageProps) {
  return (
    <>
      <p class="lead" safe>
        {texts.say('zalo-desk.intro', { at: displayInstant(now) })}
      </p>
      <StateCard texts={texts} view={view} />
      <SendsCard texts={texts} view={view} />
      <PeopleCard texts={texts} view={view} />
    </>
  )
}

type CardProps = Omit<PageProps, 'now'>

function StateCard({ texts, view }: CardProps) {
  const { token, account, stops } = view
  const isBad = token.kind === 'lost' || token.kind === 'never-given'
  return (
    <section class="card" aria-labelledby="state">
      <h2 id="state" safe>
        {texts.say('zalo-desk.state')}
      </h2>
      {isBad ? (
        <p class="warning" safe>
          {sayToken(texts, token)}
        </p>
      ) : (
        ''
      )}
      {stops.map(({ what, since, until, reason }) => (
        <p class="warning" safe>
          {texts.say(`zalo-desk.stop.${what}`, {
            since: displayInstant(since),
            until: displayInstant(until),
            reason,
          })}
        </p>
      ))}
      <Facts
        facts={[
          ...(isBad ? [] : [{ term: texts.say('zalo-desk.token'), text: sayToken(texts, token) }]),
          ...(account ? accountFacts(texts, account) : []),
        ]}
      />
      {account ? (
        ''
      ) : (
        <p class="warning" safe>
          {texts.say('zalo-desk.no-answer')}
        </p>
      )}
    </section>
  )
}

function sayToken(texts: ZaloDeskTexts, token: ZaloView['token']): string {
  switch (token.kind) {
    case 'never-given':
      return texts.say('zalo-desk.token.never-given')
    case 'working':
    case 'ending':
      return texts.say(`zalo-desk.token.${token.kind}`, { days: token.daysLeft })
    case 'failing':
      return texts.say('zalo-desk.token.failing', {
        since: displayInstant(token.since),
        days: token.daysLeft,
      })
    case 'lost':
      return texts.say('zalo-desk.token.lost', { since: displayInstant(token.since) })
  }
}

function accountFacts(texts: ZaloDeskTexts, account: NonNullable<ZaloView['account']>) {
  const unknown = texts.say('zalo-desk.unknown')
  const flag = (is: boolean | undefined) =>
    is === undefined ? unknown : texts.say(is ? 'zalo-desk.yes' : 'zalo-desk.no')
  const quota = (of: { total: number; left: number } | undefined) =>
    of ? texts.say('zalo-desk.left-of', { left: sayNumber(of.left), total: sayNumber(of.total) }) : unknown
  const { packageName: name, packageEnds: day } = account
  return [
    { term: texts.say('zalo-desk.verified'), text: flag(account.isVerified) },
    {
      term: texts.say('zalo-desk.package'),
      text: name && day ? texts.say('zalo-desk.package-until', { name, day }) : (name ?? unknown),
    },
    { term: texts.say('zalo-desk.money-account'), text: flag(account.hasMoneyAccount) },
    { term: texts.say('zalo-desk.chat-quota'), text: quota(account.chatQuota) },
    { term: texts.say('zalo-desk.template-quota'), text: quota(account.templateQuota) },
  ]
}

function SendsCard({ texts, view: { sends, month } }: CardProps) {
  const title = texts.say('zalo-desk.sends', { month: month.split('-').reverse().join('/') })
  const unset = texts.say('zalo-desk.price-unset')
  const dong = (amount: number | null) =>
    amount === null ? unset : texts.say('zalo-desk.dong', { amount: sayNumber(amount) })
  const known = sends.reduce((sum, { count, dong: price }) => sum + count * (price ?? 0), 0)
  const unpriced = sends.reduce((sum, { count, dong: price }) => sum + (price === null ? count : 0), 0)
  const amount = sayNumber(known)
  return (
    <section class="card" aria-labelledby="sends">
      <h2 id="sends" safe>
        {title}
      </h2>
      <DataTable
        caption={title}
        hasHiddenCaption
        rows={sends}
        empty={{ title: texts.say('zalo-desk.sends.none') }}
        columns={[
          {
            heading: texts.say('zalo-desk.column.kind'),
            text: ({ kind }) => texts.say(`zalo-desk.kind.${kind}`),
            isRowHeading: true,
          },
          {
            heading: texts.say('zalo-desk.column.count'),
            text: ({ count }) => sayNumber(count),
            isNumber: true,
          },
          { heading: texts.say('zalo-desk.column.price'), text: (row) => dong(row.dong), isNumber: true },
          {
            heading: texts.say('zalo-desk.column.money'),
            text: (row) => dong(row.dong === null ? null : row.dong * row.count),
            isNumber: true,
          },
        ]}
      />
      <p id="sends-total">
        <strong safe>
          {unpriced === 0
            ? texts.say('zalo-desk.total', { amount })
            : texts.say('zalo-desk.total-unknown', { amount, count: sayNumber(unpriced) })}
        </strong>
      </p>
      <p class="hint" safe>
        {texts.say('zalo-desk.sends.method')}
      </p>
    </section>
  )
}

const windows = ['free', 'closing', 'billed', 'closed', 'unreachable'] as const

function PeopleCard({ texts, view: { people, isWhole, kept } }: CardProps) {
  const title = texts.say('zalo-desk.people')
  return (
    <section class="card" aria-labelledby="people">
      <h2 id="people" safe>
        {title}
      </h2>
      <DataTable
        caption={title}
        hasHiddenCaption
        rows={windows}
        empty={{ title }}
        columns={[
          {
            heading: texts.say('zalo-desk.column.window'),
            text: (window) => texts.say(`zalo-desk.people.${window}`),
            isRowHeading: true,
          },
          {
            heading: texts.say('zalo-desk.column.people'),
            text: (window) => sayNumber(people[window]),
            isNumber: true,
          },
        ]}
      />
      {isWhole ? (
        ''
      ) : (
        <p class="warning" safe>
          {texts.say('zalo-desk.people.cut')}
        </p>
      )}
      <p class="hint" safe>
        {texts.say('zalo-desk.people.method')}
      </p>
      <p id="kept" safe>
        {kept.messages === 0
          ? texts.say('zalo-desk.kept.none')
          : texts.say('zalo-desk.kept', {
              messages: sayNumber(kept.messages),
              conversations: sayNumber(kept.conversations),
            })}
      </p>
    </section>
  )
}

const sayNumber = (number: number): string => number.toLocaleString('vi-VN')
