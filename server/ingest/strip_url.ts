/** A parameter's name; a bare one of another form is taken for a value. */
const NAME = /^[A-Za-z_][\w.[\]-]{0,31}$/;
/** Schemes whose rest is content. */
const OPAQUE = /^(?:data|blob|javascript|view-source):/i;

/**
 * A URL without what a page or a person may have put into it: credentials, values of the query and of a fragment that
 * holds parameters. `https://me:pw@x.example/a?q=name&flag#t=secret` → `https://x.example/a?q=&flag#t=`. Clients scrub
 * before they send; this is the second line.
 */
export function stripUrl(url: string): string {
  const opaque = OPAQUE.exec(url);
  if (opaque) return opaque[0].toLowerCase();
  const hash = url.indexOf('#');
  const beforeHash = hash < 0 ? url : url.slice(0, hash);
  const mark = beforeHash.indexOf('?');
  const rest = mark < 0 ? beforeHash : beforeHash.slice(0, mark);
  return (
    (rest.includes('@') ? rest.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1') : rest) +
    (mark < 0 ? '' : stripQuery(beforeHash.slice(mark))) +
    (hash < 0 ? '' : stripFragment(url.slice(hash)))
  );
}

const stripQuery = (query: string): string => `?${stripParameters(query.slice(1))}`;

/** `#/route?x=1` keeps its route, `#section` stays, `#token=…` is a list of parameters. */
function stripFragment(fragment: string): string {
  const at = fragment.indexOf('?');
  if (at >= 0) return fragment.slice(0, at) + stripQuery(fragment.slice(at));
  return fragment.includes('=') ? `#${stripParameters(fragment.slice(1))}` : fragment;
}

const stripParameters = (text: string): string =>
  text
    .split('&')
    .map((parameter) => {
      const at = parameter.indexOf('=');
      if (at >= 0) return parameter.slice(0, at + 1);
      return NAME.test(parameter) ? parameter : '';
    })
    .join('&');
