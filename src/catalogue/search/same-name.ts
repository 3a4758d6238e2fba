import type { Token } from '../text/tokenise.ts'

/**
 * One key for procedures that people cannot tell apart by name: copies of several issuers and levels, old and new
 * sets ("Giải quyết hưởng chế độ ốm đau", "Chế độ ốm đau (thực hiện tại cấp tỉnh)"). They share one place among the
 * choices.
 */
export function sameNameKey(tokens: readonly Token[]): string {
  return tokens
    .map(({ folded }) => folded)
    .join(' ')
    .replace(/ (?:thuc hien )?(?:tai |o )?cap (?:tinh|xa|huyen|bo|tw|trung uong)(?: (?:xa|tinh|huyen))*$/, '')
    .replace(/^(?:giai quyet )?(?:huong )?/, '')
}
