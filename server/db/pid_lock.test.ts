import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyDir } from '../testing/server_process.ts';
import { takePidLock } from './pid_lock.ts';

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await emptyDir();
  path = join(dir, 'server.lock');
});
afterEach(() => rm(dir, { recursive: true }));

test('is held until its release', async () => {
  const release = await takePidLock(path);
  await expect(takePidLock(path)).rejects.toThrow(`process ${process.pid} has this data folder open`);
  await release();
  await (await takePidLock(path))();
});

test('of a process that ended is taken over, by one of many', async () => {
  const child = spawn('true');
  await new Promise((resolve) => child.once('close', resolve));
  for (let round = 0; round < 50; round++) {
    await writeFile(path, JSON.stringify({ pid: child.pid, started: '1' }));
    const takers = await Promise.allSettled(Array.from({ length: 10 }, () => takePidLock(path)));
    expect(takers.filter((taker) => taker.status === 'fulfilled')).toHaveLength(1);
    expect(JSON.parse(await readFile(path, 'utf8')).pid).toBe(process.pid);
  }
});

test('is taken over where a process ended while it was removing a stale one', async () => {
  await writeFile(path, JSON.stringify({ pid: process.pid, started: '1' }));
  await writeFile(`${path}.${process.pid}-1`, JSON.stringify({ pid: process.pid, started: '2' }));
  const takers = await Promise.allSettled(Array.from({ length: 10 }, () => takePidLock(path)));
  expect(takers.filter((taker) => taker.status === 'fulfilled')).toHaveLength(1);
});

test('of a pid that another process has by now is taken over', async () => {
  await writeFile(path, JSON.stringify({ pid: process.pid, started: '1' }));
  await (await takePidLock(path))();
});

test('a torn lock file is taken over', async () => {
  await writeFile(path, '{"pid": 1');
  await (await takePidLock(path))();
});
