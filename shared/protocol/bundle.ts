import * as z from 'zod';
import { Hint } from './schema.ts';

/** Raised when what is in a bundle changes its shape: who does not know a format does not use it. */
export const BUNDLE_FORMAT = 1;
/** Most hints in a bundle, the most used first. */
export const MAX_BUNDLE_HINTS = 500;
/** Longest payload of a bundle, in UTF-8 bytes. */
export const MAX_BUNDLE_BYTES = 512 * 1024;
/** Newest states that are told of each page. */
export const MAX_BUNDLE_STATES = 10;
/** How long a bundle may be used, in ms, from when it was made. */
export const BUNDLE_LIFE_MS = 7 * 24 * 3600_000;

/** `GET /v1/hints/bundle`: a text, and the ECDSA signature (P-256, SHA-256, base64url) of its UTF-8. */
export const signedBundle = z.object({ payload: z.string(), signature: z.string() });
export type SignedBundle = z.infer<typeof signedBundle>;

const bundlePage = z.object({
  /** A learned template, else the address. */
  key: z.string(),
  /** Newest first. */
  states: z.array(
    z.object({
      page_sig_id: z.string(),
      dom_fingerprint_hash: z.string().nullable(),
      dom_simhash: z.string().nullable(),
      title_hash: z.string().nullable(),
    }),
  ),
  /** Best first; `on`: the states that have the control, by their place in `states`. */
  hints: z.array(z.object({ hint: Hint, on: z.array(z.number().int()) })),
});

/** What the payload of a bundle says, as JSON. */
export const bundle = z.object({
  format: z.literal(BUNDLE_FORMAT),
  project_id: z.string(),
  domain: z.string(),
  /** `bundle_version` of lookups. */
  version: z.number().int(),
  /** ms since 1970 */
  made_at: z.number(),
  expires_at: z.number(),
  /** By which runs are told canaries, and held out: see `forRun`. */
  canary_percent: z.number(),
  holdout_percent: z.number(),
  /** Whether all hints of the domain are in it. */
  complete: z.boolean(),
  /** Learned templates of the domain's addresses, the most special first. */
  templates: z.array(z.string()),
  pages: z.array(bundlePage),
  /**
   * Controls of the domain: `elem_sig_id` of their hints, on how many pages they were right, and the keys of those on which they were
   * withdrawn; those of most pages first.
   */
  controls: z.array(z.object({ elem_sig_id: z.string(), pages: z.number().int(), not_on: z.array(z.string()) })),
});
export type Bundle = z.infer<typeof bundle>;
export type BundlePage = z.infer<typeof bundlePage>;

export const BundleQuery = z.strictObject({
  domain: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^\s/?#@]+$/, 'no host')
    .toLowerCase(),
});
