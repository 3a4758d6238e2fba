import { crc32, deflateRawSync, deflateSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'

/** Stands in metadata of made files and must be found nowhere afterwards. */
export const canary = 'CANARY-0905123456'

/** Left half red, right half blue, upper edge green: turning and mirroring show. */
export async function picture(width: number, height: number): Promise<Sharp> {
  const part = (w: number, h: number, background: string) =>
    sharp({ create: { width: w, height: h, channels: 3, background } })
      .png()
      .toBuffer()
  const half = Math.floor(width / 2)
  const flat = await sharp({ create: { width, height, channels: 3, background: 'blue' } })
    .composite([
      { input: await part(half, height, 'red'), left: 0, top: 0 },
      { input: await part(width, Math.max(1, Math.floor(height / 8)), 'lime'), left: 0, top: 0 },
    ])
    .png()
    .toBuffer()
  return sharp(flat)
}

/** Like a photo of a phone held upright: pixels lie on their side, EXIF says so and where it was taken. */
export async function phonePhoto(width = 640, height = 480): Promise<Buffer> {
  const jpeg = await (await picture(width, height))
    .withIccProfile('p3')
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="r">${canary}-xmp</rdf:RDF></x:xmpmeta>`)
    .withExif({
      IFD0: { Make: 'Apple', Model: `${canary}-model`, Artist: `${canary}-artist` },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '12/1 14/1 1850/100',
        GPSLongitudeRef: 'E',
        GPSLongitude: '109/1 11/1 4640/100',
        GPSMapDatum: `${canary}-gps`,
      },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
  const comment = segment(0xfe, Buffer.from(`${canary}-comment`))
  const iptc = segment(0xed, Buffer.from(`Photoshop 3.0\0${canary}-iptc`, 'latin1'))
  // Behind the end of the picture: a motion photo's film, or anything else.
  return Buffer.concat([
    jpeg.subarray(0, 2),
    comment,
    iptc,
    jpeg.subarray(2),
    Buffer.from(`${canary}-trailer`),
  ])
}

function segment(marker: number, content: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(content.length + 2)
  return Buffer.concat([Buffer.from([0xff, marker]), length, content])
}

export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const chunk = Buffer.alloc(body.length + 8)
  chunk.writeUInt32BE(data.length)
  chunk.set(body, 4)
  chunk.writeUInt32BE(crc32(body), body.length + 4)
  return chunk
}

const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex')

/** Puts chunks behind the header of a PNG. */
export function withPngChunks(png: Buffer, ...chunks: Buffer[]): Buffer {
  const afterHeader = 8 + 25
  return Buffer.concat([png.subarray(0, afterHeader), ...chunks, png.subarray(afterHeader)])
}

/** A few kilobytes that claim, truthfully or not, `width` × `height` pixels. */
export function pngBomb(width: number, height: number, rows = height): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([1, 0, 0, 0, 0], 8)
  const pixels = deflateSync(Buffer.alloc(rows * (1 + Math.ceil(width / 8))), { level: 9 })
  return Buffer.concat([
    pngSignature,
    pngChunk('IHDR', header),
    pngChunk('IDAT', pixels),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

/** One deflated member. */
export function zip(name: string, content: Buffer): Buffer {
  const data = deflateRawSync(content, { level: 9 })
  const fileName = Buffer.from(name)
  const shared = Buffer.alloc(26)
  shared.writeUInt16LE(20, 0)
  shared.writeUInt16LE(8, 4)
  shared.writeUInt32LE(crc32(content), 10)
  shared.writeUInt32LE(data.length, 14)
  shared.writeUInt32LE(content.length, 18)
  shared.writeUInt16LE(fileName.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), shared, fileName, data])
  const entry = Buffer.alloc(16)
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\x00', 'latin1'),
    shared.subarray(0, 24),
    Buffer.alloc(2),
    entry.subarray(0, 14),
    fileName,
  ])
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, central, end])
}

export interface PdfParts {
  version?: string
  catalog?: string
  trailer?: string
  objects?: string[]
}

/** A PDF that viewers open: catalogue, one page, cross-reference table, trailer. */
export function pdf({ version = '1.7', catalog = '', trailer = '', objects = [] }: PdfParts = {}): Buffer {
  const content = 'BT /F1 12 Tf 72 720 Td (Bien lai thu tien) Tj ET'
  const all = [
    `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`,
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    ...objects,
  ]
  let text = `%PDF-${version}\n%\xe2\xe3\xcf\xd3\n`
  const offsets = all.map((object, index) => {
    const offset = text.length
    text += `${index + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const start = text.length
  text += `xref\n0 ${all.length + 1}\n0000000000 65535 f \n`
  for (const offset of offsets) text += `${String(offset).padStart(10, '0')} 00000 n \n`
  text += `trailer\n<< /Size ${all.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(text, 'latin1')
}

export function objectStream(content: string): string {
  const packed = deflateSync(Buffer.from(content, 'latin1')).toString('latin1')
  return `<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length ${packed.length} >>\nstream\n${packed}\nendstream`
}
