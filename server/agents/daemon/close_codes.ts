/** Why the daemon closes a connection, beside the codes of the WebSocket protocol. */
export const CLOSE = {
  /** It reads slower than it is sent to. */
  slow: 4008,
  /** Its session's extension has connected anew. */
  replaced: 4009,
  /** It sent too much that is no envelope. */
  invalid: 4010,
  /** The daemon stops: connect again. */
  goingAway: 1001,
  textOnly: 1003,
} as const;
