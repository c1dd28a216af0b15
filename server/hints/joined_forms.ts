/**
 * SQL of the forms (selector, fingerprint) with which a form `f` (project_id, page_key, selector_norm, attr_fingerprint_hash) was joined,
 * in either direction, by one join.
 */
export const JOINED_FORMS = `(
         select to_selector as selector, to_fingerprint as fingerprint from element_joins
         where project_id = f.project_id and page_key = f.page_key and undone_at is null and held_at is not null
           and from_selector = f.selector_norm and from_fingerprint = f.attr_fingerprint_hash
         union all
         select from_selector, from_fingerprint from element_joins
         where project_id = f.project_id and page_key = f.page_key and undone_at is null and held_at is not null
           and to_selector = f.selector_norm and to_fingerprint = f.attr_fingerprint_hash
       )`;
