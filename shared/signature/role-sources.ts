/** Elements that have a role without saying so: a tag, or a tag with what else it needs. */
export const NATIVE: Readonly<Record<string, readonly string[]>> = {
  button: ['button', 'summary', 'input[type=button]', 'input[type=submit]', 'input[type=reset]', 'input[type=image]'],
  link: ['a[href]', 'area[href]'],
  textbox: ['input', 'textarea'],
  searchbox: ['input[type=search]'],
  combobox: ['select', 'input[list]'],
  listbox: ['select', 'datalist'],
  checkbox: ['input[type=checkbox]'],
  radio: ['input[type=radio]'],
  slider: ['input[type=range]'],
  spinbutton: ['input[type=number]'],
  heading: ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
  listitem: ['li'],
  list: ['ul', 'ol', 'menu'],
  img: ['img'],
  cell: ['td'],
  columnheader: ['th'],
  row: ['tr'],
  option: ['option'],
  group: ['fieldset', 'details', 'optgroup'],
};
export const saysRole = (role: string): string => `[role~="${role.replace(/["\\\n]/g, '')}"]`;

/** CSS selector of all elements that can have the role. */
export const roleSelector = (role: string): string => [...(NATIVE[role] ?? []), saysRole(role)].join(',');

/** Elements of these tags may have a role that they do not say. */
export const ROLE_TAGS: ReadonlySet<string> = new Set(
  Object.values(NATIVE).flatMap((all) => all.map((css) => css.replace(/\[.*/, ''))),
);

/** CSS selector of all elements that can have any role by their tag or by what they say. */
export const ANY_ROLE = `[role],${[...ROLE_TAGS].join()}`;
