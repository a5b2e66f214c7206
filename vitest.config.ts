import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // No unit test changes what another one sees; loading the modules once for all saves most of the time.
          isolate: false,
          include: ['src/**/*.test.ts', 'test/{architecture,scenarios,torture}/**/*.test.ts'],
          exclude: ['src/**/*.postgresql.test.ts'],
          // For machines that do much else meanwhile: no test waits for time to pass.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'postgresql',
          // What depends on the database once more, over a server that is started for it.
          include: ['src/store/**/*.test.ts', 'src/control/logins/**/*.test.ts', 'src/api/at-once.test.ts'],
          exclude: ['src/store/node-sqlite.test.ts'],
          globalSetup: ['test/support/postgres-server.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'endurance',
          include: ['test/endurance/**/*.test.ts'],
          testTimeout: 900_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
