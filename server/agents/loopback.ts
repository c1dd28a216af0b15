const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;

export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** Whether a Host header, with or without its port, names this machine. */
export const namesLoopback = (host: string | undefined): boolean => isLoopback((host ?? '').replace(/:\d+$/, ''));
