import type { Command } from './command.ts';

export interface NamedCommand {
  /** As typed, e.g. `keys create`. */
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** Every command in the order of --help. What one needs is loaded when it is called. */
export const COMMANDS: readonly NamedCommand[] = [
  {
    name: 'start',
    summary: 'Runs the server with its jobs.',
    load: async () => (await import('./start.ts')).startCommand,
  },
  {
    name: 'mcp',
    summary: 'Stands in front of an MCP server and records its tool calls.',
    load: async () => (await import('./mcp.ts')).mcpCommand,
  },
  {
    name: 'daemon',
    summary: 'Passes messages on between extensions and agents, and records events.',
    load: async () => (await import('./daemon.ts')).daemonCommand,
  },
  {
    name: 'migrate',
    summary: 'Applies the schema, and makes the buckets. The server does so itself when it starts.',
    load: async () => (await import('./migrate.ts')).migrateCommand,
  },
  {
    name: 'keys create',
    summary: 'Makes a key and prints it, once.',
    load: async () => (await import('./keys.ts')).keysCreate,
  },
  {
    name: 'keys list',
    summary: 'Lists the keys of all projects, as tab-separated columns.',
    load: async () => (await import('./keys.ts')).keysList,
  },
  {
    name: 'keys revoke',
    summary: 'Revokes a key; servers refuse it within 5 seconds.',
    load: async () => (await import('./keys.ts')).keysRevoke,
  },
  {
    name: 'projects create',
    summary: 'Makes a project and prints its id.',
    load: async () => (await import('./projects.ts')).projectsCreate,
  },
  {
    name: 'projects list',
    summary: 'Lists the projects, as tab-separated columns.',
    load: async () => (await import('./projects.ts')).projectsList,
  },
  {
    name: 'projects delete',
    summary: 'Deletes a project: keys, rows, archives, blobs, what caches remember.',
    load: async () => (await import('./projects_delete.ts')).projectsDelete,
  },
  {
    name: 'jobs run',
    summary: 'Runs a job now.',
    load: async () => (await import('./jobs.ts')).jobsRun,
  },
  {
    name: 'jobs list',
    summary: 'Lists the jobs: how often each runs, and how it went last.',
    load: async () => (await import('./jobs.ts')).jobsList,
  },
  {
    name: 'jobs history',
    summary: 'Shows the last runs of a job, newest first.',
    load: async () => (await import('./jobs.ts')).jobsHistory,
  },
  {
    name: 'hints list',
    summary: 'Lists hints: what is told about which control, and whether it is served.',
    load: async () => (await import('./hints.ts')).hintsList,
  },
  {
    name: 'hints show',
    summary: 'Shows all versions of a hint side by side, and why each became what it is.',
    load: async () => (await import('./hints.ts')).hintsShow,
  },
  {
    name: 'hints evidence',
    summary: 'Prints what speaks for and against a version of a hint, as JSON.',
    load: async () => (await import('./hints_evidence.ts')).hintsEvidence,
  },
  {
    name: 'hints pin',
    summary: 'Serves this version, whatever the evidence.',
    load: async () => (await import('./hints.ts')).hintsPin,
  },
  {
    name: 'hints veto',
    summary: 'Tells nothing about the control of this hint any more.',
    load: async () => (await import('./hints.ts')).hintsVeto,
  },
  {
    name: 'hints rollback',
    summary: 'Withdraws this version and all after it, and pins the one before.',
    load: async () => (await import('./hints.ts')).hintsRollback,
  },
  {
    name: 'hints auto',
    summary: 'Lets evidence decide again about this hint.',
    load: async () => (await import('./hints.ts')).hintsAuto,
  },
  {
    name: 'hints uplift',
    summary: 'Tells what hints bring, against runs that they were withheld from.',
    load: async () => (await import('./hints_uplift.ts')).hintsUplift,
  },
  {
    name: 'rebuild',
    summary: 'Adds up the statistics behind hints again, from the calls and events that are stored.',
    load: async () => (await import('./rebuild.ts')).rebuild,
  },
  {
    name: 'lineage list',
    summary: 'Lists what was joined: addresses of one page, forms of one control.',
    load: async () => (await import('./lineage.ts')).lineageList,
  },
  {
    name: 'lineage undo',
    summary: 'Parts again what was joined, for good.',
    load: async () => (await import('./lineage.ts')).lineageUndo,
  },
  {
    name: 'archive list',
    summary: 'Lists the months that retention has moved into Storage.',
    load: async () => (await import('./archive.ts')).archiveList,
  },
  {
    name: 'archive restore',
    summary: 'Moves an archived month back into the database.',
    load: async () => (await import('./archive.ts')).archiveRestore,
  },
  {
    name: 'backfill',
    summary: 'Loads files of JSON lines: tool calls, events, runs, sessions, instances and tabs.',
    load: async () => (await import('./backfill.ts')).backfillCommand,
  },
  {
    name: 'erase',
    summary: 'Erases a session, a user or a domain: rows, archives, blobs, what caches remember.',
    load: async () => (await import('./erase.ts')).eraseCommand,
  },
];
