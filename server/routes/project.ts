import { Hono } from 'hono';
import type { ProjectInfo } from '../../shared/protocol/schema.ts';
import type { RouteDeps } from '../app.ts';
import type { AppEnv } from '../http/env.ts';

/** `GET /v1/project`: `ProjectInfo` of the key's project. */
export function projectRoutes({ authenticate, signingKeys }: RouteDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get('/v1/project', async (c) => {
    const { projectId, projectName, textKey } = await authenticate(c.req.raw.headers);
    const { publicKey } = await signingKeys(projectId);
    return c.json<ProjectInfo>({
      project_id: projectId,
      name: projectName,
      text_key: textKey,
      bundle_key: publicKey,
    });
  });
  return app;
}
