import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ChannelName } from './conversation/message.ts'

/** Counts without words or persons; the names are those of Prometheus conventions, seconds as base unit. */
export interface Metrics {
  registry: Registry
  inbound(channel: ChannelName, outcome: 'stored' | 'repeat'): void
  turn(outcome: 'answered' | 'failed' | 'repeat', durationMs: number): void
  send(channel: ChannelName, outcome: string, durationMs: number): void
  answer(kind: string): void
  queues(ages: { inboxMs: number; outboxMs: number }): void
  job(name: string, outcome: 'ran' | 'failed', durationMs: number): void
  /** What Zalo delivered: by which reading its signature was right, and what came of it. */
  zaloEvent(signature: string, outcome: string): void
  /** What Zalo said last of the calls that are left this minute. */
  zaloRate(rate: { limit?: number; remaining?: number }): void
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const inbound = new Counter({
    name: 'motcua_inbound_total',
    help: 'Messages taken from channels',
    labelNames: ['channel', 'outcome'],
    registers,
  })
  const turns = new Histogram({
    name: 'motcua_turn_seconds',
    help: 'Time of one turn with its commit',
    labelNames: ['outcome'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 8],
    registers,
  })
  const sends = new Histogram({
    name: 'motcua_send_seconds',
    help: 'Time of one send to a platform',
    labelNames: ['channel', 'outcome'],
    buckets: [0.005, 0.025, 0.1, 0.25, 1, 5, 30],
    registers,
  })
  const answers = new Counter({
    name: 'motcua_answers_total',
    help: 'Questions by what they came to',
    labelNames: ['kind'],
    registers,
  })
  const oldest = new Gauge({
    name: 'motcua_oldest_waiting_seconds',
    help: 'Age of the oldest message in a queue',
    labelNames: ['queue'],
    registers,
  })
  const jobs = new Histogram({
    name: 'motcua_job_seconds',
    help: 'Time of one run of a scheduled task',
    labelNames: ['job', 'outcome'],
    buckets: [0.01, 0.1, 1, 10, 60],
    registers,
  })

  const zaloEvents = new Counter({
    name: 'motcua_zalo_events_total',
    help: 'Deliveries to the Zalo webhook',
    labelNames: ['signature', 'outcome'],
    registers,
  })

  const zaloRate = new Gauge({
    name: 'motcua_zalo_calls',
    help: 'Calls a minute that Zalo allows, and that were left at its last answer',
    labelNames: ['what'],
    registers,
  })

  return {
    registry,
    zaloRate({ limit, remaining }) {
      if (limit !== undefined) zaloRate.set({ what: 'limit' }, limit)
      if (remaining !== undefined) zaloRate.set({ what: 'remaining' }, remaining)
    },
    zaloEvent: (signature, outcome) => zaloEvents.inc({ signature, outcome }),
    job: (job, outcome, durationMs) => jobs.observe({ job, outcome }, durationMs / 1000),
    inbound: (channel, outcome) => inbound.inc({ channel, outcome }),
    turn: (outcome, durationMs) => turns.observe({ outcome }, durationMs / 1000),
    send: (channel, outcome, durationMs) => sends.observe({ channel, outcome }, durationMs / 1000),
    answer: (kind) => answers.inc({ kind }),
    queues({ inboxMs, outboxMs }) {
      oldest.set({ queue: 'inbox' }, inboxMs / 1000)
      oldest.set({ queue: 'outbox' }, outboxMs / 1000)
    },
  }
}
