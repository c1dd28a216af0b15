import { MAX_URL_NORM_CHARS } from '../../../shared/protocol/limits.ts';
import { CallEffects, MAX_INTEGER } from '../../../shared/protocol/schema.ts';

type Check = (at: string) => string;

/** In jsonpath, which takes a list for what is in it unless it is asked for its type. */
const isA =
  (type: string): Check =>
  (at) =>
    `${at}.type() == "${type}"`;
const isCount: Check = (at) =>
  `(${isA('number')(at)} && ${at} >= 0 && ${at} <= ${MAX_INTEGER} && ${at}.floor() == ${at})`;
const isOneOf =
  (values: readonly string[]): Check =>
  (at) =>
    `(${isA('string')(at)} && (${values.map((value) => `${at} == "${value}"`).join(' || ')}))`;
const optional =
  (check: Check): Check =>
  (at) =>
    `(!exists(${at}) || ${check(at)})`;

const { navigation, requests, dialog } = CallEffects.shape;

const isRequest: Check = (at) =>
  `(${isA('object')(at)} && ${isOneOf(requests.element.shape.method.options)(`${at}.method`)} && ${isA('string')(`${at}.path`)})`;
const isWait: Check = (at) =>
  `(${isA('object')(at)} && ${[
    isCount(`${at}.visible`),
    isCount(`${at}.enabled`),
    ...['url_change', 'dom_quiet', 'network_quiet'].map((name) => optional(isCount)(`${at}.${name}`)),
  ].join(' && ')})`;

const IS_EFFECTS = [
  isA('object')('$'),
  isOneOf(navigation.options)('$.navigation'),
  isA('boolean')('$.download'),
  isCount('$.unseen_requests'),
  optional(isOneOf(dialog.unwrap().options))('$.dialog'),
  ...['url_change', 'dom_quiet', 'network_quiet', 'next_usable'].map((name) => optional(isCount)(`$.${name}`)),
  optional(isWait)('$.wait'),
  `${isA('array')('$.requests')} && $.requests.size() <= 5`,
  `($.requests.size() == 0 || !exists($.requests[*] ? (!${isRequest('@')})))`,
].join(' && ');

const UUID = '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$';

/** SQL of whether a jsonb is of the shape of `CallEffects`: all that a chunk holds is read in the database, where it is. */
export const isCallEffects = (data: string): string => `(
  ${data} ->> 'call' ~ '${UUID}' and (not ${data} ? 'opener' or ${data} ->> 'opener' ~ '${UUID}')
  and ${data} @@ '${IS_EFFECTS}'
  and (${data} -> 'requests' = '[]' or case when ${data} @@ '${isA('array')('$.requests')}' then (
    select bool_and(length(r ->> 'path') <= ${MAX_URL_NORM_CHARS}) from jsonb_array_elements(${data} -> 'requests') r) end)
)`;
