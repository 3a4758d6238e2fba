import { fileTypeFromBuffer } from 'file-type'
import type { EvidenceRefusal, EvidenceType } from './evidence.ts'

/** `heic` is taken in and kept as `jpeg`. */
export type OfferedType = EvidenceType | 'heic'

export type DetectedType =
  | { kind: 'allowed'; type: OfferedType }
  | { kind: 'refused'; reason: EvidenceRefusal }

/** What a file is by its content, and whether its name agrees. */
export async function detectType(bytes: Uint8Array, fileName = ''): Promise<DetectedType> {
  const extension = extensionOf(fileName)
  const own = containerOrScript(bytes, extension)
  if (own) return { kind: 'refused', reason: own }
  const found = await fileTypeFromBuffer(bytes)
  if (!found) return { kind: 'refused', reason: 'type-unknown' }
  const type = allowedTypes.get(found.mime)
  if (!type) return { kind: 'refused', reason: refusalOf(found.mime) }
  const isPdf = type === 'pdf'
  const isExpected = extension === undefined || (isPdf ? pdfExtensions : pictureExtensions).has(extension)
  return isExpected ? { kind: 'allowed', type } : { kind: 'refused', reason: 'name-does-not-match' }
}

const allowedTypes = new Map<string, OfferedType>([
  ['image/jpeg', 'jpeg'],
  ['image/png', 'png'],
  ['image/webp', 'webp'],
  ['image/heic', 'heic'],
  ['image/heif', 'heic'],
  ['application/pdf', 'pdf'],
])

/**
 * Messengers often save one kind of picture under the ending of another, and all of them are drawn anew, so any
 * picture's ending will do for any picture.
 */
const pictureExtensions = new Set(['jpg', 'jpeg', 'jpe', 'jfif', 'png', 'webp', 'heic', 'heif'])
const pdfExtensions = new Set(['pdf'])
const officeExtensions = new Set(
  'doc dot docx docm dotx xls xlsx xlsm xlsb ppt pptx pptm pps ppsx odt ods odp rtf pages numbers key'.split(
    ' ',
  ),
)

/** "Ảnh chụp 12.5" ends in no extension; one has a letter and at most five characters. */
function extensionOf(fileName: string): string | undefined {
  const ending = /\.([a-z0-9]{1,5})\s*$/i.exec(fileName.normalize('NFKC'))?.[1]?.toLowerCase()
  return ending && /[a-z]/.test(ending) ? ending : undefined
}

/**
 * Containers are told by their first bytes and not looked into: whoever looks into an archive has to unpack it, and a
 * zip bomb waits for that. Scripts have no signature that `file-type` would know.
 */
function containerOrScript(bytes: Uint8Array, extension: string | undefined): EvidenceRefusal | undefined {
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1')
  const isOffice = extension !== undefined && officeExtensions.has(extension)
  if (/^PK(?:\x03\x04|\x05\x06|\x07\x08)/.test(start)) return isOffice ? 'office-document' : 'archive'
  if (start.startsWith('\x1f\x8b')) return 'archive'
  // Microsoft's compound file: old Office documents, but installers (.msi) too.
  if (start.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) {
    return isOffice ? 'office-document' : 'type-not-allowed'
  }
  if (/^(?:\xef\xbb\xbf)?(?:#!|@echo|<\?php|MZ)/i.test(start)) return 'executable'
  if (start.startsWith('{\\rtf')) return 'office-document'
  return undefined
}

function refusalOf(mime: string): EvidenceRefusal {
  if (/^(?:video|audio)\//.test(mime) || mime === 'application/ogg') return 'video-or-audio'
  if (executables.test(mime)) return 'executable'
  if (archives.test(mime)) return 'archive'
  if (officeDocuments.test(mime)) return 'office-document'
  return 'type-not-allowed'
}

const executables =
  /msdownload|x-elf|mach-binary|wasm|java-vm|x-shockwave-flash|android\.dex|x\.ms\.shortcut|x-ms-shortcut|chrome-extension/
const archives =
  /zip|compress|x-rar|x-7z|x-tar|bzip|x-xz|x-lz|lzip|zstd|x-unix-archive|x-cpio|ms-cab|x-cfb-archive|x-deb|x-rpm|diskimage|iso9660|arj|x-ace|squashfs/
const officeDocuments = /opendocument|openxmlformats|msword|ms-excel|ms-powerpoint|x-cfb|rtf/
