import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Report } from '../../../src/reports/report.ts'
import { openTestDatabase, type TestDatabase } from '../../support/database.ts'
import { hex, madeReport } from '../../support/made-report.ts'
import { openDesk, type TestDesk, Visitor } from '../open-desk.ts'

let database: TestDatabase
let desk: TestDesk
let visitor: Visitor
const asked: string[] = []

beforeAll(async () => {
  database = await openTestDatabase()
  desk = await openDesk(database)
  // As the service does it for Zalo.
  desk.reports.sayReach = async ({ conversationId }) => {
    asked.push(conversationId)
    return { term: 'Báo tin qua Zalo', text: 'Cập nhật trước 16:20 <b>' }
  }
  const { secret } = await desk.add('tiep.nhan', ['intake'])
  visitor = new Visitor(desk)
  await visitor.signIn('tiep.nhan', secret)
}, 60_000)
afterAll(async () => {
  await desk?.close()
  await database?.close()
})

async function pageOf(given: Partial<Report>): Promise<string> {
  const identityRef = hex(16)
  await desk.reports.identities.put(identityRef, {
    name: 'Đặng Thị Nguồn',
    conversation: { channel: 'zalo', conversationId: 'zalo-77' },
  })
  const isAnonymous = given.identityMode === 'anonymous'
  const report = madeReport({
    receivedAt: desk.clock.now(),
    ...(isAnonymous ? {} : { identityRef }),
    ...given,
  })
  await desk.reports.store.insert(report)
  asked.length = 0
  return (await visitor.get(`/desk/reports/${report.caseNumber}`)).body
}

describe('until when news reaches whoever reported', () => {
  test('row 13 (Zalo): stands on the page of a report under a name', async () => {
    const page = await pageOf({ identityMode: 'named' })
    expect(page).toContain('Báo tin qua Zalo')
    expect(page).toContain('Cập nhật trước 16:20 &lt;b>')
    expect(asked).toEqual(['zalo-77'])
    expect(page).not.toContain('zalo-77')
  })

  test('is not even looked up for who is anonymous or asked for secrecy', async () => {
    for (const identityMode of ['anonymous', 'confidential'] as const) {
      expect(await pageOf({ identityMode })).not.toContain('Báo tin qua Zalo')
      expect(asked).toEqual([])
    }
  })
})
