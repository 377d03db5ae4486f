# The words that the rows of this folder are written in. $GOOD and $BAD are revisions after `a1`; @ID@ stands for the id.
set -e

# Stages a revision that every rule lets through; one that fails when it is deployed.
good() { revision "$GOOD" "$1"; }
bad() { revision "$BAD" "$1"; }
revision() { printf '%s' "$1" | sed "s/@ID@/$2/g" >"alembic/versions/$2.py" && git add -A; }

# Stages something that concerns no migration.
other() { printf %s "$1" >"$1" && git add -A; }

# Commits what is staged: with the gate; so that no hook sees it.
gated() { git commit -q -m gated; }
sneak() { git -c core.hooksPath=/dev/null commit -q -m unseen; }

# What ran so far does not count.
forget() { rm -f .git/ran; }

# The command ends with an error; says this on standard error, in two lines; says nothing there.
refused() { if "$@"; then echo "not refused: $*" >&2 && exit 1; fi; }
told() {
    said=$1 && shift && "$@" 2>.git/said && grep -qF "$said" .git/said && [ "$(wc -l <.git/said)" = 2 ] ||
        { cat .git/said >&2 && exit 1; }
}
untold() { "$@" 2>.git/said && [ ! -s .git/said ] || { cat .git/said >&2 && exit 1; }; }

# A branch of `main` with a bad revision that no hook has seen; `work` is checked out again.
unseen_branch() { git checkout -q -b "$1" main && bad b2 && sneak && git checkout -q work; }

# Two commits on `work`, the second one with a revision; `main` has moved on since.
diverged() { other a.txt && gated && "$@" && sneak && moved_on; }
moved_on() { git checkout -q main && other main.txt && sneak && git checkout -q work && forget; }

# A revision on `work`, another branch off `main` checked out on which a second revision is staged.
two_sides() { good c3 && gated && git checkout -q -b topic main && "$@" && gated && forget; }

# An interactive rebase whose list is edited by sed. A message that stays as it was may leave the commit as it was, to
# the second.
rebase_editing() { GIT_SEQUENCE_EDITOR="sed -i -e '$1'" GIT_EDITOR="sed -i -e '1s/^/edited /'" git rebase -q -i "$2"; }

# Writes the last commit as a patch, $patch, and takes it back.
take_back() { patch=.git/0001.patch && git format-patch -1 --stdout >"$patch" && git reset -q --hard HEAD~1 && forget; }
