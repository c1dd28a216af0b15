import { builtinModules } from 'node:module';
import { defineConfig } from 'vitest/config';
import pkg from './package.json' with { type: 'json' };

/** Left to Node's resolution: the packages that the user's install brings. */
const external = [
  /^node:/,
  ...builtinModules,
  ...Object.keys({ ...pkg.dependencies, ...pkg.devDependencies }).map((name) => new RegExp(`^${name}(/|$)`)),
];

export default defineConfig({
  test: {
    include: ['{shared,server,extension,e2e}/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist/server',
    rolldownOptions: { input: { cli: 'server/cli.ts' }, external },
  },
});
