import type { Message } from '../mcp/message.ts';

/** What both SDKs pass with a message; of it only the headers are looked at, for who asks. */
export interface Extra {
  readonly requestInfo?: { readonly headers?: Readonly<Record<string, unknown>> | undefined } | undefined;
}

type OnMessage = (message: Message, extra?: Extra) => void;

/** The contract of transports, as @modelcontextprotocol/sdk 1.x and @modelcontextprotocol/server 2.x document it. */
export interface Transport {
  onmessage?: OnMessage | undefined;
  onclose?: (() => void) | undefined;
  send(message: Message, options?: object): Promise<void>;
}

export interface Taps {
  /** A message came: `handle` gives it, or another, to the server, `send` answers the client in its place. */
  received(
    message: Message,
    extra: Extra | undefined,
    ways: { readonly handle: OnMessage; readonly send: (message: Message) => Promise<void> },
  ): void;
  /** The server says something; `send` says it, or something else, to the client. */
  sending(message: Message, send: (message: Message) => Promise<void>): Promise<void>;
  closed(): void;
}

/** The setter of a class, where it has one, does what it does; else the transport reads its own property. */
function settersOf(transport: Transport): PropertyDescriptor | undefined {
  for (let at: object | null = transport; at; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertyDescriptor(at, 'onmessage');
    if (found) return found.set ? found : undefined;
  }
  return undefined;
}

/** Listens on a transport before a server is connected to it. The object stays the same: servers know transports of their own by it. */
export function tap(transport: Transport, taps: Taps): void {
  const send = transport.send.bind(transport);
  transport.send = (message, options) => taps.sending(message, (said) => send(said, options));

  const accessor = settersOf(transport);
  let handler = transport.onmessage;
  let connected = false;
  const handling = new Set<Message>();
  const handle: OnMessage = (message, extra) => {
    handling.add(message);
    try {
      handler?.call(transport, message, extra);
    } finally {
      handling.delete(message);
    }
  };
  // A server that is connected anew calls what it found here, which is this.
  const tapped: OnMessage = (message, extra) => {
    if (!handling.has(message)) taps.received(message, extra, { handle, send: (said) => send(said) });
  };
  Object.defineProperty(transport, 'onmessage', {
    configurable: true,
    enumerable: true,
    // Servers call what was there before they came, too: until then it is not ours.
    get: () => (connected ? tapped : handler),
    set(next: OnMessage | undefined) {
      handler = next;
      connected = true;
      accessor?.set?.call(transport, tapped);
    },
  });
  const { onclose } = transport;
  transport.onclose = () => {
    onclose?.();
    taps.closed();
  };
}
