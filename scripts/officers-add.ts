import { parseArgs } from 'node:util'
import { addOfficer } from '../src/desk/add-officer.ts'
import { checkOfficerForm } from '../src/desk/officer-form.ts'
import { oneTimePasswordDays } from '../src/desk/password.ts'
import { systemClock } from '../src/lib/clock.ts'
import { readDeskTexts } from './desk-texts.ts'
import { openDeskStores, readConfig } from './open-desk-stores.ts'

/** Adds one officer from the terminal, also when nobody can sign in any more. */
const { values } = parseArgs({
  options: {
    username: { type: 'string', default: '' },
    name: { type: 'string', default: '' },
    role: { type: 'string', multiple: true, default: [] },
    unit: { type: 'string', default: '' },
    restricted: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const texts = readDeskTexts()

if (values.help) console.log(texts.say('desk.command.add-help'))
else await add()

async function add(): Promise<void> {
  const { username, name, unit } = values
  const form = {
    username,
    name,
    unit,
    roles: values.role,
    restricted: values.restricted ? ['yes'] : [],
    contactKind: '',
    contactAddress: '',
  }
  const checked = checkOfficerForm(form, texts, { isNew: true })
  if (checked.kind === 'wrong') return fail(2, Object.values(checked.errors))
  const read = readConfig()
  if (read.kind === 'wrong') {
    return fail(2, [texts.say('desk.command.settings-wrong', { settings: read.settings.join(', ') })])
  }
  const stores = await openDeskStores(read.config)
  if (stores.kind === 'refused') return fail(2, [stores.problem])
  const { officers, audit, close } = stores
  try {
    const parts = { officers, audit: audit.log, clock: systemClock, by: 'system' }
    const added = await addOfficer(parts, checked.username, checked.details)
    if (added.kind === 'username-taken') return fail(1, [texts.say('desk.officers.error-username-taken')])
    const { oneTimePassword: password } = added
    const words = { username: checked.username, password, days: oneTimePasswordDays }
    console.log(
      values.json
        ? JSON.stringify({ username: checked.username, oneTimePassword: password })
        : texts.say('desk.command.add-done', words),
    )
  } finally {
    await close()
  }
}

function fail(exitCode: number, problems: string[]): void {
  if (values.json) console.log(JSON.stringify({ problems }))
  else console.error(texts.say('desk.command.add-wrong', { fields: problems.join(' ') }))
  process.exitCode = exitCode
}
