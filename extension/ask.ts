import browser from 'webextension-polyfill';
import { type AdminMessage, type Answer, sent } from './messages.ts';

/** Asks the background from one of our own pages. Rejects with its sentence where it could not do it. */
export async function ask<T>(message: AdminMessage): Promise<T> {
  const answer = (await browser.runtime.sendMessage(sent(message))) as Answer<T> | undefined;
  if (answer === undefined) throw new Error('The background does not answer: reload the extension.');
  if (!answer.ok) throw new Error(answer.error);
  return answer.value;
}

/** The element of our own page with this id. */
export function part<E extends HTMLElement>(id: string): E {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}.`);
  return element as E;
}
