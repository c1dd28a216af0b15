import { toJsonLines } from '../../shared/client/dead_letters.ts';
import type { DeadLetter } from '../../shared/client/outbox.ts';
import { ask, part } from '../ask.ts';

/** Longest that an export is kept for its download, in ms. */
const REVOKE_MS = 60_000;

const nameOf = ({ item }: DeadLetter): string =>
  item.kind === 'tool_call' ? item.tool_name : item.kind === 'event' ? item.name : item.kind;

function row(letter: DeadLetter): HTMLLIElement {
  const line = document.createElement('li');
  const text = document.createElement('span');
  text.textContent = `${new Date(letter.at).toLocaleString()} · ${nameOf(letter)} · ${letter.code}: ${letter.reason}`;
  const retry = document.createElement('button');
  retry.type = 'button';
  retry.textContent = 'Retry';
  retry.dataset.uuid = letter.uuid;
  retry.addEventListener('click', () => retryLetters([letter.uuid]));
  line.append(text, retry);
  return line;
}

async function retryLetters(uuids?: readonly string[]): Promise<void> {
  const told = part('letters_told');
  try {
    const count = await ask<number>({ type: 'retry_dead_letters', ...(uuids ? { uuids } : {}) });
    told.textContent = `${count} sent again.`;
  } catch (error) {
    told.textContent = error instanceof Error ? error.message : String(error);
  }
  await showDeadLetters();
}

async function download(): Promise<void> {
  const letters = await ask<DeadLetter[]>({ type: 'dead_letters' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([toJsonLines(letters)], { type: 'application/jsonl' }));
  link.download = `refused-${new Date().toISOString().slice(0, 10)}.jsonl`;
  link.click();
  // The browser reads it after the click, and may ask the user for a place first.
  setTimeout(() => URL.revokeObjectURL(link.href), REVOKE_MS);
}

/** Lists what the server refused for good; hidden while there is nothing. */
export async function showDeadLetters(): Promise<void> {
  const letters = await ask<DeadLetter[]>({ type: 'dead_letters' });
  part('refused').hidden = letters.length === 0;
  part('letters').replaceChildren(...letters.map(row));
}

export async function startDeadLetters(): Promise<void> {
  part('retry_all').addEventListener('click', () => retryLetters());
  part('export').addEventListener('click', download);
  await showDeadLetters();
  if (location.hash === '#refused') part('refused').scrollIntoView();
}
