/**
 * Same words whatever their marks, case or hyphens: "so ldtbxh" for "Sở LĐ-TB&XH". For comparing names that stand in
 * our own files; questions of citizens go through the search, which repairs far more.
 */
export function looseKey(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/đ/g, 'd')
    .replace(/\bld ?- ?tb ?(?:&|-|va) ?xh\b/g, 'ldtbxh')
    .replace(/&/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
