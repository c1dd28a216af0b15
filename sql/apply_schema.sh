#!/usr/bin/env bash
# Applies the files beside it, in order, to a Postgres 15 or later. Safe to run again.
set -euo pipefail

default_url=postgresql://postgres:postgres@127.0.0.1:54322/postgres

usage() {
  cat <<USAGE
Usage: apply_schema.sh [DATABASE_URL]

Applies the schema of LaskoBOT Runs with psql. The database is the argument, else the
environment's DATABASE_URL, else a local Supabase:
  $default_url
The login must be allowed to create roles. Applying the schema twice does no harm.
USAGE
}

case "${1-}" in
  -h | --help) usage; exit 0 ;;
  -*) echo "apply_schema.sh: unknown option $1" >&2; usage >&2; exit 2 ;;
esac
if [ $# -gt 1 ]; then usage >&2; exit 2; fi

url=${1:-${DATABASE_URL:-$default_url}}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
shown=$(sed -E 's#(://[^:/@]+):[^@]*@#\1:***@#' <<<"$url")

command -v psql >/dev/null || { echo 'apply_schema.sh: psql is missing (Debian: apt-get install postgresql-client)' >&2; exit 1; }
if ! version=$(PGCONNECT_TIMEOUT=${PGCONNECT_TIMEOUT:-10} psql -X "$url" -Atc 'show server_version_num'); then
  echo "apply_schema.sh: no connection to $shown" >&2
  exit 1
fi
if [ "$version" -lt 150000 ]; then
  echo "apply_schema.sh: Postgres 15 or later is needed, $shown runs $version" >&2
  exit 1
fi

for file in "$here"/[0-9]*.sql; do
  name=$(basename "$file" .sql)
  checksum=$(sha256sum "$file" | cut -d ' ' -f 1)
  # The same lock as the server takes when it applies these files at start.
  if ! psql -X -q "$url" --single-transaction -v ON_ERROR_STOP=1 -v name="$name" -v checksum="$checksum" -o /dev/null \
    -c 'set client_min_messages = warning' -c "select pg_advisory_xact_lock(hashtext('laskobot_migrate'))" \
    -f "$file" -f - <<<"update laskobot_migrations set checksum = :'checksum', applied_at = now() where name = :'name';"
  then
    echo "apply_schema.sh: $name failed; its transaction was rolled back" >&2
    exit 1
  fi
  echo "$name applied"
done
echo "The schema of LaskoBOT Runs is in $shown"
