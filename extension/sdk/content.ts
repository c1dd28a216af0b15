/** The same as `laskobot-runs/extension`. */
export * from './index.ts';
