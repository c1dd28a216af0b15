import { isObject } from './message.ts';

const MAX_DEPTH = 8;
const MAX_TEXTS = 1000;

/** All texts and numbers in a value, however nested. */
export function leavesOf(value: unknown): string[] {
  const texts: string[] = [];
  const visit = (each: unknown, depth: number): void => {
    if (depth > MAX_DEPTH || texts.length >= MAX_TEXTS) return;
    if (typeof each === 'string' || typeof each === 'number') texts.push(String(each));
    else if (Array.isArray(each)) for (const entry of each) visit(entry, depth + 1);
    else if (isObject(each)) for (const entry of Object.values(each)) visit(entry, depth + 1);
  };
  visit(value, 0);
  return texts;
}

/** The values of arguments that the user named as secret, at any depth; names in any case. */
export function valuesNamed(args: unknown, names: ReadonlySet<string>): string[] {
  if (names.size === 0) return [];
  const found: string[] = [];
  const visit = (each: unknown, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    if (Array.isArray(each)) for (const entry of each) visit(entry, depth + 1);
    else if (isObject(each))
      for (const [name, entry] of Object.entries(each))
        if (names.has(name.toLowerCase())) found.push(...leavesOf(entry));
        else visit(entry, depth + 1);
  };
  visit(args, 0);
  return found;
}
