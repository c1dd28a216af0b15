declare module 'addons-linter' {
  interface Message {
    readonly code: string;
    readonly message: string;
    readonly file?: string;
  }
  const linter: {
    createInstance(options: { config: object; runAsBinary: boolean }): {
      run(): Promise<{ readonly errors: readonly Message[]; readonly warnings: readonly Message[] }>;
    };
  };
  export default linter;
}
