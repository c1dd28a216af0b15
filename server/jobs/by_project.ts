/** Rows by their project, in their order. */
export function byProject<T extends { readonly project_id: string }>(rows: readonly T[]): ReadonlyMap<string, T[]> {
  const projects = new Map<string, T[]>();
  for (const row of rows) {
    const own = projects.get(row.project_id);
    if (own) own.push(row);
    else projects.set(row.project_id, [row]);
  }
  return projects;
}
