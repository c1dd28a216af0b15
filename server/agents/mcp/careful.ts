import type { CreateUnderstanding, Understanding } from '../understand/types.ts';
import type { Complaints } from './complaints.ts';
import { leavesOf } from './typed_values.ts';

/** Whatever fails while a call is read costs its page and element, and never the call. */
export function careful(create: CreateUnderstanding, complaints: Complaints): CreateUnderstanding {
  const tried = <T>(work: () => T, otherwise: () => T): T => {
    try {
      return work();
    } catch (error) {
      complaints.tell('understanding', `a call could not be read: ${error instanceof Error ? error.name : 'error'}`);
      return otherwise();
    }
  };
  return (server) => {
    const inner = tried<Understanding | undefined>(
      () => create(server),
      () => undefined,
    );
    return {
      // What cannot be told apart counts as typed, all of it.
      typedBy: (call) =>
        tried(
          () => inner?.typedBy(call) ?? leavesOf(call.args),
          () => leavesOf(call.args),
        ),
      before: (call) =>
        tried(
          () => inner?.before(call) ?? {},
          () => ({}),
        ),
      after: (call, result) =>
        tried(
          () => inner?.after(call, result) ?? {},
          () => ({}),
        ),
    };
  };
}
