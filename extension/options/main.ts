import { startAccess } from '../access_button.ts';
import { ask, part } from '../ask.ts';
import type { Settings, SettingsProblem } from '../settings.ts';
import { startDeadLetters } from './dead_letters.ts';

const FLAGS = ['scroll', 'errors', 'dom', 'screenshots'] as const;
const LISTS = ['strict', 'allow', 'block'] as const;
const input = (id: string): HTMLInputElement => part<HTMLInputElement>(id);

const list = (id: string): HTMLTextAreaElement => part<HTMLTextAreaElement>(id);
const lines = (id: string): readonly string[] => list(id).value.split('\n');
const levels = (): readonly HTMLInputElement[] => [...document.querySelectorAll<HTMLInputElement>('[name="level"]')];

/** Selectors that no page could read; one among the blocked would mask everything. */
const unreadable = (): readonly string[] =>
  [...lines('allow'), ...lines('block')].filter((selector) => {
    try {
      if (selector.trim()) document.createDocumentFragment().querySelector(selector);
      return false;
    } catch {
      return true;
    }
  });

function show(settings: Settings): void {
  input('server_url').value = settings.server_url;
  input('publishable_key').value = settings.publishable_key;
  input('enabled').checked = settings.enabled;
  for (const flag of FLAGS) input(flag).checked = settings.capture[flag];
  list('never').value = settings.never.join('\n');
  list('test_ids').value = settings.test_ids.join('\n');
  for (const name of LISTS) list(name).value = settings.privacy[name].join('\n');
  for (const level of levels()) level.checked = level.value === settings.privacy.level;
}

const typed = (): Record<string, unknown> => ({
  server_url: input('server_url').value,
  publishable_key: input('publishable_key').value,
  enabled: input('enabled').checked,
  capture: Object.fromEntries(FLAGS.map((flag) => [flag, input(flag).checked])),
  never: lines('never'),
  test_ids: lines('test_ids'),
  privacy: {
    level: levels().find(({ checked }) => checked)?.value,
    ...Object.fromEntries(LISTS.map((name) => [name, lines(name)])),
  },
});

part('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const saved = part('saved');
  const wrong = unreadable();
  if (wrong.length > 0) {
    saved.className = 'bad';
    saved.textContent = `No CSS selector: ${wrong.join('; ')}`;
    return;
  }
  try {
    const problems = await ask<SettingsProblem[]>({ type: 'save_settings', settings: typed() });
    saved.className = problems.length > 0 ? 'bad' : 'soft';
    saved.textContent = problems.map(({ field, reason }) => `${field} ${reason}`).join('; ') || 'Saved.';
    if (problems.length === 0) show(await ask<Settings>({ type: 'get_settings' }));
  } catch (error) {
    saved.className = 'bad';
    saved.textContent = error instanceof Error ? error.message : String(error);
  }
});

show(await ask<Settings>({ type: 'get_settings' }));
await startDeadLetters();
await startAccess();
