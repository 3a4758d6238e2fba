import sharp, { type Sharp } from 'sharp'
import { expect, test } from 'vitest'
import { cleanImage, readImageSize } from '../../../src/reports/evidence/clean-image.ts'
import { defaultEvidenceLimits as limits } from '../../../src/reports/evidence/evidence.ts'
import { picture, pngBomb } from './made-files.ts'

test('a picture is not taken for another kind than the decoder sees', async () => {
  const png = await (await picture(30, 20)).png().toBuffer()
  expect(await readImageSize(png, 'png', limits)).toEqual({ kind: 'size', widthPx: 30, heightPx: 20 })
  expect(await readImageSize(png, 'jpeg', limits)).toEqual({
    kind: 'refused',
    reason: 'picture-not-readable',
  })
  expect(await readImageSize(png, 'heic', limits)).toEqual({ kind: 'refused', reason: 'heic-not-readable' })
})

test('the decoder guards itself, should nobody have read the header', async () => {
  const refused = { kind: 'refused', reason: 'picture-not-readable' }
  expect(await cleanImage(pngBomb(12_000, 12_000), 'png', limits)).toEqual(refused)
})

test('of an animation the first frame is kept, and a very long one is refused', async () => {
  const frames = (count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, n) =>
        sharp({
          create: { width: 16, height: 16, channels: 3, background: { r: n % 256, g: n >> 8, b: 99 } },
        })
          .png()
          .toBuffer(),
      ),
    )
  const short = await sharp(await frames(3), { join: { animated: true } })
    .webp({ lossless: true })
    .toBuffer()
  expect((await sharp(short).metadata()).pages).toBe(3)
  const cleaned = await cleanImage(short, 'webp', limits)
  expect(cleaned).toMatchObject({ kind: 'cleaned', widthPx: 16, heightPx: 16 })
  if (cleaned.kind === 'cleaned') expect((await sharp(cleaned.bytes).metadata()).pages ?? 1).toBe(1)
  const long = await sharp(await frames(1_001), { join: { animated: true } })
    .webp({ lossless: true })
    .toBuffer()
  expect(await readImageSize(long, 'webp', limits)).toEqual({
    kind: 'refused',
    reason: 'picture-too-many-pixels',
  })
})

test('an Ultra HDR photo is a JPEG like any other and loses its second picture', async () => {
  const wide = (await picture(320, 200)).pipelineColourspace('scrgb').toColourspace('scrgb')
  // sharp 0.35 has the method, but its types leave it out.
  const photo = await (wide as Sharp & { withGainMap(): Sharp }).withGainMap().jpeg().toBuffer()
  expect((await sharp(photo).metadata()).gainMap).toBeDefined()
  expect((await readImageSize(photo, 'jpeg', limits)).kind).toBe('size')
  const cleaned = await cleanImage(photo, 'jpeg', limits)
  expect(cleaned).toMatchObject({ kind: 'cleaned', type: 'jpeg', widthPx: 320 })
  if (cleaned.kind !== 'cleaned') return
  const { gainMap, xmp } = await sharp(cleaned.bytes).metadata()
  expect({ gainMap, xmp }).toEqual({})
})
