import * as z from 'zod';
import * as answers from '../../shared/protocol/answers.ts';
import * as protocol from '../../shared/protocol/schema.ts';
import { upliftAnswer, upliftGroup } from '../../shared/protocol/uplift.ts';
import { ingestItem, ingestRequest, OPERATIONS, type Operation } from './operations.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface OpenApi {
  readonly openapi: '3.1.0';
  readonly info: JsonObject;
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonObject>>; readonly securitySchemes: JsonObject };
}

/** What has a name in the document. */
const NAMED: Readonly<Record<string, z.ZodType>> = {
  ToolCall: protocol.ToolCall,
  EventItem: protocol.EventItem,
  RunItem: protocol.RunItem,
  SessionItem: protocol.SessionItem,
  InstanceItem: protocol.InstanceItem,
  TabItem: protocol.TabItem,
  PageSignature: protocol.PageSignature,
  ElementSignature: protocol.ElementSignature,
  ElementIdentity: protocol.ElementIdentity,
  SelectorCandidate: protocol.SelectorCandidate,
  ArtifactRef: protocol.ArtifactRef,
  LookupRequest: protocol.LookupRequest,
  LookupResponse: protocol.LookupResponse,
  CallEffects: protocol.CallEffects,
  Hint: protocol.Hint,
  BestSelectorHint: protocol.BestSelectorHint,
  WaitConditionHint: protocol.WaitConditionHint,
  WaitConditionData: protocol.WaitConditionData,
  SafeOpsHint: protocol.SafeOpsHint,
  SafeOpsData: protocol.SafeOpsData,
  BestSelectorData: protocol.BestSelectorData,
  RecipeHint: protocol.RecipeHint,
  RecipeData: protocol.RecipeData,
  RecipeStep: protocol.RecipeStep,
  SignRequest: protocol.SignRequest,
  EraseRequest: protocol.EraseRequest,
  IngestItem: ingestItem,
  IngestRequest: ingestRequest,
  IngestResponse: answers.ingestResponse,
  ItemResult: answers.itemResult,
  SignResponse: answers.signResponse,
  SignedArtifact: answers.signedArtifact,
  ProjectInfo: answers.projectInfo,
  StoredRun: answers.storedRun,
  EraseReceipt: answers.eraseReceipt,
  JobAnswer: answers.jobAnswer,
  UpliftAnswer: upliftAnswer,
  UpliftGroup: upliftGroup,
  ErrorBody: answers.errorBody,
};

const REFUSALS = {
  400: 'The request is not what it must be.',
  401: 'No key, or none in force.',
  403: 'The key is of the wrong kind.',
  404: 'There is no such thing in this project.',
  413: 'Too many bytes or items.',
  415: 'Another content-encoding than gzip.',
  429: 'Too many requests with this key; Retry-After says when.',
  500: 'A fault here.',
  503: 'Database or storage is away; Retry-After says when to ask again.',
} as const;

/** The OpenAPI 3.1 document, from the schemas that validate. */
export function openApiDocument(version: string): OpenApi {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(NAMED)) registry.add(schema, { id });
  for (const { id, body, answer, parameters = [] } of OPERATIONS) {
    if (body && !registry.has(body)) registry.add(body, { id: `${id}.body` });
    if (typeof answer !== 'string' && !registry.has(answer)) registry.add(answer, { id: `${id}.answer` });
    for (const { name, schema } of parameters) registry.add(schema, { id: `${id}.${name}` });
  }
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: refOf, unrepresentable: 'throw' });
  const components = Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _, $id: __, id: ___, ...schema }]) => [id, schema as JsonObject]),
  );
  const schemaOf = (schema: z.ZodType): JsonObject => {
    const id = registry.get(schema)?.id ?? '';
    return id in NAMED ? { $ref: refOf(id) } : (components[id] ?? {});
  };

  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const operation of OPERATIONS) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: operationOf(operation, schemaOf) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'LaskoBOT Runs',
      version,
      description: 'The memory of browser automation: records in, hints out. Bodies may be gzip.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(components).filter(([id]) => id in NAMED)),
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key of the project; also as apikey or x-api-key.' },
      },
    },
  };
}

const refOf = (id: string): string => `#/components/schemas/${id}`;

function operationOf(operation: Operation, schemaOf: (schema: z.ZodType) => JsonObject): JsonObject {
  const { id, summary, description, key, parameters, body, answer } = operation;
  const json = (schema: z.ZodType): JsonObject => ({ 'application/json': { schema: schemaOf(schema) } });
  return {
    operationId: id,
    summary,
    ...(description ? { description } : {}),
    security: key === 'none' ? [] : [{ key: [] }],
    ...(key === 'none' ? {} : { 'x-key': key === 'secret' ? 'secret' : 'publishable or secret' }),
    ...(parameters
      ? {
          parameters: parameters.map(({ name, in: where, description, schema }) => ({
            name,
            in: where,
            required: where === 'path',
            description,
            schema: schemaOf(schema),
          })),
        }
      : {}),
    ...(body ? { requestBody: { required: true, content: json(body) } } : {}),
    responses: {
      200: {
        description: 'Done.',
        content: typeof answer === 'string' ? { [answer]: { schema: { type: 'string' } } } : json(answer),
      },
      ...Object.fromEntries(
        statusesOf(operation).map((status) => [
          status,
          {
            description: REFUSALS[status],
            content: { 'application/json': { schema: { $ref: refOf('ErrorBody') } } },
          },
        ]),
      ),
    },
  };
}

function statusesOf({ key, body, parameters }: Operation): (keyof typeof REFUSALS)[] {
  return [
    ...(body || parameters ? ([400] as const) : []),
    ...(key === 'none' ? [] : ([401] as const)),
    ...(key === 'secret' ? ([403] as const) : []),
    ...(parameters ? ([404] as const) : []),
    ...(body ? ([413, 415] as const) : []),
    ...(key === 'none' ? [] : ([429] as const)),
    500,
    503,
  ];
}
