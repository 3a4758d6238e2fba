import { mailboxContract } from '../../contracts/web-mailbox.ts'
import { MemoryMailbox } from './memory-mailbox.ts'

mailboxContract('the mailbox that the tests of the web channel use', async () => {
  const mailbox = new MemoryMailbox()
  return { mailbox, other: mailbox, now: () => new Date(0), async close() {} }
})
