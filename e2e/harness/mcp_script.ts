import type { McpPeer } from './mcp_peer.ts';

/** Capabilities with which the reference server offers all of its tools. */
const CAPABILITIES = { sampling: {}, elicitation: { form: {} } };

/**
 * Everything that the protocol does, said to the reference server one after the other, so that the order of its frames is the same each
 * time: results, pictures, structured content, failures, refusals, progress, cancellation, requests of the server, resources, prompts.
 */
export async function everythingOf(peer: McpPeer): Promise<void> {
  peer.onRequest('sampling/createMessage', {
    role: 'assistant',
    model: 'none',
    content: { type: 'text', text: 'sampled' },
  });
  peer.onRequest('elicitation/create', { action: 'accept', content: { name: 'Persimmon-7741', check: true } });
  await peer.initialize(CAPABILITIES);
  // Tools that depend on what the client can do come after the handshake, and are announced.
  await peer.frame(({ method }) => method === 'notifications/tools/list_changed');
  await peer.request('tools/list');
  await peer.call('echo', { message: 'žluťoučký 🐴 "quoted" \\ \u2028' });
  await peer.call('get-sum', { a: 2, b: 40 });
  await peer.call('get-tiny-image');
  await peer.call('get-structured-content', { location: 'Chicago' });
  await peer.call('get-annotated-message', { messageType: 'error', includeImage: true });
  await peer.call('get-resource-links', { count: 2 });
  await peer.call('echo', { wrong: true });
  await peer.call('no-such-tool');
  await peer.request('tools/call', {
    name: 'trigger-long-running-operation',
    arguments: { duration: 0.1, steps: 2 },
    _meta: { progressToken: 'p1', 'x.example/odd': [1.5, null] },
  });
  await peer.call('trigger-sampling-request', { prompt: 'say', maxTokens: 5 });
  await peer.call('trigger-elicitation-request');
  peer.send({
    jsonrpc: '2.0',
    id: 'cancelled',
    method: 'tools/call',
    params: { name: 'trigger-long-running-operation', arguments: { duration: 1.5, steps: 1 } },
  });
  peer.send({
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId: 'cancelled', reason: 'no need' },
  });
  await peer.request('resources/list');
  await peer.request('resources/templates/list');
  await peer.request('resources/read', { uri: 'demo://resource/static/document/features.md' });
  await peer.request('prompts/list');
  await peer.request('prompts/get', { name: 'args-prompt', arguments: { city: 'Ghent' } });
  await peer.request('logging/setLevel', { level: 'error' });
  await peer.request('completion/complete', {
    ref: { type: 'ref/prompt', name: 'completable-prompt' },
    argument: { name: 'department', value: 'E' },
  });
  await peer.request('no/such/method', { kept: [1e3] });
}
