#!/usr/bin/env bash
# Runs `shapecalc check` with the inputs of action.yml, which it finds in the environment.
set -euo pipefail

# A line each, so that a path may hold spaces. Empty lines say nothing.
lines() {
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    line="${line%$'\r'}"
    [ -z "$line" ] || printf '%s\0' "$line"
  done <<<"$1"
}

arguments=(--format "${SHAPECALC_FORMAT:-github}")
[ "${SHAPECALC_STRICT:-false}" != true ] || arguments+=(--strict)
[ -z "${SHAPECALC_IGNORE:-}" ] || arguments+=(--ignore "$SHAPECALC_IGNORE")
while IFS= read -r -d '' pattern; do
  arguments+=(--exclude "$pattern")
done < <(lines "${SHAPECALC_EXCLUDE:-}")

mapfile -d '' -t paths < <(lines "${SHAPECALC_PATHS:-}")
if [ "${#paths[@]}" -eq 0 ]; then
  echo "error: the input paths names no file or folder" >&2
  exit 2
fi

exec shapecalc check "${arguments[@]}" -- "${paths[@]}"
