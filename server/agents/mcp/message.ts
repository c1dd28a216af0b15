export type JsonObject = Readonly<Record<string, unknown>>;
export type MessageId = string | number;

/** A JSON-RPC message as it came: nothing in it is checked or left out. */
export type Message = JsonObject;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
export const idOf = (value: unknown): MessageId | undefined =>
  typeof value === 'string' || typeof value === 'number' ? value : undefined;

/** The messages of a frame: one, or those of a batch. None where it is no JSON-RPC. */
export function messagesOf(frame: string): readonly Message[] {
  try {
    const parsed: unknown = JSON.parse(frame);
    return (Array.isArray(parsed) ? parsed : [parsed]).filter(isObject);
  } catch {
    return [];
  }
}

export const isRequest = (message: Message): boolean =>
  typeof message.method === 'string' && idOf(message.id) !== undefined;
/** Answers a request, with `result` or `error`. */
export const isResponse = (message: Message): boolean => message.method === undefined && 'id' in message;
