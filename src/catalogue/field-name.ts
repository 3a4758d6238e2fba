/** The national list prints some fields a second time with a code behind: "Giáo dục nghề nghiệp (G07-LĐ06)". */
export function fieldName(published: string): string {
  return published.replace(/\s*\(G\d{2}-[^()]*\)$/, '')
}
