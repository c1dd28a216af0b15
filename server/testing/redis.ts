import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { findProgram } from './find_program.ts';
import { describeWith } from './needs.ts';

export const describeRedis = (name: string, suite: (program: string) => void): void =>
  describeWith(findProgram('REDIS_SERVER', 'redis-server', 'valkey-server'), 'Redis (set REDIS_SERVER)', name, suite);

export interface RedisServer {
  kill(signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
}

/** A real Redis or Valkey without persistence; answers when it takes connections. */
export async function startRedis(program: string, port: number): Promise<RedisServer> {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn(program, args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  for (let tries = 0; !(await accepts(port)); tries++) {
    if (tries > 200) throw new Error(`no Redis came up on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return {
    async kill(signal) {
      child.kill(signal);
      if (signal === 'SIGKILL') await ended;
    },
  };
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
