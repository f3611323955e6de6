#!/usr/bin/env bash
# Runs `shapecalc check` with the inputs of action.yml, which it finds in the environment.
# Runners with macOS have bash 3.2.
set -euo pipefail

# A line each, so that a path may hold spaces. Empty lines say nothing.
carriage_return=$'\r'
lines() {
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    line="${line%"$carriage_return"}"
    [ -z "$line" ] || printf '%s\n' "$line"
  done <<<"$1"
}

arguments=(--format "${SHAPECALC_FORMAT:-github}")
[ "${SHAPECALC_STRICT:-false}" != true ] || arguments+=(--strict)
[ -z "${SHAPECALC_IGNORE:-}" ] || arguments+=(--ignore "$SHAPECALC_IGNORE")
while IFS= read -r pattern; do
  arguments+=(--exclude "$pattern")
done < <(lines "${SHAPECALC_EXCLUDE:-}")

paths=()
while IFS= read -r path; do
  paths+=("$path")
done < <(lines "${SHAPECALC_PATHS:-}")
if [ "${#paths[@]}" -eq 0 ]; then
  echo "error: the input paths names no file or folder" >&2
  exit 2
fi

exec shapecalc check "${arguments[@]}" -- "${paths[@]}"
