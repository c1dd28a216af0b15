import { describe, expect, test } from 'vitest';
import { ToolCall } from '../../../../shared/protocol/schema.ts';
import { checkJson } from '../../../ingest/check_json.ts';
import type { CallOutcome, FinishedCall } from '../call.ts';
import { createTypedTexts } from '../typed_texts.ts';
import { sealCall } from './seal_call.ts';

function aCall(args: Record<string, unknown>, outcome: CallOutcome, typedTexts: readonly string[] = []): FinishedCall {
  const typed = createTypedTexts();
  typed.add(typedTexts);
  const startedAt = Date.UTC(2026, 5, 1);
  return {
    run: { run_id: crypto.randomUUID(), session_id: 's', startedAt },
    seq: 0,
    event_uuid: crypto.randomUUID(),
    tool: 'browser_type',
    args,
    startedAt,
    endedAt: startedAt + 5,
    traceparent: undefined,
    understood: {},
    outcome,
    typed,
  };
}
const answer = (text: string, isError = false): CallOutcome => ({
  kind: 'answered',
  result: { isError, content: [{ type: 'text', text }] },
});
const sealed = (call: FinishedCall) => {
  const { item } = sealCall(call);
  expect(ToolCall.safeParse(item).error).toBeUndefined();
  for (const field of ['input_json', 'output_json'] as const)
    expect(checkJson(field, item[field], false)).toBeUndefined();
  return item;
};

describe('what was typed', () => {
  test.each(['correct horse 9 staple', '4711', '99', 'a1'])('is nowhere, though echoed: %s', (secret) => {
    const echo = [
      '### Ran Playwright code',
      `await page.getByRole('textbox', { name: 'PIN' }).fill('${secret}');`,
      `- textbox "PIN" [ref=e4]: ${secret}`,
      `Error: locator.fill("${secret}") timed out`,
    ].join('\n');
    for (const failed of [true, false]) {
      const item = sealed(aCall({ ref: 'e4', text: secret }, answer(echo, failed), [secret]));
      const json = JSON.stringify([item.input_json, item.output_json, item.error_msg]);
      expect(json).not.toContain(secret);
      expect(json).toContain("fill('[typed]')");
      expect(item.success).toBe(!failed);
    }
  });

  test('leaves values of queries behind, and what detectors find', () => {
    const item = sealed(
      aCall(
        { url: 'https://shop.example/find?q=orchids&page=2' },
        answer('went to https://shop.example/a?token=zzz1 for ana@example.org'),
      ),
    );
    expect(item.input_json).toEqual({ url: 'https://shop.example/find?q=&page=' });
    expect(item.output_json).toEqual({
      content: [{ type: 'text', text: 'went to https://shop.example/a?token= for [email]' }],
    });
  });
});

describe('what is recorded of a result', () => {
  test('has no pictures, and of long texts the beginning, whatever it holds', () => {
    const deep = JSON.parse(`${'['.repeat(200)}1${']'.repeat(200)}`) as unknown;
    const long = 'row of a table\n'.repeat(700_000);
    const item = sealed(
      aCall(
        { nul: 'a\0b', half: '\ud800x', deep, __proto__: null, many: Array.from({ length: 50_000 }, (_, i) => i) },
        {
          kind: 'answered',
          result: {
            isError: false,
            content: [
              { type: 'image', data: 'QUJD'.repeat(1000), mimeType: 'image/png' },
              { type: 'resource', resource: { uri: 'file:///a', blob: 'QUJD', mimeType: 'x/y' } },
              { type: 'text', text: long },
            ],
            structuredContent: { deep },
          },
        },
      ),
    );
    const text = JSON.stringify(item.output_json);
    expect(text).not.toContain('QUJD');
    expect(text).toContain('"bytes":3000');
    expect(text).toContain('characters left out');
  });

  test('is a failure, a refusal, a cancellation or nothing', () => {
    const of = (outcome: CallOutcome) => sealed(aCall({}, outcome));
    expect(of(answer('Error: gone', true))).toMatchObject({ success: false, error_msg: 'Error: gone' });
    expect(of({ kind: 'refused', code: -32602, message: 'no such tool' })).toMatchObject({
      success: false,
      error_msg: '-32602: no such tool',
    });
    expect(of({ kind: 'cancelled', reason: undefined })).toMatchObject({ success: null, error_msg: 'cancelled' });
    expect(of({ kind: 'unanswered' })).toMatchObject({ success: null });
  });
});
