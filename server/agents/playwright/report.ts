import type { CallSite } from './call_site.ts';

/** What became of a locator that failed. */
export type Healing =
  | {
      /** `healed`: the other was used. `advised`: it was only told. */
      readonly kind: 'healed' | 'advised';
      /** Who knew the control: the file of identities, or the server's hints. */
      readonly from: 'file' | 'server';
      readonly old: string;
      /** Undefined where no locator names the control alone. */
      readonly new: string | undefined;
      /** That it is the control which the old one named, 0 to 1. */
      readonly probability: number;
      readonly found_by: string;
      readonly site: CallSite | undefined;
      /** `written`, or why the source cannot be patched. */
      readonly patch?: string;
      /** PNG with the control outlined. */
      readonly picture?: Buffer;
    }
  | { readonly kind: 'missed'; readonly old: string; readonly reason: string; readonly site: CallSite | undefined };

/** One line for people. */
export function told(healing: Healing): string {
  const { old, site } = healing;
  const where = site ? ` at ${site.file}:${site.line}` : '';
  if (healing.kind === 'missed') return `${old}${where}: no other way, ${healing.reason}`;
  const better = healing.new ?? 'a control that no locator names alone';
  return `${old}${where} → ${better} (probability ${healing.probability.toFixed(2)}, known by the ${healing.from})`;
}
