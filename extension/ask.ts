import browser from 'webextension-polyfill';
import { type AdminMessage, type Answer, sent } from './messages.ts';

/** Times that a background is asked which is going away just now, and ms in between: the next asking starts it anew. */
const TRIES = 8;
const PAUSE_MS = 250;

async function post(message: AdminMessage, tries = TRIES): Promise<unknown> {
  try {
    return await browser.runtime.sendMessage(sent(message));
  } catch (error) {
    if (tries <= 1 || !(error instanceof Error) || !/Receiving end does not exist/.test(error.message)) throw error;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    return post(message, tries - 1);
  }
}

/** Asks the background from one of our own pages. Rejects with its sentence where it could not do it. */
export async function ask<T>(message: AdminMessage): Promise<T> {
  const answer = (await post(message)) as Answer<T> | undefined;
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
