#!/usr/bin/env bash
# The pictures of ../README.md: what a terminal shows when somebody opens the example workspace in Neovim. This does it in
# tmux, and holds what it sees against what stands there.
#
#   screens.sh           fails where a picture is not what the terminal shows
#   screens.sh --update  writes what it shows
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../../.." && pwd)
readme=$repository/editors/neovim/README.md
update=${1:-}

nvim=${OPM_LSP_TEST_NVIM:-$("$repository/editors/test/install.sh" neovim sid)}
tmux=$(command -v tmux) || tmux=$("$repository/editors/test/install.sh" tmux trixie)

scratch=$(mktemp -d)
cp -R "$repository/testdata/workspace" "$scratch/workspace"
terminal() { "$tmux" -S "$scratch/socket" "$@"; }
trap '"$nvim" --server "$scratch/nvim" --remote-send "<C-\\><C-N>:qall!<CR>" >/dev/null 2>&1 || true; terminal kill-server 2>/dev/null || true; rm -rf "$scratch"' EXIT

export LC_ALL=C.UTF-8
(
  cd "$scratch/workspace"
  # The editor and the terminal that shows it are two processes: one alone would start the other by the path of the
  # program, which is not its own where it is started through a loader.
  env -u NVIM_APPNAME -u VIM -u NVIM -u TMUX \
    HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data" XDG_STATE_HOME="$scratch/state" \
    XDG_CACHE_HOME="$scratch/cache" XDG_RUNTIME_DIR="$scratch" PATH="$repository/bin:$PATH" \
    "$nvim" --clean -n --headless --listen "$scratch/nvim" --cmd "set rtp^=$repository/editors/neovim" \
    --cmd 'set laststatus=0 noruler tabstop=4' releases/dev/web.cue </dev/null >"$scratch/out" 2>&1 &
)
until [[ -S $scratch/nvim ]]; do read -rt 0.05 <> <(:) || true; done
env -u TMUX "$tmux" -S "$scratch/socket" -f /dev/null new-session -d -x 140 -y 34 "$nvim" --server "$scratch/nvim" --remote-ui

# What is on the screen, without the line for messages, which come and go.
screen() { terminal capture-pane -p | sed '$d; s/[[:space:]]*$//'; }

keys() { terminal send-keys "$@"; }

# The picture that the page has under a name.
picture() { awk -v name="$1" '$0 == "<!-- screen: " name " -->" { on = 1; next } on && /^```/ { if (on++ == 2) exit; next } on' "$readme"; }

# Puts the standard input into the page as the picture with a name.
replace() {
  awk -v name="$1" '
    FNR == NR { shown = shown $0 "\n"; next }
    { print_it = 1 }
    $0 == "<!-- screen: " name " -->" { print; getline; print; printf "%s", shown; while ((getline line) > 0 && line !~ /^```/); print line; next }
    { print }
  ' - "$readme" >"$scratch/page"
  cat "$scratch/page" >"$readme"
}

failed=0
# await NAME TEXT: the picture with a name is on the screen, which has a text by then.
await() {
  local name=$1 text=$2 seen='' before='' wanted
  wanted=$(picture "$name")
  for ((i = 0; i < 400; i++)); do
    before=$seen
    seen=$(screen)
    if [[ $update != --update && $seen == "$wanted" ]]; then
      printf 'ok - the picture "%s" is what Neovim shows\n' "$name"
      return
    fi
    # Long enough without a change that nothing is on its way any more.
    if [[ $update == --update && $seen == *"$text"* && $seen == "$before" ]] && ((still++ > 15)); then
      replace "$name" <<<"$seen"
      printf 'the picture "%s" is written\n' "$name"
      return
    elif [[ $seen != "$before" ]]; then
      still=0
    fi
    read -rt 0.05 <> <(:) || true
  done
  printf 'not ok - the picture "%s" is not what Neovim shows; run: editors/neovim/test/screens.sh --update\n' "$name"
  diff <(printf '%s\n' "$wanted") <(printf '%s\n' "$seen") | sed 's/^/    /' || true
  failed=1
}

still=0
# The server has read all when the lens is there.
until [[ $(screen) == *'show effective'* ]]; do read -rt 0.05 <> <(:) || true; done
keys '/replicas' Enter K
await hover 'Governed by'
keys Escape 'j' ':Opm effective' Enter
await effective 'What the release'
keys 'q' ':Opm catalog' Enter
await catalog 'web-staging/web  2 errors'
exit "$failed"
