import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Major version of a Postgres of Debian, whose programs lie in /usr/lib/postgresql/{version}/bin. */
export const debianVersion = (bin: string): string | undefined => /^\/usr\/lib\/postgresql\/(\d+)\/bin$/.exec(bin)?.[1];

/** Whether the Postgres with its programs in `bin` has the extension pgTAP. */
export function hasPgtap(bin: string): boolean {
  const version = debianVersion(bin);
  const share = [
    ...(version ? [`/usr/share/postgresql/${version}`] : []),
    join(bin, '../share'),
    join(bin, '../share/postgresql'),
  ];
  return share.some((dir) => existsSync(join(dir, 'extension/pgtap.control')));
}
