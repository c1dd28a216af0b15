import type { Frame, FrameLocator, Locator, Page } from '@playwright/test';
import { type EngineRequest, engineSelector } from './engine_request.ts';

/** What locators begin at: a document. */
export type Root = Page | Frame | FrameLocator;

export type Answer<T> =
  | { readonly kind: 'answered'; readonly value: T }
  /** `absent`: no element within the time. `ambiguous`: several. `failed`: page closed, or loaded before the engine was there. */
  | { readonly kind: 'absent' | 'ambiguous' | 'failed' };

/** Asks about a document, or about the control of a locator, for which it waits `timeout` ms. */
export async function askEngine<T>(at: Root | Locator, request: EngineRequest, timeout: number): Promise<Answer<T>> {
  try {
    const text = await at.locator(engineSelector(request)).textContent({ timeout });
    return { kind: 'answered', value: JSON.parse(text ?? '') as T };
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'TimeoutError') return { kind: 'absent' };
    return { kind: message.includes('strict mode violation') ? 'ambiguous' : 'failed' };
  }
}
