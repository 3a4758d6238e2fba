/**
 * Same words whatever their marks, case, blanks or hyphens: "ngayhentra" for "Ngày hẹn trả", "NgayHenTra" and
 * "NGÀY HẸN TRẢ (*)". For headers and statuses of exports, which every software writes in its own way.
 */
export function columnKey(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('đ', 'd')
    .replace(/[^\p{L}\p{N}]+/gu, '')
}
