import type { Signed } from './engine_request.ts';
import { type Exported, exportPatch } from './export_patch.ts';
import type { Other } from './find_other.ts';
import type { Action, Origin } from './instrument.ts';
import { type NewLocator, newLocator } from './new_locator.ts';
import { picture } from './picture.ts';
import type { Healing } from './report.ts';

export interface Found {
  readonly action: Action;
  readonly target: NonNullable<Action['target']> & { readonly origin: Origin };
  readonly other: Other;
  readonly control: Signed | undefined;
}

/** What a report says of a control that was found again; with `patch`, its locator in the source goes into that file. */
export async function healingOf(found: Found, heals: boolean, patch: string | undefined): Promise<Healing> {
  const { action, target, other, control } = found;
  const better = await newLocator(target.origin.root, other.act, control?.local.candidates ?? []);
  const exported = heals && patch && better ? await exportLocator(target, better, patch) : undefined;
  const image = await picture(action.page, other.found.path);
  return {
    kind: heals ? 'healed' : 'advised',
    from: other.from,
    old: target.text,
    new: better?.code,
    probability: other.found.confidence,
    found_by: other.found.found_by,
    site: target.origin.site,
    ...(exported && { patch: exported.patched ? 'written' : `not patchable: ${exported.reason}` }),
    ...(image && { picture: image }),
  };
}

async function exportLocator(
  { origin: { site, root }, text, written }: Found['target'],
  { selector, code }: NewLocator,
  patch: string,
): Promise<Exported> {
  if (!site) return { patched: false, reason: 'no_source' };
  const place = { file: site.file, line: site.line };
  if (written !== text)
    return exportPatch(patch, { ...place, from: JSON.stringify(written), to: JSON.stringify(selector) });
  // What a locator in a frame is called on is no part of it.
  const before = String(root.locator(':root')).slice(0, -"locator(':root')".length);
  return exportPatch(patch, { ...place, from: text.slice(before.length), to: code });
}
