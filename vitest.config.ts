import { defineConfig } from 'vitest/config'

/** Tests that start processes of the program: compiled once, after the fast ones. */
const processes = ['test/e2e/**/*.test.ts', 'test/storage/embedded/crash.test.ts']

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: processes,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'processes',
          include: processes,
          globalSetup: 'test/support/compile-project.ts',
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
