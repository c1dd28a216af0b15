import { ask, part } from '../ask.ts';
import type { Settings, SettingsProblem } from '../settings.ts';
import { startDeadLetters } from './dead_letters.ts';

const FLAGS = ['scroll', 'errors', 'dom', 'screenshots'] as const;
const input = (id: string): HTMLInputElement => part<HTMLInputElement>(id);

function show(settings: Settings): void {
  input('server_url').value = settings.server_url;
  input('publishable_key').value = settings.publishable_key;
  input('enabled').checked = settings.enabled;
  for (const flag of FLAGS) input(flag).checked = settings.capture[flag];
  part<HTMLTextAreaElement>('never').value = settings.never.join('\n');
}

const typed = (): Record<string, unknown> => ({
  server_url: input('server_url').value,
  publishable_key: input('publishable_key').value,
  enabled: input('enabled').checked,
  capture: Object.fromEntries(FLAGS.map((flag) => [flag, input(flag).checked])),
  never: part<HTMLTextAreaElement>('never').value.split('\n'),
});

part('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const saved = part('saved');
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
