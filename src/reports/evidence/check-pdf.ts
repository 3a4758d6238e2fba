import { inflateSync } from 'node:zlib'
import type { EvidenceRefusal } from './evidence.ts'

/**
 * Looks whether a file is a whole PDF that is not encrypted and carries nothing that runs. This is a look at the
 * file's outer structure, not a full reader: what hides in unusual encodings passes, and officers should open
 * evidence in a browser, which runs it in a sandbox. Nothing is removed from a PDF.
 */
export function checkPdf(bytes: Uint8Array): EvidenceRefusal | undefined {
  const text = Buffer.from(bytes).toString('latin1')
  // Readers look for the end mark in the last 1,024 bytes (ISO 32000-1, Annex H, note 18).
  const isWhole = /^%PDF-[12]\.\d/.test(text) && /startxref\s+\d+\s+%%EOF/.test(text.slice(-1024))
  if (!isWhole) return 'pdf-not-readable'
  const { outside, objectStreams } = splitStreams(text)
  if (outside.some((part) => encrypted.test(part))) return 'pdf-locked'
  const unpacked = unpack(objectStreams)
  if (!unpacked) return 'pdf-not-readable'
  return [...outside, ...unpacked].some((part) => active.test(part)) ? 'pdf-active' : undefined
}

const encrypted = new RegExp(String.raw`/${spelled('Encrypt')}\s*(?:<<|\d+\s+\d+\s+R)`)
const activeNames = ['JavaScript', 'JS', 'Launch', 'EmbeddedFiles?', 'RichMedia', 'XFA']
const active = new RegExp(`/(?:${activeNames.map(spelled).join('|')})(?![A-Za-z0-9#])`)

/** Any byte of a name may be written as #xx: `/#4Aava#53cript`. */
function spelled(name: string): string {
  return name.replace(/[A-Za-z]/g, (letter) => {
    const hex = letter.charCodeAt(0).toString(16)
    return `(?:${letter}|#${hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)})`
  })
}

interface PackedObjects {
  isFlate: boolean
  latin1: string
}

/**
 * What stands outside of streams, and the streams that hold objects. Other streams are left out, since random bytes of
 * a picture can spell any name.
 */
function splitStreams(text: string): { outside: string[]; objectStreams: PackedObjects[] } {
  const outside: string[] = []
  const objectStreams: PackedObjects[] = []
  let position = 0
  for (;;) {
    const opening = text.indexOf('stream', position)
    const end = opening < 0 ? -1 : text.indexOf('endstream', opening)
    if (end < 0) break
    const before = text.slice(position, opening)
    outside.push(before)
    const dictionary = before.slice(-1024)
    if (/\/ObjStm(?![A-Za-z0-9])/.test(dictionary)) {
      objectStreams.push({
        isFlate: /\/FlateDecode/.test(dictionary),
        latin1: text.slice(opening + 'stream'.length, end).replace(/^\r?\n/, ''),
      })
    }
    position = end + 'endstream'.length
  }
  outside.push(text.slice(position))
  return { outside, objectStreams }
}

/** A small file may claim to unpack to gigabytes; a thousand pages' objects take about a megabyte. */
const maxUnpackedBytes = 16 * 1024 * 1024

/** Undefined when one of them cannot be read: nobody knows what it would bring. */
function unpack(objectStreams: readonly PackedObjects[]): string[] | undefined {
  let budget = maxUnpackedBytes
  const unpacked: string[] = []
  for (const { isFlate, latin1 } of objectStreams) {
    const content = isFlate ? inflate(latin1, budget) : latin1
    if (content === undefined) return undefined
    budget -= content.length
    unpacked.push(content)
  }
  return unpacked
}

function inflate(latin1: string, maxOutputLength: number): string | undefined {
  try {
    return inflateSync(Buffer.from(latin1, 'latin1'), { maxOutputLength }).toString('latin1')
  } catch {
    // Damaged, larger than allowed, or nothing is allowed any more.
    return undefined
  }
}
