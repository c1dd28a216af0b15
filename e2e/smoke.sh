#!/usr/bin/env bash
# Checks a running server from outside: insert, read back, learn, look up, repeat, refuse.
set -euo pipefail

usage() {
  cat <<USAGE
Usage: smoke.sh [SERVER_URL] [SECRET_KEY] [PUBLISHABLE_KEY]

Inserts a run through the API of a running LaskoBOT Runs server, reads it back, runs the
aggregate job, looks the hint up, sends again and expects duplicates, and sends a bad item.
Needs bash, curl and node. Exits with 1 on any difference.

  LASKOBOT_URL              server (default http://127.0.0.1:8787)
  LASKOBOT_SECRET_KEY       secret key, as the first start showed it
  LASKOBOT_PUBLISHABLE_KEY  publishable key (default: the secret key)
  SUPABASE_URL, SUPABASE_SECRET_KEY
                            also check the REST endpoints of the core tables, with an insert
                            and a select (its schema comes from sql/apply_schema.sh)
USAGE
}

case "${1-}" in
  -h | --help) usage; exit 0 ;;
  -*) echo "smoke.sh: unknown option $1" >&2; usage >&2; exit 2 ;;
esac

url=${1:-${LASKOBOT_URL:-http://127.0.0.1:8787}}
secret=${2:-${LASKOBOT_SECRET_KEY:-}}
publishable=${3:-${LASKOBOT_PUBLISHABLE_KEY:-$secret}}
[ -n "$secret" ] || { echo 'smoke.sh: LASKOBOT_SECRET_KEY is missing' >&2; usage >&2; exit 2; }
for tool in curl node; do
  command -v "$tool" >/dev/null || { echo "smoke.sh: $tool is missing" >&2; exit 2; }
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0

# request METHOD PATH KEY [BODY]: leaves the status in $status and the body in $scratch/body.
request() {
  local args=(-sS -X "$1" -o "$scratch/body" -w '%{http_code}' -H "authorization: Bearer $3")
  [ $# -lt 4 ] || args+=(-H 'content-type: application/json' --data-binary "$4")
  status=$(curl "${args[@]}" "$url$2") || { echo "smoke.sh: no answer from $url" >&2; exit 1; }
}

# json EXPRESSION: its value, where `b` is the body of the last answer.
json() {
  node -e 'const b = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    const v = eval(process.argv[2]); console.log(typeof v === "object" ? JSON.stringify(v) : String(v));' \
    "$scratch/body" "$1" 2>/dev/null || echo '(no such value)'
}

# expect WHAT WANTED GOT
expect() {
  if [ "$2" = "$3" ]; then
    echo "ok    $1"
  else
    echo "FAIL  $1: expected $2, got $3"
    failures=$((failures + 1))
  fi
}

uuid() { node -p 'crypto.randomUUID()'; }
run=$(uuid)
event=$(uuid)
host="smoke-$run.example"
# Of a minute ago: what is old teaches nothing.
started=$(node -p 'new Date(Date.now() - 60_000).toISOString()')
ended=$(node -p "new Date(Date.parse('$started') + 122).toISOString()")

call() { # call EVENT SEQ [EXTRA]
  cat <<JSON
{"context": {"run_id": "$run", "session_id": "smoke", "instance_id": "smoke-$run", "tab_id": 1,
   "url": "https://$host/cart?item="},
 "tool_name": "click", "seq": $2, "event_uuid": "$1", "started_at": "$started",
 "ended_at": "$ended", "success": true, "input_json": {"n": 1}, "output_json": ["ok"],
 "page_signature": {"url_norm": "https://$host/cart", "domain": "$host", "dom_fingerprint_hash": "0123456789abcdef"},
 "element_signatures": [{"selector_norm": "#buy", "role": "button", "attr_fingerprint_hash": "fedcba9876543210",
   "identity": {"tag": "button", "role": "button"},
   "candidates": [{"kind": "css", "selector": "main > button", "matches": 1},
     {"kind": "test_id", "selector": "[data-testid=\"buy\"]", "matches": 1}]}]${3-}}
JSON
}

request GET /healthz "$secret"; expect 'healthz' 200 "$status"
request GET /readyz "$secret"; expect 'readyz' 200 "$status"
request GET /v1/project "$publishable"; expect 'project is told' 200 "$status"

request POST /internal/ingest/tool_call "$secret" "$(call "$event" 1)"
expect 'a call is accepted' '200 accepted' "$status $(json 'b.results[0].status')"
request POST /internal/ingest/tool_call "$secret" "$(call "$event" 1)"
expect 'the same call again is a duplicate' '200 duplicate' "$status $(json 'b.results[0].status')"
request POST /v1/ingest "$publishable" "{\"items\": [$(call "$(uuid)" 2), $(call "$(uuid)" 3 ', "surprise": 1'), {\"kind\": \"run\", \"run_id\": \"$run\", \"status\": \"completed\", \"started_at\": \"$started\"}]}"
expect 'only the bad item is refused' '200 ["accepted","rejected","accepted"] unknown_field' \
  "$status $(json 'b.results.map((r) => r.status)') $(json 'b.results[1].code')"
request POST /internal/ingest/tool_call "$secret" "$(call "$(uuid)" 1)"
expect 'a number taken twice is refused' 'seq_conflict' "$(json 'b.results[0].code')"
request POST /internal/ingest/tool_call "lb_secret_0000000000000000000000000000000000000000000" "$(call "$event" 1)"
expect 'a wrong key is refused' 401 "$status"
request POST /internal/ingest/tool_call "$secret" '{"half":'
expect 'broken JSON is refused' '400 invalid_json' "$status $(json 'b.error.code')"

request GET "/v1/runs/$run" "$secret"
expect 'the run is read back' '200 completed 2' "$status $(json 'b.run.status') $(json 'b.calls.length')"
expect 'the call is as it was sent' \
  "$event click 1 122 true {\"n\":1} [\"ok\"] https://$host/cart?item= 1 smoke https://$host/cart #buy" \
  "$(json 'const c = b.calls[0]; [c.event_uuid, c.tool_name, c.seq, c.latency_ms, c.success, JSON.stringify(c.input_jsonb), JSON.stringify(c.output_jsonb), c.url_at_call, c.tab_id, c.session_id, c.page_signature.url_norm, c.element_signature.selector_norm].join(" ")')"
expect 'its start is as it was sent' "$started" "$(json 'new Date(b.calls[0].started_at).toISOString()')"

# The job may be under way already, and it leaves to the next run what a running transaction may still precede.
for _ in 1 2 3 4 5 6 7 8 9 10; do
  request POST /internal/jobs/aggregate "$secret"
  aggregated="$status $(json 'b.outcome')"
  request POST /hints/lookup "$publishable" "{\"url\": \"https://$host/cart?x=1\", \"dom_top_signature\": \"0123456789abcdef\", \"trace\": true}"
  cp "$scratch/body" "$scratch/looked_up"
  looked_up=$status
  # One run may not be enough for a hint to be served here (HINTS_MIN_SUCCESSES, HINTS_MIN_DAYS); it is there all the same.
  request GET "/v1/hints?url_norm=https://$host/cart" "$secret"
  hint=$(json 'b.hints[0].hint_id')
  [ "$hint" = '(no such value)' ] || break
  sleep 1
done
request GET "/v1/hints/$hint" "$secret"
expect 'the hint names the best selector' '[data-testid="buy"]' "$(json 'b.versions[0].selector')"
expect 'the hint shows its evidence' '2 successes, 0 errors, 1 run' \
  "$(json 'const e = b.versions[0].evidence; `${e.success_ct} successes, ${e.error_ct} errors, ${e.runs} run`')"
expect 'its history begins with why it was made' 'created' "$(json 'b.changes[0].reason')"
state=$(json 'b.versions[0].state')
cp "$scratch/looked_up" "$scratch/body"
expect 'the aggregate job runs' '200 succeeded' "$aggregated"
expect 'the page is recognised' '200 exact' "$looked_up $(json 'b.page_match')"
expect 'a hint is served to all once it is active' "$([ "$state" = active ] && echo 1 || echo 0)" "$(json 'b.element_hints.length')"
expect 'the lookup tells its steps' '["normalise","page","hints"]' "$(json 'b.trace.map((t) => t.step).filter((step) => step !== "cache")')"

hash=$(node -p 'require("crypto").createHash("sha256").update("smoke").digest("hex")')
request POST /v1/artifacts/sign "$publishable" "{\"artifacts\": [{\"type\": \"dom\", \"content_hash\": \"$hash\", \"size\": 5, \"ext\": \"html\"}]}"
expect 'an upload is signed' '200 dom' "$status $(json 'b.artifacts[0].bucket')"

if [ -n "${SUPABASE_URL-}" ] && [ -n "${SUPABASE_SECRET_KEY-}" ]; then
  rest() { # rest METHOD PATH [BODY]
    local args=(-sS -X "$1" -o "$scratch/body" -w '%{http_code}' -H "apikey: $SUPABASE_SECRET_KEY" -H 'prefer: return=representation')
    # New keys are no JWTs and go into apikey alone; the legacy service_role key also is the bearer.
    case "$SUPABASE_SECRET_KEY" in sb_*) ;; *) args+=(-H "authorization: Bearer $SUPABASE_SECRET_KEY") ;; esac
    [ $# -lt 3 ] || args+=(-H 'content-type: application/json' --data-binary "$3")
    status=$(curl "${args[@]}" "${SUPABASE_URL%/}/rest/v1/$2") || { echo "smoke.sh: no answer from $SUPABASE_URL" >&2; exit 1; }
  }
  for table in runs sessions instances tabs page_signatures element_signatures tool_calls artifacts hints hint_stats dedup_hashes; do
    rest GET "$table?limit=1"; expect "REST: $table answers" 200 "$status"
  done
  project=$(uuid)
  rest POST runs "{\"project_id\": \"$project\", \"run_id\": \"$run\", \"status\": \"running\"}"
  expect 'REST: a row is inserted' 201 "$status"
  rest GET "runs?project_id=eq.$project&run_id=eq.$run"
  expect 'REST: the row is selected' '200 running' "$status $(json 'b[0].status')"
  rest DELETE "runs?project_id=eq.$project"; expect 'REST: the row is removed' 200 "$status"
else
  echo 'skip  REST endpoints of Supabase: SUPABASE_URL and SUPABASE_SECRET_KEY are not set'
fi

if [ "$failures" -gt 0 ]; then echo "$failures difference(s)"; exit 1; fi
echo 'All as expected.'
