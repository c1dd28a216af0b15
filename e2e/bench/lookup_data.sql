-- Page states number $1 to $2 of a project, each with an element and an active hint, as ingest and the aggregate job leave
-- them: a thousand sites, a path for each state.
with pages as (
  insert into page_signatures (project_id, url_norm, domain, title_hash, dom_fingerprint_hash, dom_simhash)
  select $3::uuid, 'https://site' || n % 1000 || '.example/page-' || n, 'site' || n % 1000 || '.example',
    lpad(to_hex(n), 16, '0'), lpad(to_hex(n), 16, '0'), n::bit(64)
  from generate_series($1::bigint, $2::bigint) n
  returning project_id, page_sig_id, url_norm
), elements as (
  insert into element_signatures (project_id, page_sig_id, selector_norm, role, attr_fingerprint_hash)
  select project_id, page_sig_id, '[data-testid="buy"]', 'button', '00000000000000bb' from pages
  returning project_id, page_sig_id, elem_sig_id
)
insert into hints (project_id, page_sig_id, elem_sig_id, url_norm, hint_type, hint_data, confidence, state, evidence)
select project_id, page_sig_id, elem_sig_id, url_norm, 'best_selector',
  '{"selector": "[data-testid=\"buy\"]", "kind": "test_id", "alternatives": [{"kind": "css", "selector": "main > button", "matches": 1}],
    "identity": {"tag": "button", "role": "button", "test_id": {"attribute": "data-testid", "value": "buy"}}, "tools": ["click"]}',
  0.9, 'active', '{"success_ct": 9, "error_ct": 0, "runs": 9, "avg_latency_ms": 100, "last_success_at": null}'
from pages join elements using (project_id, page_sig_id)
