#!/usr/bin/env bash
# Tries opm-lsp in the editors of docs/editors.md that Debian has and that have no plugin of their own here, each with the
# snippet that stands there, on a copy of the example workspace. It installs them outside the repository.
#
#   tries.sh [helix|emacs]...
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
export LC_ALL=C.UTF-8

[[ -x $repository/bin/opm-lsp ]] || {
  printf 'tries.sh: there is no bin/opm-lsp; run "make build" first.\n' >&2
  exit 2
}

scratch=$(mktemp -d)
tmux=$(command -v tmux) || tmux=$("$here/install.sh" tmux trixie)
terminal() { "$tmux" -S "$scratch/socket" "$@"; }
trap 'terminal kill-server 2>/dev/null || true; rm -rf "$scratch"' EXIT
failed=0

# The snippet that the page has for an editor.
snippet() {
  awk -v name="$1" '$0 == "<!-- tried: " name " -->" { on = 1; next } on && /^```/ { if (on++ == 2) exit; next } on == 2' \
    "$repository/docs/editors.md"
}

# A home without anything of the user's own, with the example workspace in it.
new_home() {
  home=$scratch/$1
  mkdir -p "$home/.config"
  cp -R "$repository/testdata/workspace" "$home/workspace"
}

# Runs a program as the user of that home, in the workspace.
as_user() {
  (cd "$home/workspace" && env -u TMUX HOME="$home" XDG_CONFIG_HOME="$home/.config" XDG_CACHE_HOME="$home/.cache" \
    XDG_DATA_HOME="$home/.local" XDG_STATE_HOME="$home/.state" PATH="$repository/bin:$PATH" "$@")
}

# The key Escape, and what it takes away: keys that follow at once would be one with it.
escape() {
  terminal send-keys Escape
  for ((i = 0; i < 400; i++)); do
    [[ $(terminal capture-pane -p) == *"$1"* ]] || return 0
    read -rt 0.05 <> <(:) || true
  done
}

# sees NAME TEXT...: all the texts come to stand on the screen.
sees() {
  local name=$1 screen='' text missing=''
  shift
  for ((i = 0; i < 400; i++)); do
    screen=$(terminal capture-pane -p)
    missing=''
    for text in "$@"; do
      [[ $screen == *"$text"* ]] || missing=$text
    done
    if [[ -z $missing ]]; then
      printf 'ok - %s: %s\n' "$editor" "$name"
      return
    fi
    read -rt 0.05 <> <(:) || true
  done
  printf 'not ok - %s: %s; "%s" is not on the screen:\n' "$editor" "$name" "$missing"
  sed 's/^/    /' <<<"$screen"
  failed=1
}

try_helix() {
  local hx
  hx=$("$here/install.sh" hx sid)
  new_home helix
  mkdir -p "$home/.config/helix"
  snippet helix >"$home/.config/helix/languages.toml"
  snippet helix-config >"$home/.config/helix/config.toml"
  editor=$("$hx" --version | tr -d '\n')
  as_user "$tmux" -S "$scratch/socket" -f /dev/null new-session -d -x 140 -y 40 "$hx" releases/staging/web.cue
  # shellcheck disable=SC2016 # the backquotes stand on the screen
  sees 'diagnostics mark what is wrong' 'Did you mean `replicas`'
  terminal send-keys / stagging Enter
  sees 'the diagnostic at the cursor is told in full' 'must be one of "development", "staging" or "production"'
  terminal send-keys Space k
  sees 'hover explains a value' 'environment — one of' 'web-staging/web'
  escape '| layer |'
  terminal send-keys Space a
  sees 'code actions offer what mends it' 'Change to "staging"' 'Open the page of release/invalid-value'
  terminal send-keys Enter
  sees 'one of them mends it' 'environment: "staging"'
  terminal send-keys :open Space releases/dev/web.cue Enter
  sees 'another file opens' 'tries it out every day'
  sees 'inlay hints say what an override replaces' 'was 3'
  terminal send-keys / replicas Enter o mem
  sees 'completion offers what may be set' 'memory'
  escape INS
  terminal send-keys u / replicas Enter g d
  sees 'definition leads to the layers' 'managed_web.cue' 'web_app.cue'
  escape web_app.cue
  terminal send-keys Space r
  sees 'rename asks for the name' 'rename-to:'
  terminal send-keys C-u copies Enter
  sees 'rename changes a value' 'copies: 1'
  terminal send-keys :qall! Enter
}

try_emacs() {
  local emacs out
  emacs=$("$here/install.sh" emacs-nox trixie)
  new_home emacs
  snippet emacs >"$home/init.el"
  out=$(as_user timeout 120 "$emacs" --batch -Q -l "$home/init.el" -l "$here/emacs.el" 2>"$home/err" <<<y) || true
  printf '%s\n' "$out" | grep -E '^(not ok|ok|    )' || true
  if [[ $out == *'not ok'* || $out != *finished* ]]; then
    sed 's/^/    /' "$home/err"
    failed=1
  fi
}

(($# > 0)) || set -- helix emacs
for name in "$@"; do
  case $name in
    helix) try_helix ;;
    emacs) try_emacs ;;
    *)
      printf 'tries.sh: there is nothing for "%s" here, only helix and emacs.\n' "$name" >&2
      exit 2
      ;;
  esac
done
exit "$failed"
