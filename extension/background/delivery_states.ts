import { type DeliveryState, FRESH_STATE } from '../../shared/client/outbox.ts';
import type { Database, Schema } from './database.ts';
import type { Room } from './make_room.ts';
import { unwrittenOf } from './unwritten.ts';

/** What the server said last to events and to uploads, kept over stops of the worker. */
export function createDeliveryStates(db: Database, room: Room) {
  const unwritten = unwrittenOf(db);
  const under = (key: Schema['delivery']['key']) => ({
    read: async (): Promise<DeliveryState> => unwritten.states[key] ?? (await db.get('delivery', key)) ?? FRESH_STATE,
    async write(state: DeliveryState): Promise<void> {
      const written = await room.writeLightly(() => db.put('delivery', state, key));
      unwritten.states[key] = written ? undefined : state;
    },
  });
  const events = under('delivery');
  const uploads = under('uploads');
  return {
    state: events.read,
    setState: events.write,
    uploadState: uploads.read,
    setUploadState: uploads.write,
  };
}
