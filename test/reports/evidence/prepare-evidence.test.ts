import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import {
  defaultEvidenceLimits,
  type EvidenceRefusal,
  type OfferedFile,
  type PreparedEvidence,
} from '../../../src/reports/evidence/evidence.ts'
import { createEvidencePreparation } from '../../../src/reports/evidence/prepare-evidence.ts'
import { canary, pdf, phonePhoto, picture, pngBomb, pngChunk, withPngChunks, zip } from './made-files.ts'

const preparation = createEvidencePreparation()
const offer = (bytes: Uint8Array, rest: Omit<OfferedFile, 'bytes'> = {}, isNoIdentityCard = false) =>
  preparation.prepare({ bytes, ...rest }, { filesKept: 0, isNoIdentityCard })

async function prepared(bytes: Uint8Array, rest: Omit<OfferedFile, 'bytes'> = {}): Promise<PreparedEvidence> {
  const outcome = await offer(bytes, rest)
  if (outcome.kind !== 'prepared') throw new Error(JSON.stringify(outcome))
  return outcome.evidence
}

async function refusal(bytes: Uint8Array, fileName?: string): Promise<EvidenceRefusal | string> {
  const outcome = await offer(bytes, { fileName })
  return outcome.kind === 'refused' ? outcome.reason : outcome.kind
}

/** Colour of one pixel, as the largest of red, green and blue. */
async function colourAt(bytes: Buffer, x: number, y: number): Promise<'red' | 'green' | 'blue'> {
  const { data } = await sharp(bytes)
    .removeAlpha()
    .extract({ left: x, top: y, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true })
  const [red, green, blue] = [data[0]!, data[1]!, data[2]!]
  return red > green && red > blue ? 'red' : green > blue ? 'green' : 'blue'
}

