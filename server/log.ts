export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a log line may carry: names, counts and ids, never what a request held. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** A logger of JSON lines `{time, level, event, …fields}`; `write` takes one line without its end. */
export function createLog(level: LogLevel, write: (line: string) => void, now: () => Date = () => new Date()): Log {
  const least = LOG_LEVELS.indexOf(level);
  const logger = (name: Exclude<LogLevel, 'silent'>) => (event: string, fields?: LogFields) => {
    if (LOG_LEVELS.indexOf(name) < least) return;
    write(JSON.stringify({ time: now().toISOString(), level: name, event, ...fields }));
  };
  return { debug: logger('debug'), info: logger('info'), warn: logger('warn'), error: logger('error') };
}
