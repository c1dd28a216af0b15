export const count = <T>(all: readonly T[], is: (one: T) => boolean): number => all.filter(is).length;
