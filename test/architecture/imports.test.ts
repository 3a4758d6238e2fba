import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

/**
 * The table of ARCHITECTURE.md as data: what each folder of `src` may import. Every folder must stand here, so a new
 * one fails until somebody has decided where it belongs.
 */
const domain = ['catalogue', 'reports', 'surveys', 'dossiers']
const mayImport: Record<string, readonly string[]> = {
  lib: [],
  catalogue: ['lib'],
  reports: ['catalogue/entry.ts', 'lib'],
  surveys: ['lib'],
  dossiers: ['lib'],
  conversation: [...domain, 'lib'],
  channels: ['conversation/message.ts', 'lib'],
  desk: [...domain, 'lib', 'conversation/turn'],
  jobs: [...domain, 'lib', 'conversation/turn'],
  storage: [
    ...domain,
    'conversation',
    'desk',
    'jobs/leases.ts',
    'lib',
    'storage/embedded/start-embedded-server.ts',
  ],
  'storage/embedded': ['lib'],
}
/** The only folders that may import these packages. */
const roomOfPackage: Record<string, readonly string[]> = {
  botkit: ['conversation'],
  'botbuilder-core': ['conversation'],
  mongoose: ['storage'],
  lmdb: ['storage/embedded'],
  mingo: ['storage/embedded'],
  bson: ['storage/embedded'],
  telegraf: ['channels'],
  axios: ['channels'],
  fastify: ['channels', 'desk', 'root'],
}

const src = join(import.meta.dirname, '../../src')

interface Import {
  file: string
  folder: string
  /** Relative to `src` for our own files, else the package. */
  target: { kind: 'own'; path: string; folder: string } | { kind: 'package'; name: string }
}

const imports: Import[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .flatMap((file) => {
    const text = readFileSync(join(src, file), 'utf8')
    const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!)
    return specifiers.map((specifier) => ({
      file,
      folder: folderOf(file),
      target: targetOf(file, specifier),
    }))
  })

function folderOf(file: string): string {
  if (file.startsWith('storage/embedded/')) return 'storage/embedded'
  return file.includes('/') ? file.split('/')[0]! : 'root'
}

function targetOf(file: string, specifier: string): Import['target'] {
  if (!specifier.startsWith('.')) {
    const [scope, name] = specifier.split('/')
    return { kind: 'package', name: scope!.startsWith('@') ? `${scope}/${name}` : scope! }
  }
  const path = normalize(relative(src, join(src, dirname(file), specifier)))
  return { kind: 'own', path, folder: folderOf(path) }
}

describe('the direction of imports', () => {
  it('has something to judge', () => {
    expect(imports.length).toBeGreaterThan(100)
  })

  it('is decided for every folder', () => {
    const folders = new Set(imports.map(({ folder }) => folder))
    folders.delete('root')
    expect([...folders].filter((folder) => !(folder in mayImport))).toEqual([])
  })

  it('is that of the table', () => {
    const wrong = imports.filter(({ folder, target }) => {
      if (folder === 'root' || target.kind === 'package' || target.folder === folder) return false
      return !mayImport[folder]!.some(
        (allowed) =>
          target.folder === allowed || target.path === allowed || target.path.startsWith(`${allowed}/`),
      )
    })
    expect(wrong.map(({ file, target }) => `${file} → ${target.kind === 'own' ? target.path : ''}`)).toEqual(
      [],
    )
  })

  it('lets nothing but the root and the scripts read the settings', () => {
    const wrong = imports.filter(
      ({ folder, target }) => folder !== 'root' && target.kind === 'own' && target.path === 'config.ts',
    )
    expect(wrong).toEqual([])
  })

  it('keeps each library in its room', () => {
    const wrong = imports.filter(({ folder, target }) => {
      const rooms = target.kind === 'package' ? roomOfPackage[target.name] : undefined
      return rooms !== undefined && !rooms.includes(folder)
    })
    expect(
      wrong.map(({ file, target }) => `${file} → ${target.kind === 'package' ? target.name : ''}`),
    ).toEqual([])
  })
})

describe('time', () => {
  it('is read and waited for in one file only', () => {
    const bare = /\bnew Date\(\)|\bDate\.now\(\)/
    const wrong = readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && name !== 'lib/clock.ts')
      .filter((name) => {
        const code = readFileSync(join(src, name), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
        return bare.test(code)
      })
    expect(wrong).toEqual([])
  })
})
