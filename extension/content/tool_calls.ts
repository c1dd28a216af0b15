import { typedByTool } from '../../shared/privacy/typed-by-tool.ts';
import { jsonOf, messageOf } from '../json.ts';
import { currentRecording } from './recording.ts';
import { asTool } from './under_way.ts';

/**
 * Runs a tool of the host and records the call: page, element, input, output, duration, and whether it threw. Gives back what
 * `run` gave, and throws what it threw; recording changes neither. While nothing is recorded, it only runs.
 * @param name as the agent knows it, e.g. `dom.click`
 * @param input what the tool was given; what it types is taken out, here and from all that follows in the run
 */
export async function toolCall<T>(
  name: string,
  input: unknown,
  run: () => T | Promise<T>,
  { element }: { readonly element?: Element } = {},
): Promise<T> {
  const recording = currentRecording();
  recording?.typed(typedByTool(input, name));
  const call = recording?.recorder.begin(name, { element, input: jsonOf(input) ?? {} });
  try {
    const output = await asTool(run);
    call?.finish({ output: jsonOf(output) });
    return output;
  } catch (error) {
    call?.finish({ error: messageOf(error) });
    throw error;
  }
}
