import { readPairs } from '../pairs/pairs_file.ts';
import { type Site, serveSite } from '../pairs/site.ts';

export type Version = 'old' | 'new';

/** An application on one address that is exchanged for its next version. */
export async function serveSwapped(versions: Readonly<Record<Version, Site>>) {
  let version: Version = 'old';
  const { origin, close } = await serveSite({
    get folders() {
      return versions[version].folders;
    },
    get pages() {
      return versions[version].pages;
    },
  });
  return {
    origin,
    close,
    swap(to: Version): void {
      version = to;
    },
  };
}

/** XPath by label of the controls of one version; null where it is gone. Labels that several have are left out. */
export async function labelsOf(pairs: string, version: Version): Promise<Record<string, string | null>> {
  const [file] = await readPairs(pairs);
  const all = (file?.pairs ?? []).map((pair) => [pair.label ?? '', pair[version]] as const);
  return Object.fromEntries(all.filter(([label]) => all.filter(([other]) => other === label).length === 1));
}
