/** A number written in digits. `other` is its second reading: "1.250" is 1250, or 1.25 before "triệu". */
export interface DigitsNumber {
  value: number
  other?: number
  /** Written with thousand separators: "500.000". */
  isGrouped: boolean
}

/** "1.200.000", "1,2", "1200", "500.000,00"; undefined for codes, dates, leading zeros and broken grouping. */
export function readDigits(raw: string): DigitsNumber | undefined {
  if (/^0\d/.test(raw)) return undefined
  if (/^\d{1,15}$/.test(raw)) return { value: Number(raw), isGrouped: false }
  const grouped = /^(\d{1,3}(?:\.\d{3})+)(?:,\d{1,2})?$|^(\d{1,3}(?:,\d{3})+)(?:\.\d{1,2})?$/.exec(raw)
  if (grouped && raw[0] !== '0') {
    const value = Number((grouped[1] ?? grouped[2])!.replace(/\D/g, ''))
    const isSingleGroup = /^\d{1,3}[.,]\d{3}$/.test(raw)
    return isSingleGroup
      ? { value, other: Number(raw.replace(',', '.')), isGrouped: true }
      : { value, isGrouped: true }
  }
  if (/^\d{1,6}[.,]\d{1,3}$/.test(raw)) return { value: Number(raw.replace(',', '.')), isGrouped: false }
  return undefined
}
