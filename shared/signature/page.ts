import type { PageSignature } from '../protocol/schema.ts';
import { keepingClean, type SignatureContext } from './context.ts';
import { observePage } from './observe-page.ts';
import { sealPage } from './seal-page.ts';

/** Signature of a page as it is now: read and sealed in one go. */
export const signPage = (document: Document, url: string, ctx: SignatureContext): PageSignature =>
  sealPage(observePage(document, keepingClean(ctx)), url, ctx);
