import * as z from 'zod';

export const HELLO = 'daemon.hello';

/** Payload of the command `daemon.hello`, by which a connection joins the session of the envelope. */
export const Hello = z.object({
  role: z.enum(['agent', 'extension']),
  /** Which browser it is; then its tabs are recorded too. */
  instanceId: z.string().min(1).max(128).optional(),
  extension: z.enum(['chrome', 'firefox']).optional(),
  extensionVersion: z.string().max(64).optional(),
});
