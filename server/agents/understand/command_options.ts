/** The value of an option in the command that a server is started with, `--name VALUE` or `--name=VALUE`. */
export function optionOf(command: readonly string[], name: string): string | undefined {
  const at = command.indexOf(name);
  const next = at < 0 ? undefined : command[at + 1];
  return next ?? command.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
}
