import browser from 'webextension-polyfill';

/** Asked once: in Chrome the user may withhold pages, in Firefox take them away, all or some. */
let known = new Map<string, Promise<boolean>>();
const forget = (): void => {
  known = new Map();
};
browser.permissions.onAdded.addListener(forget);
browser.permissions.onRemoved.addListener(forget);

function allowed(pattern: string): Promise<boolean> {
  const asked = known.get(pattern) ?? browser.permissions.contains({ origins: [pattern] });
  known.set(pattern, asked);
  return asked;
}

/** Whether the browser lets the extension read every page, and take pictures: these need all. */
export const readsAllPages = (): Promise<boolean> => allowed('<all_urls>');

/** Whether it lets it read this one. Match patterns of Firefox know no ports. */
export async function readsPage(url: string): Promise<boolean> {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return (await readsAllPages()) || allowed(`${protocol}//${hostname}/*`);
}
