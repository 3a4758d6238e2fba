import type { Config } from './config.ts'
import type { Content } from './content.ts'
import type { ConversationNames } from './conversation/turn/names.ts'
import { createZaloAlarm, type ZaloAlarm } from './desk/notices/zalo-alarm.ts'
import { type DossierOffice, openDossierOffice } from './dossier-office.ts'
import type { Clock } from './lib/clock.ts'
import type { Log } from './lib/log.ts'
import type { LiveCatalogue } from './live-catalogue.ts'
import type { Channels } from './open-channels.ts'
import type { Stores } from './open-stores.ts'
import { openQuestionOffice, type QuestionOffice } from './question-office.ts'
import { openReportOffice, type ReportOffice } from './report-office.ts'
import { defaultEvidenceLimits } from './reports/evidence/evidence.ts'
import { createFilingCounter } from './storage/filing-counter.ts'
import type { OpenDatabase } from './storage/open-database.ts'
import { openSurveyOffice, type SurveyOffice } from './survey-office.ts'
import { createSayReach } from './zalo-desk.ts'
import { createZaloStars, type ZaloStars } from './zalo-ratings.ts'

/** All that the office does for people, one part a job; each brings its dialogs, its desk pages and its scheduled tasks. */
export interface Offices {
  /** Absent without keys, as are the polls. */
  reports: ReportOffice | undefined
  polls: SurveyOffice | undefined
  dossiers: DossierOffice
  learning: QuestionOffice
  /** Stars of Zalo's rating templates. */
  stars: ZaloStars | undefined
  /** Tells the administrators; absent where no notices are. */
  tellZaloAlarm: ((alarm: ZaloAlarm) => Promise<void>) | undefined
}

interface OfficesParts {
  connection: OpenDatabase['connection']
  stores: Stores
  catalogue: LiveCatalogue
  channels: Channels
  nameOf: ConversationNames
  config: Config
  content: Content
  clock: Clock
  log: Log
}

/** After the indexes are made. */
export async function openOffices(parts: OfficesParts): Promise<Offices> {
  const { stores, catalogue, nameOf, config, content, clock, log } = parts
  const { conversations, questions, officers, attempts } = stores

  const reports = await reportOffice(parts)
  if (!reports) log.warn('reports: there is no ENCRYPTION_KEY, so no reports are taken')
  const polls = await surveyOffice(parts)
  const dossiers = openDossierOffice({
    onHandedOver: polls?.onHandedOver,
    stores: stores.dossiers,
    conversations,
    nameOf,
    counter: attempts,
    config,
    content,
    clock,
    log: log.child({ part: 'dossiers' }),
  })
  const learning = openQuestionOffice({
    questions,
    aliases: stores.aliases,
    waiting: stores.waiting,
    conversations,
    nameOf,
    catalogue,
    audit: stores.audit.log,
    content,
    clock,
  })
  return {
    reports,
    polls,
    dossiers,
    learning,
    stars: zaloStars(parts, polls),
    tellZaloAlarm:
      reports && createZaloAlarm({ notices: reports.notices, officers, texts: content.notices, clock }),
  }
}

async function reportOffice(parts: OfficesParts): Promise<ReportOffice | undefined> {
  const { connection, stores, channels, nameOf, config, content, clock, log } = parts
  const { conversations, officers, sealed } = stores
  if (!sealed) return undefined
  return openReportOffice({
    connection,
    stores: sealed.reports,
    noticeStore: stores.notices,
    filings: createFilingCounter(stores.attempts, sealed.keyRing.deriveKey('filing counts')),
    officers,
    audit: stores.audit.log,
    conversations,
    nameOf,
    async fetchAttachment(name, attachment) {
      const channel = channels.find(name)
      if (!channel?.fetchAttachment) return { kind: 'refused', reason: 'not-allowed' }
      return channel.fetchAttachment(attachment, defaultEvidenceLimits.maxBytes)
    },
    config,
    content,
    ...(channels.zalo
      ? { sayReach: createSayReach({ contacts: sealed.zalo.contacts, texts: content.zalo.desk, clock }) }
      : {}),
    serviceUrl: config.http.publicUrl ?? `http://localhost:${config.http.port}`,
    clock,
    log: log.child({ part: 'reports' }),
  })
}

async function surveyOffice(parts: OfficesParts): Promise<SurveyOffice | undefined> {
  const { stores, channels, nameOf, content, clock } = parts
  const { conversations, lowScores, sealed } = stores
  if (!sealed) return undefined
  return openSurveyOffice({
    stores: sealed.surveys,
    lowScores,
    keyRing: sealed.keyRing,
    conversations,
    nameOf,
    content: content.surveys,
    agencyName: content.agency.office.longName,
    channels: channels.all,
    clock,
  })
}

function zaloStars(
  { stores: { sealed }, channels: { zalo }, content, log }: OfficesParts,
  polls: SurveyOffice | undefined,
): ZaloStars | undefined {
  if (!zalo || !polls || !sealed) return undefined
  return createZaloStars({
    api: zalo.api,
    ratings: sealed.zalo.ratings,
    rating: content.zalo.settings.rating,
    surveys: polls.surveys,
    invitations: sealed.surveys.invitations,
    inUse: content.surveys.inUse,
    log: log.child({ part: 'zalo' }),
  })
}
