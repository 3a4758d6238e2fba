import type { TextDeclaration, Texts } from '../../lib/texts.ts'

/** What officers are told and the page on which it stands; the words stand in `data/texts/notices.yaml`. */
export const noticeTexts = {
  'notices.nav': [],
  'notices.title': [],
  'notices.intro': [],
  'notices.caption': [],
  'notices.at': [],
  'notices.what': [],
  'notices.report': [],
  'notices.left': [],
  'notices.sending': [],
  'notices.state': [],
  'notices.unread': [],
  'notices.read': [],
  'notices.mark-read': ['code'],
  'notices.mark-read-short': [],
  'notices.mark-all': [],
  'notices.unread-count': ['count'],
  'notices.none-unread': [],
  'notices.empty': [],
  'notices.no-left': [],

  'notices.kind.received': [],
  'notices.kind.needs-handler': [],
  'notices.kind.assigned': [],
  'notices.kind.reporter-wrote': [],
  'notices.kind.reopened': [],
  'notices.kind.reminder': ['percent'],
  'notices.kind.overdue': [],

  'notices.by.email': [],
  'notices.by.telegram': [],
  'notices.delivery.in-app': [],
  'notices.delivery.waiting': [],
  'notices.delivery.waiting-again': ['time', 'fault'],
  'notices.delivery.sent': ['by', 'time'],
  'notices.delivery.failed': ['by', 'fault'],
  'notices.fault.unreachable': [],
  'notices.fault.refused': [],
  'notices.fault.not-allowed': [],

  'notices.mail.subject': [],
  'notices.mail.what': ['what'],
  'notices.mail.code': ['code'],
  'notices.mail.left': ['left'],
  'notices.mail.link': ['link'],
  'notices.mail.end': [],
} as const satisfies TextDeclaration

export type NoticeTexts = Texts<typeof noticeTexts>
