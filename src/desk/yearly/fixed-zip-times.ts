const localHeader = 0x04034b50
const centralHeader = 0x02014b50
const endOfCentral = 0x06054b50

/**
 * The same archive with one time for all its entries, so that the same content gives the same bytes. Times of a zip have
 * no zone and even seconds (APPNOTE.TXT 4.4.6); they are those of UTC here.
 */
export function withFixedTimes(zip: Buffer, at: Date): Buffer {
  const fixed = Buffer.from(zip)
  const end = fixed.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0 || fixed.readUInt32LE(end) !== endOfCentral) throw notAZip()
  const { time, date } = dosTime(at)
  let entry = fixed.readUInt32LE(end + 16)
  for (let left = fixed.readUInt16LE(end + 10); left > 0; left--) {
    if (fixed.readUInt32LE(entry) !== centralHeader) throw notAZip()
    fixed.writeUInt16LE(time, entry + 12)
    fixed.writeUInt16LE(date, entry + 14)
    const local = fixed.readUInt32LE(entry + 42)
    if (fixed.readUInt32LE(local) !== localHeader) throw notAZip()
    fixed.writeUInt16LE(time, local + 10)
    fixed.writeUInt16LE(date, local + 12)
    entry +=
      46 + fixed.readUInt16LE(entry + 28) + fixed.readUInt16LE(entry + 30) + fixed.readUInt16LE(entry + 32)
  }
  return fixed
}

function dosTime(at: Date): { time: number; date: number } {
  return {
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
    date: ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
  }
}

function notAZip(): Error {
  return new Error('the document library made something that is no zip archive')
}
