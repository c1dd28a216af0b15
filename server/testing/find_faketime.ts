import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Library that shifts the clock of a process: LIBFAKETIME, else where Debian puts it. Undefined where there is none. */
export function findFaketime(): string | undefined {
  const debian = '/usr/lib';
  const paths = (existsSync(debian) ? readdirSync(debian) : [])
    .filter((name) => name.endsWith('-linux-gnu'))
    .map((name) => join(debian, name, 'faketime/libfaketime.so.1'));
  return [process.env.LIBFAKETIME ?? '', ...paths].find((path) => path !== '' && existsSync(path));
}
