import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compiled } from './compile-project.ts'
import type { Place } from './service-process.ts'

const root = join(import.meta.dirname, '../..')

/** A copy of the compiled program beside data of its own, as an office has it that edited its files. */
export interface OwnOffice extends Place {
  remove(): Promise<void>
}

/** @param edits file under the project's folder → what the office makes of it; must change something */
export async function ownOffice(
  edits: Readonly<Record<string, (text: string) => string>>,
): Promise<OwnOffice> {
  const folder = await mkdtemp(join(tmpdir(), 'motcua-office-'))
  const parts = ['package.json', 'data', 'intents', 'src/channels/web/assets', 'src/desk/assets']
  for (const part of parts) await cp(join(root, part), join(folder, part), { recursive: true })
  for (const part of ['src', 'scripts'])
    await cp(compiled(part), join(folder, 'dist', part), { recursive: true })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const [name, edit] of Object.entries(edits)) {
    const before = await readFile(join(folder, name), 'utf8')
    const after = edit(before)
    if (after === before) throw new Error(`the edit of ${name} changed nothing`)
    await writeFile(join(folder, name), after)
  }
  return {
    folder,
    program: (entry) => join(folder, 'dist', entry.replace(/\.ts$/, '.js')),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
