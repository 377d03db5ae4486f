#!/usr/bin/env bash
# Makes the mirror repository from which pre-commit and prek install the published wheel, so that nobody compiles: each
# release is one commit with a tag of its name. It is run again for each release.
#
#   packaging/mirror.sh FOLDER VERSION
set -euo pipefail
[ $# = 2 ] || { echo "usage: $0 FOLDER VERSION" >&2; exit 2; }
source=$(cd "$(dirname "$0")/.." && pwd)
folder=$1 version=$2

git init --quiet --initial-branch main "$folder"
cd "$folder"
if git rev-parse --quiet --verify "refs/tags/v$version" >/dev/null; then
    echo "v$version is here already"
    exit 0
fi

# The hooks are those of the source that install a Python package, under their plain names.
awk 'BEGIN { RS = ""; ORS = "\n\n" } /^- id: [a-z-]+-python\n/' "$source/.pre-commit-hooks.yaml" |
    sed -e 's/^\(- id: .*\)-python$/\1/' -e 's/-python"$/"/' >.pre-commit-hooks.yaml

cat >pyproject.toml <<TOML
[build-system]
requires = ["setuptools>=61"]
build-backend = "setuptools.build_meta"

[project]
name = "safe-migration-mirror"
version = "0"
description = "What pre-commit and prek install: safe-migration $version"
dependencies = ["safe-migration==$version"]

[tool.setuptools]
py-modules = []
TOML

cat >README.md <<MARKDOWN
# safe-migration for pre-commit and prek

Installs the published wheel of [safe-migration]($(sed -n 's/^repository = "\(.*\)"$/\1/p' "$source/Cargo.toml")); no
toolchain is needed.

\`\`\`yaml
repos:
  - repo: ADDRESS-OF-THIS-REPOSITORY
    rev: v$version
    hooks:
      - id: safe-migration        # refuses commits and merges
      - id: safe-migration-push   # refuses pushes
      - id: safe-migration-record # notes what \`--no-verify\` let through
\`\`\`
MARKDOWN
git add -A
git -c user.name="${GIT_AUTHOR_NAME:-safe-migration}" -c user.email="${GIT_AUTHOR_EMAIL:-noreply@example.com}" \
    commit --quiet --message "safe-migration $version"
git tag "v$version"
echo "v$version is tagged in $folder; push it with its tags"
