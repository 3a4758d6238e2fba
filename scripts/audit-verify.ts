import { parseArgs } from 'node:util'
import { type ChainFault, verifyChain } from '../src/desk/audit/verify-chain.ts'
import { readDeskTexts } from './desk-texts.ts'
import { openDeskStores, readConfig } from './open-desk-stores.ts'

/** Reads the whole audit and names what does not fit; ends with 1 when something does not. */
const { values } = parseArgs({
  options: {
    expect: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const texts = readDeskTexts()
const expected = /^(\d+):([0-9a-f]{64})$/.exec(values.expect ?? '')

if (values.help) console.log(texts.say('desk.command.verify-help'))
else if (values.expect !== undefined && !expected) {
  console.error(texts.say('desk.command.verify-help'))
  process.exitCode = 2
} else await verify()

async function verify(): Promise<void> {
  const read = readConfig()
  if (read.kind === 'wrong') {
    console.error(texts.say('desk.command.settings-wrong', { settings: read.settings.join(', ') }))
    process.exitCode = 2
    return
  }
  const stores = await openDeskStores(read.config)
  if (stores.kind === 'refused') {
    console.error(stores.problem)
    process.exitCode = 2
    return
  }
  const { audit, key, close } = stores
  try {
    const report = await verifyChain(audit.archive, {
      ...(key ? { key } : {}),
      ...(expected ? { expected: { sequence: Number(expected[1]), hash: expected[2]! } } : {}),
    })
    const { rows, headHash: hash, faults, rowsAfterHead, isSigned } = report
    if (faults.length > 0) process.exitCode = 1
    if (values.json) return console.log(JSON.stringify({ isWhole: faults.length === 0, ...report }))
    for (const fault of faults) console.log(wordFault(fault))
    console.log(
      faults.length > 0
        ? texts.say('desk.command.verify-bad', { rows, count: faults.length })
        : texts.say('desk.command.verify-good', { rows, hash }),
    )
    if (rowsAfterHead > 0) console.log(texts.say('desk.command.verify-after-head', { count: rowsAfterHead }))
    if (!isSigned) console.log(texts.say('desk.command.verify-unsigned'))
  } finally {
    await close()
  }
}

function wordFault(fault: ChainFault): string {
  const { sequence } = fault
  switch (fault.kind) {
    case 'dropped':
    case 'truncated':
      return texts.say(`desk.command.fault.${fault.kind}`, { sequence, last: fault.last })
    default:
      return texts.say(`desk.command.fault.${fault.kind}`, { sequence })
  }
}
