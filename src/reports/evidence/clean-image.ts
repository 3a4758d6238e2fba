import sharp, { type Metadata, type OutputInfo, type Sharp } from 'sharp'
import type { OfferedType } from './detect-type.ts'
import type { EvidenceLimits, EvidenceRefusal, EvidenceType } from './evidence.ts'

// libvips keeps decoded pictures for operations to come; of a reporter's photo nothing shall stay in memory.
sharp.cache(false)

type PictureType = Exclude<OfferedType, 'pdf'>

export type CleanedImage =
  | { kind: 'cleaned'; type: EvidenceType; bytes: Buffer; widthPx: number; heightPx: number }
  | { kind: 'refused'; reason: EvidenceRefusal }

export type ImageSize =
  | { kind: 'size'; widthPx: number; heightPx: number }
  | { kind: 'refused'; reason: EvidenceRefusal }

/** Reads the header only. A picture that claims too many pixels is refused before any of them is decoded. */
export async function readImageSize(
  bytes: Uint8Array,
  type: PictureType,
  limits: EvidenceLimits,
): Promise<ImageSize> {
  const unreadable = { kind: 'refused', reason: unreadableReason(type) } as const
  let header: Metadata
  try {
    header = await sharp(bytes, { limitInputPixels: false }).metadata()
  } catch {
    return unreadable
  }
  // Two programs may disagree on a file made to deceive; what is not the same to both is not taken.
  if (header.format !== (type === 'heic' ? 'heif' : type)) return unreadable
  const { width, height, pages = 1 } = header
  if (width * height > limits.maxPixels || pages > maxPages) {
    return { kind: 'refused', reason: 'picture-too-many-pixels' }
  }
  return { kind: 'size', widthPx: width, heightPx: height }
}

/** A long animation costs time for frames that are dropped anyway. */
const maxPages = 1000

/**
 * Draws the picture anew: turned as EXIF says, in sRGB, at most `maxEdgePx` long, the first frame of an animation.
 * sharp writes no metadata unless told to, and nothing of the old file but its pixels is used.
 */
export async function cleanImage(
  bytes: Uint8Array,
  type: PictureType,
  limits: EvidenceLimits,
): Promise<CleanedImage> {
  const draw = () =>
    sharp(bytes, {
      limitInputPixels: limits.maxPixels,
      autoOrient: true,
      // Phones write JPEGs at which libjpeg grumbles and which are fine; only what is really broken is refused.
      failOn: 'error',
    })
      .timeout({ seconds: limits.timeoutSeconds })
      .resize({ width: limits.maxEdgePx, height: limits.maxEdgePx, fit: 'inside', withoutEnlargement: true })
  try {
    const [drawnType, drawing] = encode(draw(), type)
    const drawn = await drawing.toBuffer({ resolveWithObject: true })
    if (drawn.data.length <= limits.maxBytes) return cleaned(drawnType, drawn)
    // A photo saved as PNG can grow past the limit; as JPEG it does not.
    return cleaned('jpeg', await asJpeg(draw()).toBuffer({ resolveWithObject: true }))
  } catch {
    return { kind: 'refused', reason: unreadableReason(type) }
  }
}

function cleaned(type: EvidenceType, { data, info }: { data: Buffer; info: OutputInfo }): CleanedImage {
  return { kind: 'cleaned', type, bytes: data, widthPx: info.width, heightPx: info.height }
}

function encode(picture: Sharp, type: PictureType): [EvidenceType, Sharp] {
  switch (type) {
    case 'png':
      return ['png', picture.png({ adaptiveFiltering: true })]
    case 'webp':
      return ['webp', picture.webp({ quality: 90 })]
    case 'jpeg':
    case 'heic':
      return ['jpeg', asJpeg(picture)]
  }
}

/** Colour at full resolution: red print and stamps stay readable. */
function asJpeg(picture: Sharp): Sharp {
  return picture.flatten({ background: 'white' }).jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
}

/** sharp's own binaries decode no HEVC, which nearly all HEIC files use; one built on another libvips may. */
function unreadableReason(type: PictureType): EvidenceRefusal {
  return type === 'heic' ? 'heic-not-readable' : 'picture-not-readable'
}
