-- Sites number $2 to $3 of project $1, each with ten pages of ten controls, as ingest leaves them. The ids are counted, so that runs
-- name them without looking them up.
with pages as (
  insert into page_signatures (project_id, page_sig_id, url_norm, domain, title_hash, dom_fingerprint_hash, dom_simhash)
  select $1::uuid, site * 10 + page, 'https://site' || site || '.example/page-' || page, 'site' || site || '.example',
    md5('title ' || site || ' ' || page), md5('page ' || site || ' ' || page), ('x' || md5('page ' || page))::bit(64)
  from generate_series($2::int, $3::int) site, generate_series(0, 9) page
  order by site, page
  returning page_sig_id
)
insert into element_signatures (project_id, elem_sig_id, page_sig_id, selector_norm, role, text_hash, attr_fingerprint_hash,
  identity, candidates)
select $1::uuid, page_sig_id * 10 + control, page_sig_id, '#control-' || control, role, name, md5('control ' || control),
  jsonb_build_object('tag', tag, 'role', role, 'id', 'control-' || control, 'name_hash', name,
    'name_words', array[left(name, 16), right(name, 16)], 'near_words', array[left(md5(name), 16), right(md5(name), 16)],
    'heading_words', array[left(md5('heading ' || page_sig_id), 16)], 'classes', array['control', tag],
    'landmark', 'main', 'path', 'div>div>section>main>body'),
  jsonb_build_array(
    jsonb_build_object('kind', 'test_id', 'selector', '[data-testid="control-' || control || '"]', 'matches', 1),
    jsonb_build_object('kind', 'id', 'selector', '#control-' || control, 'matches', 1),
    jsonb_build_object('kind', 'role_name', 'selector', role || '[name="' || left(name, 8) || '"]', 'matches', 1),
    jsonb_build_object('kind', 'css', 'selector', 'main ' || tag || '.control', 'matches', 10),
    jsonb_build_object('kind', 'positional', 'selector', 'main > ' || tag || ':nth-of-type(' || control + 1 || ')', 'matches', 1))
from pages, generate_series(0, 9) control, lateral (
  select md5('name ' || page_sig_id || ' ' || control) as name, (array['button', 'input', 'a'])[1 + control % 3] as tag,
    (array['button', 'textbox', 'link'])[1 + control % 3] as role
) c
order by page_sig_id, control
