import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Texts } from '../lib/texts.ts'
import type { AuditLog } from './audit/audit-log.ts'
import type { DeskTexts } from './desk-texts.ts'
import type { SignedIn } from './gate.ts'
import type { Officer, OfficerStore } from './officer.ts'

/** Markup of @kitajs/html; whatever people wrote must be in a `safe` element or an attribute. */
export type Markup = JSX.Element

export interface DeskPage {
  /** Plain text: the heading and the browser's title. */
  title: string
  body: Markup
  status?: number
  /** The heading stands in the body. */
  hasOwnHeading?: boolean
}

/** What every page of the desk works with. */
export interface Desk {
  officers: OfficerStore
  audit: AuditLog
  clock: Clock
  log: Log
  texts: Texts<DeskTexts>
  signedIn(request: FastifyRequest): SignedIn
  /** A page inside the frame, with navigation for the officer who asks. */
  show(request: FastifyRequest, reply: FastifyReply, page: DeskPage): Promise<FastifyReply>
  /** 303, after a POST; `notice` is said once on the next page. */
  goTo(request: FastifyRequest, reply: FastifyReply, path: string, notice?: string): Promise<FastifyReply>
  /** 404 inside the frame. */
  notFound(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>
}

export interface NavItem {
  href: string
  label: string
  /** Of an icon on a grid of 24, drawn with strokes. */
  icon: string
}

/** A group of pages that belongs together; its routes stand in the table of access. */
export interface DeskSection {
  nav: NavItem[]
  /** What of it waits for an officer, for the first page; nothing for whom it is not. */
  home?(desk: Desk, officer: Officer): Promise<Markup | undefined>
  addRoutes(scope: FastifyInstance, desk: Desk): void
}
