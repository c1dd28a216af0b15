import type { BackgroundMessage } from '../messages.ts';
import { onMessage } from './api.ts';
import { isVerifyMessage, verify } from './verify.ts';

// Injected whenever a hint is to be verified; the first injection into a document stays.
const scope = globalThis as { laskobotVerifies?: boolean };
if (!scope.laskobotVerifies) {
  scope.laskobotVerifies = true;
  onMessage<BackgroundMessage>((message) =>
    isVerifyMessage(message) ? Promise.resolve(verify(message.hint, message.text_key, message.action)) : undefined,
  );
}
