import type { SealedBytes } from '../../lib/key-ring.ts'

/** Pictures and PDFs that a reporter adds to a report. What a file is, its content says, never its name. */
export type EvidenceType = 'jpeg' | 'png' | 'webp' | 'pdf'

/** @public for whoever serves evidence */
export const evidenceMediaTypes: Record<EvidenceType, string> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  pdf: 'application/pdf',
}

/** A file as a channel fetched it. Name and caption are looked at and then forgotten: both may name the reporter. */
export interface OfferedFile {
  bytes: Uint8Array
  fileName?: string
  caption?: string
}

export interface PreparedEvidence {
  type: EvidenceType
  /** What will be kept: pictures re-encoded, PDFs as they came. */
  bytes: Buffer
  /** Of `bytes`, in hex; told to the reporter, who can later ask whether the file is still the same. */
  sha256: string
  /**
   * `removed`: the picture was drawn anew, so EXIF, GPS, thumbnails, colour profiles, comments and whatever was hung
   * on behind it are gone. What the picture itself shows is not. `kept`: a PDF stays byte for byte, with the author,
   * program and times that it names and with the metadata of pictures inside it.
   */
  metadata: 'removed' | 'kept'
  /** Of a picture after turning and shrinking. */
  widthPx?: number
  heightPx?: number
}

export interface EvidenceLimits {
  /** Of one file as it came. */
  maxBytes: number
  /** Of one report. */
  maxFiles: number
  /** Width times height as the header claims, before anything is decoded. */
  maxPixels: number
  /** The longer side of what is kept. */
  maxEdgePx: number
  /** For decoding one picture. */
  timeoutSeconds: number
}

export const defaultEvidenceLimits: EvidenceLimits = {
  maxBytes: 10 * 1024 * 1024,
  maxFiles: 5,
  // Phones of today take up to 50 megapixels (8160 × 6120) in their usual mode.
  maxPixels: 50_000_000,
  // The longer side of a 12-megapixel photo; an A4 page at 345 dots an inch. Half of 8160 and a little less, so that
  // libjpeg halves the largest photos while it decodes them.
  maxEdgePx: 4032,
  timeoutSeconds: 20,
}

export type EvidenceRefusal =
  | 'empty'
  | 'too-large'
  | 'too-many-files'
  /** A program or a script that a computer would run. */
  | 'executable'
  | 'archive'
  /** Word, Excel and the like: a photo or PDF of it is welcome. */
  | 'office-document'
  | 'video-or-audio'
  /** Known, but not a kind that is taken (GIF, TIFF, SVG…). */
  | 'type-not-allowed'
  | 'type-unknown'
  /** The name promises another kind of file than the content is (`bien-lai.exe` holding a photo). */
  | 'name-does-not-match'
  /** An iPhone photo that this installation cannot decode: to be sent as JPEG or as a screenshot. */
  | 'heic-not-readable'
  | 'picture-not-readable'
  | 'picture-too-many-pixels'
  | 'pdf-not-readable'
  /** Encrypted, for a password or for restricted rights: neither the office nor `checkPdf` sees what it holds. */
  | 'pdf-locked'
  /** Holds scripts, forms with code, or other files. */
  | 'pdf-active'

/** Why a picture might show an identity card: words around it, or the shape of a card cut out of a photo. */
export type IdentityCardSign = 'words' | 'shape'

export type EvidenceOutcome =
  | { kind: 'prepared'; evidence: PreparedEvidence }
  /** Nothing is kept. Ask the person; offer the file again with `isNoIdentityCard` when they say so. */
  | { kind: 'maybe-id-card'; signs: IdentityCardSign[] }
  | { kind: 'refused'; reason: EvidenceRefusal }

/** Sealed evidence under names that tell nothing. */
export interface EvidenceStore {
  /** Durable when it resolves. Gives the name, which the report keeps. */
  put(sealed: SealedBytes): Promise<string>
  /** Undefined when there is no such file. */
  get(name: string): Promise<Buffer | undefined>
  /** No matter whether it is there. */
  remove(name: string): Promise<void>
}
