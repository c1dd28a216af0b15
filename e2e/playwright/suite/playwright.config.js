import { defineConfig } from '@playwright/test';

const { CHROMIUM_PATH, HINTS_MODE, PATCH, WIKI_URL } = process.env;

export default defineConfig({
  testDir: '.',
  fullyParallel: true,
  workers: 2,
  timeout: 30_000,
  reporter: [
    ['json', { outputFile: 'report.json' }],
    ['html', { outputFolder: 'html', open: 'never' }],
  ],
  use: {
    actionTimeout: 3000,
    baseURL: WIKI_URL,
    locale: 'en-US',
    hints: { mode: HINTS_MODE, ...(PATCH ? { exportPatch: PATCH } : {}) },
    launchOptions: {
      executablePath: CHROMIUM_PATH,
      args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
    },
  },
});
