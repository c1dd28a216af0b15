/** A control in all its forms. */
export interface Forms {
  readonly project_id: string;
  readonly elem_sig_id: string;
  readonly members: readonly { readonly elem_sig_id: string }[];
}

/** As `jsonb_to_recordset` reads it: i(project_id uuid, elem_sig_id bigint, members bigint[]). */
export const formsOf = (groups: readonly Forms[]): string =>
  JSON.stringify(
    groups.map(({ project_id, elem_sig_id, members }) => ({
      project_id,
      elem_sig_id,
      members: members.map((member) => member.elem_sig_id),
    })),
  );

/** Of the hints about a control. */
export const keyOf = (row: { readonly project_id: string; readonly elem_sig_id: string }): string =>
  `${row.project_id} ${row.elem_sig_id}`;
