#!/usr/bin/env bash
# What `action.yml` and the GitLab component run: install, verify, check, comment. It reads SAFE_MIGRATION_* and what the
# runner sets, and writes reports beside the work tree.
set -euo pipefail

# The commits to judge: what is given, else from the base of the pull or merge request.
range() {
    if [ -n "${SAFE_MIGRATION_RANGE:-}" ]; then
        echo "$SAFE_MIGRATION_RANGE"
    elif [ -n "${GITHUB_BASE_REF:-}" ]; then
        git fetch --quiet --no-tags origin "$GITHUB_BASE_REF" 2>/dev/null || true
        echo "origin/$GITHUB_BASE_REF..HEAD"
    elif [ -n "${CI_MERGE_REQUEST_DIFF_BASE_SHA:-}" ]; then
        echo "$CI_MERGE_REQUEST_DIFF_BASE_SHA..HEAD"
    else
        echo "HEAD~1..HEAD"
    fi
}

# Says something to the next steps of a GitHub job, where there is one.
output() { [ -z "${GITHUB_OUTPUT:-}" ] || echo "$1=$2" >>"$GITHUB_OUTPUT"; }

reports="${RUNNER_TEMP:-${CI_PROJECT_DIR:-.}}"

case ${1:-} in
install)
    if [ -n "${SAFE_MIGRATION_VERSION:-}" ]; then
        python3 -m pip install --quiet --disable-pip-version-check "safe-migration==$SAFE_MIGRATION_VERSION"
    elif ! command -v safe-migration >/dev/null; then
        cargo install --quiet --locked --path "${SAFE_MIGRATION_SOURCE:?names the checkout to build}"
    fi
    safe-migration --version
    ;;
verify)
    commits=$(range)
    VIRTUAL_ENV=$(dirname "$(dirname "$SAFE_MIGRATION_PYTHON")")
    export VIRTUAL_ENV
    # The settings are those of the base, which no pull request changes.
    settings=(--trusted-config "${commits%%..*}")
    safe-migration verify --from "${commits%%..*}" --to "${commits##*..}" "${settings[@]}" || true
    ;;
check)
    commits=$(range)
    # The settings are those of the base, which no pull request changes.
    settings=(--trusted-config "${commits%%..*}")
    options=(--from "${commits%%..*}" --to "${commits##*..}" "${settings[@]}")
    [ "${SAFE_MIGRATION_TESTED:-false}" != true ] || options+=(--require-testing)
    status=0
    safe-migration check "${options[@]}" --format "${SAFE_MIGRATION_FORMAT:-github}" ||
        status=$?
    # What cannot even begin writes no report: then the summary and the comment say so.
    echo '### safe-migration: undetermined; the log of the job says why' >"$reports/safe-migration.md"
    safe-migration check "${options[@]}" --format markdown --exit-zero --output-file "$reports/safe-migration.md" || true
    safe-migration check "${options[@]}" --format sarif --exit-zero --output-file "${SAFE_MIGRATION_SARIF:-safe-migration.sarif}" ||
        true
    if [ "${SAFE_MIGRATION_AUDIT:-true}" = true ]; then
        audited=0
        safe-migration audit "$commits" --fail "${settings[@]}" || audited=$?
        [ "$status" -ge "$audited" ] || status=$audited
    fi
    if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$reports/safe-migration.md" >>"$GITHUB_STEP_SUMMARY"; fi
    case $status in 0) decision=pass ;; 1) decision=block ;; *) decision=undetermined ;; esac
    output decision "$decision"
    output status "$status"
    # The action answers in a step of its own, so that the comment is written first.
    [ -n "${GITHUB_ACTIONS:-}" ] || exit "$status"
    ;;
comment)
    mark='<!-- safe-migration -->'
    body="$reports/safe-migration-comment.md"
    { echo "$mark"; cat "$reports/safe-migration.md"; } >"$body"
    comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
    known=$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$mark\")) | .id" | head -n 1)
    if [ -n "$known" ]; then
        gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$known" --field "body=@$body"
    else
        gh api --silent --method POST "$comments" --field "body=@$body"
    fi
    ;;
*)
    echo "usage: ci.sh install | verify | check | comment" >&2
    exit 2
    ;;
esac
