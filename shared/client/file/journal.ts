import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { type Contents, createContents } from './contents.ts';
import { decodeJournal, encodeRecord, type JournalRecord } from './record.ts';

/** A journal is written anew once it is so many times as long as what it says, and longer than this. */
const WASTE = 3;
const COMPACT_BYTES = 256 * 1024;

export interface Journal {
  readonly path: string;
  readonly contents: Contents;
  /** Writes the records at once; they count once they are written. Rejects where the disk did not take them: then nothing changed. */
  append(...records: readonly JournalRecord[]): Promise<void>;
  /**
   * For what has happened, whether or not the disk takes it: it counts at once. Unwritten, a later process does not know of it, and
   * sends again what was delivered.
   */
  note(record: JournalRecord): Promise<void>;
  /** Writes the journal anew without what is settled, so that its room is free again. */
  compact(): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
  remove(): Promise<void>;
}

async function writeAll(to: FileHandle, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await to.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

/**
 * Opens or begins the journal at `path`, which no other process may have open. A line that a kill cut short is taken off. Callers
 * await each call before the next.
 */
export async function openJournal(path: string): Promise<Journal> {
  const contents = createContents();
  await (await open(path, 'a')).close();
  let file = await open(path, 'r+');
  const { records, end: good } = decodeJournal(await file.readFile());
  for (const record of records) contents.apply(record);
  let end = good;
  await file.truncate(end);

  async function compact(): Promise<void> {
    const draft = `${path}.draft`;
    const bytes = Buffer.concat(contents.records().map(encodeRecord));
    const anew = await open(draft, 'w');
    try {
      await writeAll(anew, bytes, 0);
      await anew.datasync();
      await rename(draft, path);
    } catch (error) {
      await anew.close();
      await rm(draft, { force: true });
      throw error;
    }
    await file.close();
    file = anew;
    end = bytes.length;
  }

  async function write(...records: readonly JournalRecord[]): Promise<void> {
    const bytes = Buffer.concat(records.map(encodeRecord));
    try {
      await writeAll(file, bytes, end);
    } catch (error) {
      // What was written of it is no line, and the next record goes over it.
      await file.truncate(end).catch(() => undefined);
      throw error;
    }
    end += bytes.length;
  }

  const compactIfLong = async (): Promise<void> => {
    if (end > COMPACT_BYTES && end > WASTE * contents.bytes()) await compact().catch(() => undefined);
  };

  return {
    path,
    contents,
    async append(...records) {
      await write(...records);
      for (const record of records) contents.apply(record);
      await compactIfLong();
    },
    async note(record) {
      contents.apply(record);
      await write(record).then(compactIfLong, () => compact().catch(() => undefined));
    },
    compact,
    sync: () => file.datasync(),
    close: () => file.close(),
    async remove() {
      await file.close();
      await rm(path, { force: true });
    },
  };
}
