#!/usr/bin/env bash
# Runs `shapecalc check` with the inputs of action.yml, which it finds in the environment, and writes
# the summary of the step: the report, and on a pull request what changed from its base.
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

summary=$(mktemp -d)
trap 'rm -rf "$summary"' EXIT

arguments=(--format "${SHAPECALC_FORMAT:-github}" --also "markdown=$summary/check.md")
[ "${SHAPECALC_STRICT:-false}" != true ] || arguments+=(--strict)
[ "${SHAPECALC_REQUIRE_LOCK:-false}" != true ] || arguments+=(--require-lock)
[ -z "${SHAPECALC_IGNORE:-}" ] || arguments+=(--ignore "$SHAPECALC_IGNORE")
[ -z "${SHAPECALC_SARIF:-}" ] || arguments+=(--also "sarif=$SHAPECALC_SARIF")
while IFS= read -r pattern; do
  arguments+=(--exclude "$pattern")
done < <(lines "${SHAPECALC_EXCLUDE:-}")

paths=()
while IFS= read -r path; do
  paths+=("$path")
done < <(lines "${SHAPECALC_PATHS:-}")

# Without a path, those of the project's settings; bash 3.2 has no empty arrays under `set -u`.
status=0
shapecalc check "${arguments[@]}" -- ${paths[@]+"${paths[@]}"} || status=$?

# What it changes is told beside the check, and fails nothing.
base=${SHAPECALC_BASE:-}
if [ "${SHAPECALC_DIFF:-false}" = true ] && [[ $base =~ ^[0-9a-f]+$ ]]; then
  # A checkout of a pull request has its newest commit alone.
  git cat-file -e "$base^{commit}" 2>/dev/null ||
    git fetch --quiet --no-tags --depth=1 origin "$base" || true
  shapecalc diff --git "$base" --format markdown >"$summary/diff.md" || true
fi

if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  for part in check diff; do
    [ ! -s "$summary/$part.md" ] || { cat "$summary/$part.md"; echo; } >>"$GITHUB_STEP_SUMMARY"
  done
fi
exit "$status"
