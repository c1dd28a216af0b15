import type { Tx } from '../db/db.ts';
import { eraseDomain, eraseDomainCalls, eraseDomainEvents, eraseDomainPages } from './erase_domain.ts';
import { eraseSessionCalls, eraseSessionEvents, eraseSessions } from './erase_sessions.ts';
import type { AtMost, Erased, Subject } from './erased.ts';

/** Erases at most that many rows of one kind. */
export type Step = (tx: Tx, projectId: string, atMost: AtMost) => Promise<Erased>;

/** What there may be much of, in this order; each is to be repeated until it finds no more. Afterwards comes `eraseRows`. */
export function stepsOf(subject: Subject): readonly Step[] {
  if (subject.kind === 'domain') {
    return [eraseDomainCalls, eraseDomainEvents, eraseDomainPages].map(
      (step): Step =>
        (tx, projectId, atMost) =>
          step(tx, projectId, subject.domain, atMost),
    );
  }
  return [eraseSessionCalls, eraseSessionEvents].map(
    (step): Step =>
      (tx, projectId, atMost) =>
        step(tx, projectId, subject.sessionIds, atMost),
  );
}

/** Erases all of a subject's rows that are in the database, wherever they are named. */
export async function eraseRows(tx: Tx, projectId: string, subject: Subject): Promise<Erased> {
  // Reads whole tables.
  await tx.query(`select set_config('statement_timeout', '0', true)`);
  return subject.kind === 'domain'
    ? eraseDomain(tx, projectId, subject.domain)
    : eraseSessions(tx, projectId, subject.sessionIds, true);
}
