import { describe, expect, test } from 'vitest';
import { readConfig } from './config.ts';

describe('readConfig', () => {
  test('needs nothing', () => {
    expect(readConfig({})).toMatchObject({ host: '127.0.0.1', port: 8787, dataDir: '.laskobot', jobs: 'timer' });
  });

  test('reads what is set', () => {
    const config = readConfig({
      PORT: '80',
      DATABASE_URL: 'postgresql://u:p@db/x',
      SUPABASE_URL: 'https://x.supabase.co/',
      SUPABASE_SECRET_KEY: 'sb_secret_x',
      ALLOWED_ORIGINS: 'https://a.example, http://localhost:3000',
    });
    expect(config).toMatchObject({
      port: 80,
      databaseUrl: 'postgresql://u:p@db/x',
      supabase: { url: 'https://x.supabase.co', secretKey: 'sb_secret_x' },
      allowedOrigins: ['https://a.example', 'http://localhost:3000'],
    });
  });

  test.each([
    ['PORT', '70000', 'PORT is "70000", it takes a whole number from 0 to 65535'],
    ['PORT', '8 787', 'PORT is "8 787"'],
    ['POOL_SIZE', '0', 'POOL_SIZE is "0"'],
    ['HINTS_MIN_SUCCESSES', '-1', 'HINTS_MIN_SUCCESSES is "-1"'],
    ['HINTS_HOLDOUT_PERCENT', '51', 'HINTS_HOLDOUT_PERCENT is "51", it takes a whole number from 0 to 50'],
    ['REDIS_URL', 'http://x', 'REDIS_URL is "http://x", it takes a URL that begins with redis:// or rediss://'],
    ['RATE_LIMIT', '-1', 'RATE_LIMIT is "-1"'],
    ['JOBS', 'cron', 'JOBS is "cron", it takes one of timer, off'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL is "loud", it takes one of debug, info, warn, error, silent'],
    ['DATABASE_URL', 'mysql://x', 'DATABASE_URL is "mysql://x", it takes a URL that begins with postgres://'],
    ['PUBLIC_URL', 'runs.example', 'PUBLIC_URL is "runs.example", it takes a URL'],
    ['ALLOWED_ORIGINS', 'https://a.example/path', 'ALLOWED_ORIGINS is "https://a.example/path", it takes origins'],
    ['SUPABASE_URL', 'https://x.supabase.co', 'SUPABASE_URL and SUPABASE_SECRET_KEY must be set both or neither'],
  ])('names %s=%s', (name, value, message) => {
    expect(() => readConfig({ [name]: value })).toThrow(message);
  });

  test('shows no password', () => {
    expect(() => readConfig({ DATABASE_URL: 'mysql://me:hunter2@db/x' })).toThrow(/^(?!.*hunter2)/);
  });
});
