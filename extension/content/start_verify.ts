import { readClosedShadows } from '../../shared/signature/roots.ts';
import type { BackgroundMessage } from '../messages.ts';
import { onMessage } from './api.ts';
import { readShadow } from './read_shadow.ts';
import { verify } from './verify.ts';

/** Answers the background's requests to verify a hint on this page. A second call in one document changes nothing. */
export function startVerify(): void {
  const scope = globalThis as { laskobotVerifies?: boolean };
  if (scope.laskobotVerifies) return;
  scope.laskobotVerifies = true;
  readClosedShadows(readShadow, true);
  onMessage<BackgroundMessage>((message) =>
    message.type === 'verify'
      ? Promise.resolve(verify(message.hint, message.text_key, message.masking, message.action))
      : undefined,
  );
}
