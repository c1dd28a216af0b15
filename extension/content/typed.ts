import type { Doubt } from '../../shared/privacy/doubt.ts';
import { MAX_TYPED_CHARS, MAX_TYPED_TEXTS } from '../limits.ts';
import type { Told } from '../messages.ts';

/** Where something was typed: a field, or a tool's argument by a name of its own. */
type Place = Element | symbol;

/** A code is often typed into boxes, one after the other, of at most so many characters each. */
const MAX_BOX_CHARS = 3;
const MAX_BOXES = 16;

/** What boxes that were filled one after another hold together, once that is more than one of them may hold. */
function createBoxes() {
  const filled = new Map<Place, string>();
  return (place: Place, text: string): string | undefined => {
    if (text.length > MAX_BOX_CHARS) {
      // A field of another kind: what is typed next belongs to something else.
      filled.clear();
      return undefined;
    }
    filled.set(place, text);
    if (filled.size > MAX_BOXES) filled.delete(filled.keys().next().value!);
    const joined = [...filled.values()].join('');
    return joined.length > MAX_BOX_CHARS ? joined : undefined;
  };
}

/**
 * What was typed in this document and the background has not acknowledged: it goes with every message until then, so that no capture
 * is sealed without it, whatever message is lost or sent again.
 */
export function createTyped(doubt: Doubt) {
  const untold = new Map<Place, string>();
  // What a tool types is met twice: as its argument and in the field.
  const inFields = createBoxes();
  const byTools = createBoxes();
  const remember = (place: Place, text: string): void => {
    doubt.add(text);
    const now = text.slice(0, MAX_TYPED_CHARS);
    const before = untold.get(place);
    // What was deleted again, or replaced, may stand in the page already.
    if (before?.startsWith(now)) return;
    if (before !== undefined && !now.startsWith(before)) untold.set(Symbol(), before);
    untold.set(place, now);
  };
  return {
    /** Returns what is remembered by it: the text, and what it makes together with the boxes filled before. */
    add(place: Place, text: string): readonly string[] {
      remember(place, text);
      const joined = (typeof place === 'symbol' ? byTools : inFields)(place, text);
      if (joined === undefined) return [text];
      remember(Symbol(), joined);
      return [text, joined];
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
