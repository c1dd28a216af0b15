export interface WorkerdConfig {
  readonly port: number;
  readonly databaseUrl: string;
  /** Variables of the Worker. */
  readonly vars: Readonly<Record<string, string>>;
}

/** As Cloudflare runs it, of two modules beside this file: worker.js, and harness.js, which lets HTTP trigger the cron. */
export function capnp({ port, databaseUrl, vars }: WorkerdConfig): string {
  const { hostname, port: dbPort, username, password, pathname } = new URL(databaseUrl);
  const text = Object.entries(vars).map(([name, value]) => `(name = "${name}", text = ${JSON.stringify(value)}),`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "hyperdrive", external = (address = "${hostname}:${dbPort}", tcp = ())),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [
    (name = "harness.js", esModule = embed "harness.js"),
    (name = "worker.js", esModule = embed "worker.js"),
  ],
  compatibilityDate = "2026-07-01",
  compatibilityFlags = ["nodejs_compat"],
  bindings = [
    (name = "HYPERDRIVE", hyperdrive = (designator = "hyperdrive", database = "${pathname.slice(1)}",
      user = "${username}", password = "${password || 'none'}", scheme = "postgresql")),
    ${text.join('\n    ')}
  ],
);
`;
}

export const HARNESS = `import worker from './worker.js';
export default {
  async fetch(request, env, context) {
    if (new URL(request.url).pathname !== '/__scheduled') return worker.fetch(request, env, context);
    await worker.scheduled({}, env, context);
    return new Response('done');
  },
};
`;