describe('a photo', () => {
  test('loses place, device, profile, comments and all else but its pixels', async () => {
    const photo = await phonePhoto()
    const before = await sharp(photo).metadata()
    expect(before.exif?.toString('latin1')).toContain(`${canary}-gps`)
    expect(before.icc).toBeDefined()
    expect(before.xmp).toBeDefined()
    expect(before.iptc).toBeDefined()
    for (const part of ['model', 'artist', 'gps', 'xmp', 'iptc', 'comment', 'trailer']) {
      expect(photo.includes(`${canary}-${part}`), part).toBe(true)
    }

    const evidence = await prepared(photo, { fileName: 'IMG_0042.JPG' })
    expect(evidence).toMatchObject({ type: 'jpeg', metadata: 'removed' })
    expect(evidence.bytes.includes('CANARY')).toBe(false)
    expect(evidence.bytes.includes('Exif')).toBe(false)
    expect(evidence.bytes.includes('ICC_PROFILE')).toBe(false)
    const after = await sharp(evidence.bytes).metadata()
    const { exif, icc, xmp, iptc, comments, orientation } = after
    expect({ exif, icc, xmp, iptc, comments, orientation }).toEqual({})
    expect(evidence.sha256).toBe(createHash('sha256').update(evidence.bytes).digest('hex'))
  })

  test('is turned as EXIF says before EXIF goes', async () => {
    // Orientation 6: to be turned clockwise. The upper edge goes to the right, the red left half upwards.
    const evidence = await prepared(await phonePhoto(640, 480))
    expect([evidence.widthPx, evidence.heightPx]).toEqual([480, 640])
    expect(await colourAt(evidence.bytes, 470, 320)).toBe('green')
    expect(await colourAt(evidence.bytes, 200, 100)).toBe('red')
    expect(await colourAt(evidence.bytes, 200, 540)).toBe('blue')
  })

  test('in PNG and WebP is cleaned as well and keeps its kind', async () => {
    const exif = { IFD0: { Model: canary }, IFD3: { GPSMapDatum: canary } }
    const png = withPngChunks(
      await (await picture(300, 200)).withExif(exif).png().toBuffer(),
      pngChunk('tEXt', Buffer.from(`Author\0${canary}`)),
      pngChunk('iTXt', Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0<x>${canary}</x>`)),
      pngChunk('prVt', Buffer.from(canary)),
    )
    const webp = await (await picture(300, 200)).withExif(exif).webp().toBuffer()
    for (const [type, bytes] of [
      ['png', png],
      ['webp', webp],
    ] as const) {
      expect(bytes.includes(canary)).toBe(true)
      const evidence = await prepared(bytes)
      expect(evidence).toMatchObject({ type, widthPx: 300, heightPx: 200, metadata: 'removed' })
      expect(evidence.bytes.includes('CANARY')).toBe(false)
      expect((await sharp(evidence.bytes).metadata()).exif).toBeUndefined()
      expect(await colourAt(evidence.bytes, 50, 100)).toBe('red')
    }
  })

  test('with a program or an archive hung on behind loses it', async () => {
    const jpeg = await (await picture(300, 200)).jpeg().toBuffer()
    const both = Buffer.concat([jpeg, zip('evil.exe', randomBytes(2_000))])
    const evidence = await prepared(both)
    expect(both.includes('PK\x03\x04')).toBe(true)
    expect(evidence.bytes.includes('PK\x03\x04')).toBe(false)
    expect(evidence.bytes.includes('evil.exe')).toBe(false)
  })

  test('larger than the office needs is made smaller, a small one is left alone', async () => {
    const large = await sharp({ create: { width: 8160, height: 6120, channels: 3, background: 'teal' } })
      .jpeg()
      .toBuffer()
    expect(await prepared(large)).toMatchObject({ widthPx: 4032, heightPx: 3024 })
    expect(await prepared(await (await picture(40, 31)).jpeg().toBuffer())).toMatchObject({ widthPx: 40 })
  })

  test('that grows past the limit as PNG is kept as JPEG', async () => {
    // A hundred bytes of white at one bit a pixel; drawn anew no picture is that small.
    const png = pngBomb(600, 400)
    const limits = { ...defaultEvidenceLimits, maxBytes: png.length }
    const outcome = await createEvidencePreparation(limits).prepare({ bytes: png }, { filesKept: 0 })
    expect(outcome).toMatchObject({ kind: 'prepared', evidence: { type: 'jpeg', widthPx: 600 } })
    expect(await prepared(png)).toMatchObject({ type: 'png', widthPx: 600 })
  })

  test('with a transparent ground keeps it as PNG', async () => {
    const glass = { create: { width: 300, height: 200, channels: 4 as const, background: '#00ff0080' } }
    const evidence = await prepared(await sharp(glass).png().toBuffer())
    expect((await sharp(evidence.bytes).metadata()).hasAlpha).toBe(true)
  })

  test('prepared twice gives the same bytes and the same hash', async () => {
    const photo = await phonePhoto()
    expect((await prepared(photo)).sha256).toBe((await prepared(photo)).sha256)
  })
})

describe('an iPhone photo (HEIC)', () => {
  const heifOf = async (codec: boolean): Promise<Buffer> => {
    const avif = (await (await picture(320, 200)).avif().toBuffer()).toString('latin1')
    const branded = avif.replaceAll('avif', 'heic')
    return Buffer.from(codec ? branded : branded.replace('av01', 'hvc1').replace('av1C', 'hvcC'), 'latin1')
  }

  test('becomes a JPEG where the decoder knows the codec inside', async () => {
    const evidence = await prepared(await heifOf(true), { fileName: 'IMG_0042.HEIC', caption: '' })
    expect(evidence).toMatchObject({ type: 'jpeg', metadata: 'removed', widthPx: 320 })
    expect((await sharp(evidence.bytes).metadata()).format).toBe('jpeg')
  })

  test('is refused by its own reason where it does not', async () => {
    expect(await refusal(await heifOf(false), 'IMG_0042.HEIC')).toBe('heic-not-readable')
  })
})

describe('what is refused', () => {
  const exe = Buffer.concat([
    Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff', 'latin1'),
    Buffer.alloc(500),
  ])
  const cases: [
    name: string,
    bytes: () => Uint8Array | Promise<Uint8Array>,
    fileName: string | undefined,
    EvidenceRefusal,
  ][] = [
    ['nothing', () => Buffer.alloc(0), 'a.jpg', 'empty'],
    ['50 MB', () => Buffer.alloc(50 * 1024 * 1024, 0xff), 'a.jpg', 'too-large'],
    ['one byte too many', () => Buffer.alloc(10 * 1024 * 1024 + 1), 'a.jpg', 'too-large'],
    ['a Windows program', () => exe, 'bien-lai.exe', 'executable'],
    ['a Windows program named as a photo', () => exe, 'bien-lai.jpg', 'executable'],
    [
      'a Linux program',
      () => Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(100)]),
      undefined,
      'executable',
    ],
    [
      'a macOS program',
      () => Buffer.concat([Buffer.from('cffaedfe07000001', 'hex'), Buffer.alloc(100)]),
      undefined,
      'executable',
    ],
    [
      'a Java class',
      () => Buffer.concat([Buffer.from('cafebabe00000034', 'hex'), Buffer.alloc(100)]),
      undefined,
      'executable',
    ],
    ['a shell script', () => Buffer.from('#!/bin/sh\nrm -rf /\n'), 'anh.png', 'executable'],
    ['a batch file', () => Buffer.from('@ECHO OFF\r\ndel *.*'), 'anh.bat', 'executable'],
    ['a zip', () => zip('a.jpg', randomBytes(100)), 'anh.zip', 'archive'],
    ['a zip named as a photo', () => zip('a.jpg', randomBytes(100)), 'anh.jpg', 'archive'],
    ['a zip bomb', () => zip('0', Buffer.alloc(64 * 1024 * 1024)), undefined, 'archive'],
    ['an Android package', () => zip('AndroidManifest.xml', randomBytes(100)), 'app.apk', 'archive'],
    ['a gzip bomb', () => gzipSync(Buffer.alloc(100_000_000)), 'a.gz', 'archive'],
    [
      'rar',
      () => Buffer.concat([Buffer.from('526172211a070100', 'hex'), Buffer.alloc(50)]),
      undefined,
      'archive',
    ],
    [
      '7z',
      () => Buffer.concat([Buffer.from('377abcaf271c0004', 'hex'), Buffer.alloc(50)]),
      undefined,
      'archive',
    ],
    [
      'a Word document',
      () => zip('[Content_Types].xml', Buffer.from('<Types/>')),
      'don.docx',
      'office-document',
    ],
    [
      'an old Word document',
      () => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(1_000)]),
      'don.doc',
      'office-document',
    ],
    [
      'an installer',
      () => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(1_000)]),
      'setup.msi',
      'type-not-allowed',
    ],
    ['an RTF', () => Buffer.from('{\\rtf1 hello}'), 'don.rtf', 'office-document'],
    [
      'a film',
      () =>
        Buffer.concat([
          Buffer.from('000000206674797069736f6d00000200', 'hex'),
          Buffer.from('isomiso2avc1mp41'),
          Buffer.alloc(200),
        ]),
      'v.mp4',
      'video-or-audio',
    ],
    [
      'a recording',
      () =>
        Buffer.concat([
          Buffer.from('ID3\x04\0\0\0\0\0\0', 'latin1'),
          Buffer.from('fffb9064', 'hex'),
          Buffer.alloc(500),
        ]),
      'a.mp3',
      'video-or-audio',
    ],
    ['a GIF', async () => (await picture(30, 20)).gif().toBuffer(), 'a.gif', 'type-not-allowed'],
    ['a TIFF', async () => (await picture(30, 20)).tiff().toBuffer(), 'a.tif', 'type-not-allowed'],
    [
      'an SVG',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
      'a.svg',
      'type-unknown',
    ],
    ['a web page', () => Buffer.from('<!doctype html><script>alert(1)</script>'), 'a.png', 'type-unknown'],
    ['plain text', () => Buffer.from('xin chào '.repeat(100)), 'a.txt', 'type-unknown'],
    [
      'a photo named as a program',
      async () => (await picture(30, 21)).jpeg().toBuffer(),
      'bien-lai.exe',
      'name-does-not-match',
    ],
    [
      'a photo named as a PDF',
      async () => (await picture(30, 21)).jpeg().toBuffer(),
      'bien-lai.pdf',
      'name-does-not-match',
    ],
    [
      'a photo with two endings',
      async () => (await picture(30, 21)).jpeg().toBuffer(),
      'bien-lai.jpg.SCR',
      'name-does-not-match',
    ],
    ['a PDF named as a photo', () => pdf(), 'bien-lai.jpg', 'name-does-not-match'],
    ['half a photo', async () => (await phonePhoto()).subarray(0, 3_000), 'a.jpg', 'picture-not-readable'],
    [
      'the head of a photo',
      () => Buffer.from('ffd8ffe000104a46494600', 'hex'),
      'a.jpg',
      'picture-not-readable',
    ],
    ['a PNG that claims 4 gigapixels', () => pngBomb(65_500, 65_500, 10), 'a.png', 'picture-too-many-pixels'],
    [
      'a PNG that holds 144 megapixels in 20 KB',
      () => pngBomb(12_000, 12_000),
      'a.png',
      'picture-too-many-pixels',
    ],
    ['a PNG whose pixels are missing', () => pngBomb(5_000, 5_000, 10), 'a.png', 'picture-not-readable'],
    ['a PDF cut in half', () => pdf().subarray(0, 300), 'a.pdf', 'pdf-not-readable'],
    ['a PDF with a password', () => pdf({ trailer: '/Encrypt 9 0 R' }), 'a.pdf', 'pdf-locked'],
    [
      'a PDF with a script',
      () => pdf({ catalog: '/OpenAction << /S /JavaScript /JS (app.alert(1)) >>' }),
      'a.pdf',
      'pdf-active',
    ],
  ]
  test.each(cases)('%s', async (_, bytes, fileName, reason) => {
    expect(await refusal(await bytes(), fileName)).toBe(reason)
  })

  test('the sixth file, before it is looked at', async () => {
    const bytes = await phonePhoto(40, 30)
    const kinds = []
    for (let filesKept = 0; filesKept < 7; filesKept++) {
      kinds.push((await preparation.prepare({ bytes }, { filesKept })).kind)
    }
    expect(kinds).toEqual([...Array(5).fill('prepared'), 'refused', 'refused'])
    expect(await preparation.prepare({ bytes }, { filesKept: 5 })).toEqual({
      kind: 'refused',
      reason: 'too-many-files',
    })
  })

  test('a bomb costs neither time nor memory', async () => {
    const bombs = [
      pngBomb(65_500, 65_500, 10),
      pngBomb(12_000, 12_000),
      zip('0', Buffer.alloc(64 * 1024 ** 2)),
    ]
    const started = performance.now()
    const before = process.memoryUsage().rss
    for (const bomb of bombs) expect((await offer(bomb)).kind).toBe('refused')
    expect(performance.now() - started).toBeLessThan(2_000)
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 ** 2)
  })

  test('is never an exception, whatever the bytes', async () => {
    const photo = await phonePhoto(64, 48)
    const starts = [
      photo,
      pdf(),
      await (await picture(64, 48)).png().toBuffer(),
      await (await picture(64, 48)).webp().toBuffer(),
    ]
    const kinds = new Set<string>()
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...starts),
        fc.array(fc.tuple(fc.nat(5_000), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.nat(6_000),
        async (start, changes, length) => {
          const bytes = Buffer.from(start.subarray(0, Math.max(12, length)))
          for (const [place, value] of changes) bytes[place % bytes.length] = value
          const outcome = await offer(bytes)
          kinds.add(outcome.kind)
          if (outcome.kind === 'prepared' && outcome.evidence.type !== 'pdf') {
            expect(outcome.evidence.bytes.includes('CANARY')).toBe(false)
          }
        },
      ),
      { numRuns: 150 },
    )
    expect(kinds).toContain('prepared')
    expect(kinds).toContain('refused')
  })
})

describe('names', () => {
  test('any picture may have any ending of a picture, or none', async () => {
    const bytes = await phonePhoto(64, 48)
    for (const fileName of [
      'a.png',
      'a.JPEG',
      'a.webp',
      'a.heic',
      'Ảnh chụp 12.5',
      'photo',
      '',
      undefined,
      'a.exe.jpg',
    ]) {
      expect((await offer(bytes, { fileName })).kind, fileName).toBe('prepared')
    }
  })

  test('are not kept', async () => {
    const evidence = await prepared(await phonePhoto(64, 48), { fileName: `${canary}.jpg`, caption: canary })
    expect(JSON.stringify({ ...evidence, bytes: '' })).not.toContain('CANARY')
  })
})

describe('a PDF', () => {
  test('is kept byte for byte, and said to be', async () => {
    const bytes = pdf({ objects: [`<< /Author (${canary}) >>`], trailer: '/Info 5 0 R' })
    const evidence = await prepared(bytes, { fileName: 'bien-lai.pdf' })
    expect(evidence).toMatchObject({ type: 'pdf', metadata: 'kept' })
    expect(evidence.bytes.equals(bytes)).toBe(true)
    expect(evidence.widthPx).toBeUndefined()
  })
})

describe('what might be an identity card', () => {
  const card = async () => (await picture(856, 540)).jpeg().toBuffer()

  test('is asked about and not kept', async () => {
    expect(await offer(await card())).toEqual({ kind: 'maybe-id-card', signs: ['shape'] })
    const named = { fileName: 'cccd_mat_truoc.jpg', caption: 'Căn cước của tôi' }
    expect(await offer(await card(), named)).toEqual({ kind: 'maybe-id-card', signs: ['words', 'shape'] })
    expect(await offer(await phonePhoto(), { caption: 'ảnh CMND' })).toEqual({
      kind: 'maybe-id-card',
      signs: ['words'],
    })
    expect(await offer(pdf(), { fileName: 'CCCD.pdf' })).toEqual({ kind: 'maybe-id-card', signs: ['words'] })
  })

  test('is taken once the person says that it is none', async () => {
    expect((await offer(await card(), { fileName: 'cccd.jpg' }, true)).kind).toBe('prepared')
    expect((await offer(pdf(), { fileName: 'CCCD.pdf' }, true)).kind).toBe('prepared')
  })

  test('is refused for any other reason first', async () => {
    expect(await refusal(Buffer.from('#!/bin/sh'), 'cccd.jpg')).toBe('executable')
  })
})
