/** A template of an address, without the origin where that is the application's under test: it is another on each machine. */
export function pageTemplate(urlNorm: string, baseUrl: string | undefined): string {
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return urlNorm;
  const { protocol, host } = new URL(baseUrl);
  const origin = `${protocol}//${host}`;
  return urlNorm === origin || urlNorm.startsWith(`${origin}/`) ? urlNorm.slice(origin.length) || '/' : urlNorm;
}
