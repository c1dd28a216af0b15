import type { Json, JsonObject, OpenApi } from './document.ts';

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
  h2 { margin-top: 2.5rem; border-bottom: 1px solid #ccc; }
  code, pre { font: 13px/1.45 ui-monospace, monospace; }
  pre { background: #f4f4f4; padding: .75rem; overflow: auto; max-height: 30rem; }
  summary { cursor: pointer; padding: .25rem 0; }
  .method { display: inline-block; min-width: 3.5rem; font-weight: 700; }
  @media (prefers-color-scheme: dark) { body { background: #161616; color: #e6e6e6; } pre { background: #222; } a { color: #8ab4ff; } }
`;

/** The document as a page of plain HTML: no script, nothing from elsewhere. */
export function openApiPage({ info, paths, components }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationHtml(method, path, operation)),
  );
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<details id="${escaped(name)}"><summary><code>${escaped(name)}</code></summary>${codeHtml(schema)}</details>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(info.title)} ${escaped(info.version)}</title>
<style>${STYLE}</style>
<h1>${escaped(info.title)} <small>${escaped(info.version)}</small></h1>
<p>${escaped(info.description)} The same as <a href="openapi.json">OpenAPI 3.1</a>.</p>
<h2>Operations</h2>
${operations.join('\n')}
<h2>Schemas</h2>
${schemas.join('\n')}
</html>
`;
}

function operationHtml(method: string, path: string, operation: JsonObject): string {
  const { summary, description = '', 'x-key': key = 'none', parameters, requestBody, responses } = operation;
  const part = (title: string, value: Json | undefined) => (value ? `<h4>${title}</h4>${codeHtml(value)}` : '');
  return `<details id="${escaped(operation.operationId)}">
<summary><span class="method">${escaped(method.toUpperCase())}</span> <code>${escaped(path)}</code> ${escaped(summary)}</summary>
<p>${escaped(description)} Key: ${escaped(key)}.</p>
${part('Parameters', parameters)}${part('Request', requestBody)}${part('Answers', responses)}
</details>`;
}

/** JSON whose references are links to the schemas below. */
const codeHtml = (value: Json): string =>
  `<pre>${escaped(JSON.stringify(value, null, 2)).replace(
    /#\/components\/schemas\/(\w+)/g,
    (ref, name) => `<a href="#${name}">${ref}</a>`,
  )}</pre>`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (value: Json | undefined): string =>
  String(value ?? '').replace(/[&<>"]/g, (char) => ENTITIES[char] ?? '');
