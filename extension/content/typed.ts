import type { Doubt } from '../../shared/privacy/doubt.ts';
import { MAX_TYPED_CHARS, MAX_TYPED_TEXTS } from '../limits.ts';
import type { Told } from '../messages.ts';

/** Where something was typed: a field, or a tool's argument by a name of its own. */
type Place = Element | symbol;

/**
 * What was typed in this document and the background has not acknowledged: it goes with every message until then, so that no capture
 * is sealed without it, whatever message is lost or sent again.
 */
export function createTyped(doubt: Doubt) {
  const untold = new Map<Place, string>();
  return {
    add(place: Place, text: string): void {
      doubt.add(text);
      const now = text.slice(0, MAX_TYPED_CHARS);
      const before = untold.get(place);
      // What was deleted again, or replaced, may stand in the page already.
      if (before?.startsWith(now)) return;
      if (before !== undefined && !now.startsWith(before)) untold.set(Symbol(), before);
      untold.set(place, now);
    },
    waiting: (): boolean => untold.size > 0,
    /** Too much to go with one message: what is captured now could not be cleaned of it. */
    tooMuch: (): boolean => untold.size > MAX_TYPED_TEXTS,
    texts: (): Pick<Told, 'typed'> => (untold.size > 0 ? { typed: [...untold.values()] } : {}),
    /** Returns what is to be called once the background has taken the texts as they are now. */
    taking(): () => void {
      const told = [...untold];
      return () => {
        for (const [place, text] of told) if (untold.get(place) === text) untold.delete(place);
      };
    },
  };
}

export type Typed = ReturnType<typeof createTyped>;
