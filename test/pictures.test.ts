import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { officerCard } from '../src/conversation/dialogs/officer-card.ts'
import { createPictures } from '../src/pictures.ts'
import { shipped } from './support/talk.ts'

test('the pictures of an office are found by name, and nothing else is', async () => {
  const root = await mkdtemp(join(tmpdir(), 'motcua-pictures-'))
  onTestFinished(() => rm(root, { recursive: true }))
  await mkdir(join(root, 'data/pictures'), { recursive: true })
  await writeFile(join(root, 'data/pictures/so-do.jpg'), 'một')
  await writeFile(join(root, 'data/pictures/so-do.png'), 'hai')
  await writeFile(join(root, 'data/secret.png'), 'ba')
  const read = createPictures(root)
  expect(await read('so-do.jpg')).toEqual({ bytes: Buffer.from('một'), type: 'image/jpeg' })
  expect(await read('so-do.png')).toEqual({ bytes: Buffer.from('hai'), type: 'image/png' })
  for (const name of ['khac.png', '../secret.png', 'so-do.svg', '']) expect(await read(name)).toBeUndefined()
})

test('whoever asks for the address gets the picture of the way there with it, where the office has one', () => {
  const { agency, talk } = shipped().content
  const now = new Date('2026-11-23T02:00:00Z')
  expect(officerCard(agency, talk, now)).not.toHaveProperty('image')
  const withPicture = { ...agency, oneStop: { ...agency.oneStop, picture: 'so-do.png' } }
  expect(officerCard(withPicture, talk, now).image).toEqual({ file: 'so-do.png' })
})
