import type * as z from 'zod';

type TextCheck = (text: string) => boolean;

/** Whether a value fits a schema; says neither why not nor what the schema would make of it. */
export type Check = (value: unknown) => boolean;

type Schema = z.core.$ZodTypes;
type StringOrNumberCheck = z.core.$ZodChecks | z.core.$ZodStringFormatChecks;

/**
 * A schema as one plain function, several times as fast as parsing, because it builds nothing. No `eval`, so that it runs where
 * a content security policy forbids it. Never true where the schema refuses; a caller that is told false asks the schema.
 * `given` is a refinement of texts that is known to hold for all that will be asked about, and is left out. Throws `TypeError` on
 * a kind of schema that it does not know.
 */
export function compileCheck(schema: z.core.$ZodType, given?: TextCheck): Check {
  const compile = (inner: z.core.$ZodType) => compileCheck(inner, given);
  const { def } = (schema as Schema)._zod;
  switch (def.type) {
    case 'string':
      return compileString(schema as z.core.$ZodString, given);
    case 'number':
      return compileNumber(schema as z.core.$ZodNumber);
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'unknown':
      return () => true;
    case 'literal': {
      const [literal, ...others] = def.values;
      if (others.length) break;
      return (value) => value === literal;
    }
    case 'enum': {
      const values = new Set<unknown>(Object.values(def.entries));
      return (value) => values.has(value);
    }
    case 'optional': {
      const inner = compile(def.innerType);
      return (value) => value === undefined || inner(value);
    }
    case 'nullable': {
      const inner = compile(def.innerType);
      return (value) => value === null || inner(value);
    }
    case 'pipe':
      return compile(def.in);
    case 'union': {
      const options = def.options.map(compile);
      return (value) => options.some((option) => option(value));
    }
    case 'array':
      return compileArray(def, compile(def.element));
    case 'tuple':
      if (def.rest) break;
      return compileTuple(def.items.map(compile));
    case 'object':
      return compileObject(def, compile);
  }
  throw new TypeError(`compileCheck: no ${def.type}`);
}

function compileString(schema: z.core.$ZodString, given: TextCheck | undefined): Check {
  const { def } = schema._zod;
  // A format such as z.guid() is its own first check.
  const own = 'check' in def ? [schema as unknown as z.core.$ZodCheck] : [];
  const checks = [...own, ...(def.checks ?? [])].map(compileStringCheck).filter((check) => check !== given);
  const [first, second] = checks;
  if (!first) return (value) => typeof value === 'string';
  if (!second) return (value) => typeof value === 'string' && first(value);
  if (checks.length === 2) return (value) => typeof value === 'string' && first(value) && second(value);
  return (value) => typeof value === 'string' && checks.every((check) => check(value));
}

function compileStringCheck(check: z.core.$ZodCheck): TextCheck {
  const { def } = (check as StringOrNumberCheck)._zod;
  switch (def.check) {
    case 'max_length':
      return (text) => text.length <= def.maximum;
    case 'min_length':
      return (text) => text.length >= def.minimum;
    case 'string_format': {
      const { pattern } = def;
      if (!pattern || pattern.global || pattern.sticky) break;
      return (text) => pattern.test(text);
    }
    case 'custom' as never: {
      return (def as unknown as { fn: TextCheck }).fn;
    }
  }
  throw new TypeError(`compileCheck: no check ${def.check} of a string`);
}

function compileNumber(schema: z.core.$ZodNumber): Check {
  const checks = (schema._zod.def.checks ?? []).map((check): ((number: number) => boolean) => {
    const { def } = (check as StringOrNumberCheck)._zod;
    switch (def.check) {
      case 'number_format':
        if (def.format === 'safeint') return Number.isSafeInteger;
        break;
      case 'greater_than': {
        const least = Number(def.value);
        return def.inclusive ? (number) => number >= least : (number) => number > least;
      }
      case 'less_than': {
        const most = Number(def.value);
        return def.inclusive ? (number) => number <= most : (number) => number < most;
      }
    }
    throw new TypeError(`compileCheck: no check ${def.check} of a number`);
  });
  return (value) => typeof value === 'number' && Number.isFinite(value) && checks.every((check) => check(value));
}

function compileArray({ checks = [] }: z.core.$ZodArrayDef, inner: Check): Check {
  let least = 0;
  let most = Number.POSITIVE_INFINITY;
  for (const check of checks) {
    const { def } = (check as StringOrNumberCheck)._zod;
    if (def.check === 'min_length') least = def.minimum;
    else if (def.check === 'max_length') most = def.maximum;
    else throw new TypeError(`compileCheck: no check ${def.check} of an array`);
  }
  return (value) => {
    if (!Array.isArray(value) || value.length < least || value.length > most) return false;
    for (let at = 0; at < value.length; at++) if (!inner(value[at])) return false;
    return true;
  };
}

const compileTuple =
  (items: readonly Check[]): Check =>
  (value) =>
    Array.isArray(value) && value.length === items.length && items.every((item, at) => item(value[at]));

function compileObject({ shape, catchall, checks }: z.core.$ZodObjectDef, compile: (field: Schema) => Check): Check {
  if ((catchall as Schema | undefined)?._zod.def.type !== 'never' || checks?.length) {
    throw new TypeError('compileCheck: only strict objects without checks of their own');
  }
  const fields = Object.entries(shape).map(([name, field]) => {
    const check = compile(field as Schema);
    return { name, check, optional: field._zod.optin === 'optional' };
  });
  const known = new Map(fields.map(({ name, check }) => [name, check]));
  const required = fields.filter(({ optional }) => !optional).map(({ name }) => name);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const object = value as Readonly<Record<string, unknown>>;
    for (const name in object) {
      const check = known.get(name);
      if (!check?.(object[name])) return false;
    }
    for (const name of required) if (object[name] === undefined) return false;
    return true;
  };
}
