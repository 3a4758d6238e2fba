import { mailboxContract } from '../../contracts/web-mailbox.ts'
import { MemoryMailbox } from './memory-mailbox.ts'

mailboxContract('the mailbox that the tests of the web channel use', async () => {
  const now = () => new Date('2026-03-02T01:00:00Z')
  const mailbox = new MemoryMailbox(now)
  return { mailbox, other: mailbox, now, async close() {} }
})
