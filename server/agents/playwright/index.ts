export { expect } from '@playwright/test';
export { test } from './fixture.ts';
export { type HintsOptions, MODES, type Mode } from './options.ts';
export type { Healing } from './report.ts';
export { type WaitOptions, waitFor } from './wait_for.ts';
export { type ScriptOptions, withHints } from './with_hints.ts';
