import type { Undelivered } from '../../conversation/turn/conversation.ts'
import type { Texts } from '../../lib/texts.ts'
import { DataTable } from '../components/table.tsx'
import type { DeskTexts } from '../desk-texts.ts'
import { displayInstant } from '../display-time.ts'

interface FollowUpPageProps {
  texts: Texts<DeskTexts>
  undelivered: readonly (Undelivered & { channel: string })[]
  undeliveredDays: number
}

export function FollowUpPage({ texts, undelivered, undeliveredDays }: FollowUpPageProps) {
  return (
    <>
      <p safe>{texts.say('desk.follow-up.intro')}</p>
      <DataTable
        caption={texts.say('desk.follow-up.undelivered', { days: undeliveredDays })}
        columns={[
          {
            heading: texts.say('desk.follow-up.at'),
            text: (row: Undelivered & { channel: string }) => displayInstant(row.at),
            isShort: true,
          },
          { heading: texts.say('desk.follow-up.channel'), text: (row) => row.channel },
          { heading: texts.say('desk.follow-up.reason'), text: (row) => row.reason },
        ]}
        rows={undelivered}
        empty={{ title: texts.say('desk.follow-up.no-undelivered') }}
      />
    </>
  )
}
