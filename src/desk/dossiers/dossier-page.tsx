import type { ColumnMapping } from '../../dossiers/column-mapping.ts'
import type { Dossier, DueChange } from '../../dossiers/dossier.ts'
import type { DossierTexts } from '../../dossiers/dossier-texts.ts'
import { vietnamDay } from '../../lib/vietnam-time.ts'
import { StatusBadge } from '../components/badge.tsx'
import { Icon, icons } from '../components/icon.tsx'
import { DataTable, type Fact, Facts } from '../components/table.tsx'
import { displayDay } from '../display-time.ts'
import type { DossierDeskTexts } from './dossier-desk-texts.ts'
import { judgedSentences, standingOf } from './dossier-words.ts'

export interface DossierPageProps {
  texts: DossierDeskTexts
  dossierTexts: DossierTexts
  mapping: ColumnMapping
  dossier: Dossier
  today: string
  /** In how many chats it is followed; undefined where nobody can follow. */
  linked: number | undefined
  mayPrint: boolean
}

/** One dossier as the records have it, and how it was judged; whose it is stands nowhere. */
export function DossierPage(props: DossierPageProps) {
  const { texts, dossierTexts, mapping, dossier, today, linked, mayPrint } = props
  const standing = standingOf(dossier, today, texts)
  const statusName = mapping.statusName(dossier.status)
  return (
    <>
      <BackToList texts={texts} />
      <div class="case-head">
        <h1>
          <span safe>{`${texts.say('dossier-desk.dossier.title')} `}</span>
          <span class="number" safe>
            {dossier.code}
          </span>
        </h1>
        <p class="badges">
          <StatusBadge label={statusName} />
          <StatusBadge label={standing.words} tone={standing.tone} />
        </p>
      </div>
      <section class="card" aria-labelledby="facts">
        <h2 id="facts" safe>
          {texts.say('dossier-desk.dossier.facts')}
        </h2>
        <Facts facts={factsOf()} />
        {mayPrint ? (
          <a
            class="button"
            href={`/desk/dossiers/slips?${new URLSearchParams({ codes: dossier.code })}`}
            safe
          >
            {texts.say('dossier-desk.dossier.print')}
          </a>
        ) : (
          ''
        )}
      </section>
      <section class="card" aria-labelledby="judged">
        <h2 id="judged" safe>
          {texts.say('dossier-desk.judged.title')}
        </h2>
        {judgedSentences(dossier, today, texts, statusName).map((sentence) => (
          <p safe>{sentence}</p>
        ))}
        <p class="hint" safe>
          {dossierTexts.say('dossier.method.on-time')}
        </p>
      </section>
      <section class="card" aria-labelledby="changes">
        <h2 id="changes" safe>
          {texts.say('dossier-desk.changes.title')}
        </h2>
        <Changes texts={texts} changes={dossier.dueChanges} />
      </section>
    </>
  )

  function factsOf(): Fact[] {
    const { procedureCode, procedureName, field, unit, channel, pausedSince } = dossier
    const none = texts.say('dossier-desk.none')
    const day = (one: string | undefined) => (one === undefined ? none : displayDay(one))
    const say = (term: Parameters<typeof termOf>[0], text: string): Fact => ({ term: termOf(term), text })
    return [
      say('procedure', [procedureCode, procedureName].filter(Boolean).join(' – ') || none),
      say('field', field ?? none),
      say('unit', unit ?? none),
      say('channel', channel === undefined ? none : texts.say(`dossier-desk.channel.${channel}`)),
      say('received', day(dossier.receivedDay)),
      say('first-due', day(dossier.firstDueDay)),
      say('due', day(dossier.dueDay)),
      ...(pausedSince === undefined ? [] : [say('paused-since', day(pausedSince))]),
      say('done', day(dossier.doneDay)),
      say('returned', day(dossier.returnedDay)),
      say('as-of', day(vietnamDay(dossier.toldAt))),
      say(
        'linked',
        linked === undefined ? texts.say('dossier-desk.dossier.no-keys') : linked.toLocaleString('vi-VN'),
      ),
    ]
  }

  function termOf(
    term:
      | 'procedure'
      | 'field'
      | 'unit'
      | 'channel'
      | 'received'
      | 'first-due'
      | 'due'
      | 'paused-since'
      | 'done'
      | 'returned'
      | 'as-of'
      | 'linked',
  ): string {
    return texts.say(`dossier-desk.fact.${term}`)
  }
}

export function BackToList({ texts }: { texts: DossierDeskTexts }) {
  return (
    <a class="back" href="/desk/dossiers">
      <Icon path={icons.back} />
      <span safe>{texts.say('dossier-desk.back')}</span>
    </a>
  )
}

function Changes({ texts, changes }: { texts: DossierDeskTexts; changes: readonly DueChange[] }) {
  return (
    <DataTable
      caption={texts.say('dossier-desk.changes.title')}
      hasHiddenCaption
      rows={changes}
      empty={{ title: texts.say('dossier-desk.changes.none') }}
      columns={[
        {
          heading: texts.say('dossier-desk.changes.from'),
          text: ({ from }) => displayDay(from),
          isShort: true,
          isRowHeading: true,
        },
        { heading: texts.say('dossier-desk.changes.to'), text: ({ to }) => displayDay(to), isShort: true },
        {
          heading: texts.say('dossier-desk.changes.why'),
          text: (change) =>
            change.kind === 'pause'
              ? texts.say('dossier-desk.changes.pause', { decision: change.decision })
              : texts.say('dossier-desk.changes.re-dated'),
        },
      ]}
    />
  )
}
