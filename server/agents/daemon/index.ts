export { type Daemon, type DaemonOptions, startDaemon } from './daemon.ts';
export { createEmitter, type Emitted, type Emitter, type EmitterOptions } from './emitter.ts';
export type { DaemonError, DaemonErrorCode, Envelope } from './envelope.ts';
export type { Instance } from './event_recorder.ts';
