import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Before the tests that start processes: compiles the project as a release does, since a process from source spends
 * seconds on loading. `compiled('src/main.ts')` names the result.
 */
const root = join(import.meta.dirname, '../..')
const outDir = join(root, 'var/test-build')

export const compiled = (source: string): string => join(outDir, source.replace(/\.ts$/, '.js'))

/** vitest's `globalSetup`. */
export function setup(): void {
  rmSync(outDir, { recursive: true, force: true })
  mkdirSync(outDir, { recursive: true })
  const config = join(outDir, 'tsconfig.json')
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { noEmit: false, noCheck: true, outDir, rootDir: root },
      include: [
        join(root, 'src'),
        join(root, 'scripts'),
        join(root, 'test/support/crash-child.ts'),
        join(root, 'test/support/zalo-token-child.ts'),
      ],
    }),
  )
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], {
    stdio: 'inherit',
  })
}
