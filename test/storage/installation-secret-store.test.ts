import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureIndexes } from '../../src/storage/connect.ts'
import { createInstallationSecretStore } from '../../src/storage/installation-secret-store.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await openTestDatabase()
  createInstallationSecretStore(database.connection)
  await ensureIndexes(database.connection)
})
afterAll(() => database?.close())

const newSecret = () => randomBytes(16)

test('a secret is made once and is the same ever after', async () => {
  const store = createInstallationSecretStore(database.connection)
  const made = await store.getOrMake('one', newSecret)
  expect(made).toHaveLength(16)
  expect(await store.getOrMake('one', newSecret)).toEqual(made)
  expect(await createInstallationSecretStore(database.connection).getOrMake('one', newSecret)).toEqual(made)
  expect(await store.getOrMake('two', newSecret)).not.toEqual(made)
})

test('of thirty that make it at once all get the same', async () => {
  const store = createInstallationSecretStore(database.connection)
  let made = 0
  const make = () => {
    made++
    return newSecret()
  }
  const all = await Promise.all(Array.from({ length: 30 }, () => store.getOrMake('raced', make)))
  expect(new Set(all.map((secret) => secret.toString('hex'))).size).toBe(1)
  expect(made).toBeGreaterThan(1)
  expect(await database.connection.collection('installation_secrets').countDocuments({ name: 'raced' })).toBe(
    1,
  )
})
