#!/usr/bin/env bash
# Drives real Neovims, headless, against bin/opm-lsp and a copy of the example workspace: the oldest and the newest
# version that the plugin supports, or the one that OPM_LSP_TEST_NVIM names. OPM_LSP_TEST_MINUTES=15 lets the session of
# editing last as long as a person's; OPM_LSP_TEST_SPECS names the files of checks that are wanted.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../../.." && pwd)

[[ -x $repository/bin/opm-lsp ]] || {
  printf 'run.sh: there is no bin/opm-lsp; run "make build" first.\n' >&2
  exit 2
}

programs=()
if [[ -n ${OPM_LSP_TEST_NVIM:-} ]]; then
  programs+=("$OPM_LSP_TEST_NVIM")
else
  for suite in trixie sid; do
    # Not inside the array's own assignment, where a failure would go unseen.
    program=$("$repository/editors/test/install.sh" neovim "$suite")
    programs+=("$program")
  done
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0
failed=0

# Runs one file of checks in a Neovim that sees nothing of the user's own. It has started by then: before, it draws
# nothing, and what it asks for when it draws would not come.
run_spec() {
  local program=$1 spec=$2 runtime=editors/neovim home bad status=0
  [[ $spec != lspconfig_spec.lua ]] || runtime=editors/neovim/nvim-lspconfig
  home=$(mktemp -d "$scratch/XXXXXX")
  mkdir "$home/empty"
  cp -R "$repository/testdata/workspace" "$home/workspace"
  env -u NVIM_APPNAME -u VIM -u NVIM \
    HOME="$home" XDG_CONFIG_HOME="$home/config" XDG_DATA_HOME="$home/data" \
    XDG_STATE_HOME="$home/state" XDG_CACHE_HOME="$home/cache" XDG_RUNTIME_DIR="$home" \
    PATH="$repository/bin:$PATH" OPM_LSP_TEST_WORKSPACE="$home/workspace" OPM_LSP_TEST_REPOSITORY="$repository" \
    timeout --kill-after=5 "$((300 + 60 * ${OPM_LSP_TEST_MINUTES:-0}))" \
    "$program" --clean -n --headless \
    --cmd "lua vim.opt.rtp:prepend(vim.env.OPM_LSP_TEST_REPOSITORY .. '/$runtime')" \
    -c 'lua package.path = vim.env.OPM_LSP_TEST_REPOSITORY .. "/editors/neovim/test/?.lua;" .. package.path' \
    -c "autocmd VimEnter * ++once lua vim.schedule(function() dofile(vim.env.OPM_LSP_TEST_REPOSITORY .. '/editors/neovim/test/$spec') end)" \
    </dev/null >"$home/out" 2>"$home/err" || status=$?

  grep -E '^(not ok|ok|    )' "$home/out" || true
  bad=$(grep -c '^not ok' "$home/out" || true)
  # Only the last line of a file of checks tells that it came to its end.
  if ! grep -qx 'finished' "$home/out"; then
    bad=$((bad + 1))
    printf 'not ok - %s comes to its end (exit code %s)\n' "$spec" "$status"
  fi
  if ((bad > 0)); then
    # Neovim's own messages and its log of the conversation, for whoever has to find out why.
    sed 's/^/    /' "$home/err"
    find "$home/state" -name 'lsp.log' -exec tail -n 30 {} + 2>/dev/null | sed 's/^/    /' || true
  fi
  passed=$((passed + $(grep -c '^ok' "$home/out" || true)))
  failed=$((failed + bad))
}

# Drives one Neovim with all files of checks, and leaves its counts behind.
run_specs() {
  local program=$1 counts=$2 spec
  for spec in ${OPM_LSP_TEST_SPECS:-plugin_spec.lua spec.lua features_spec.lua commands_spec.lua health_spec.lua lspconfig_spec.lua session_spec.lua}; do
    printf '# %s, %s\n' "$("$program" --version | sed -n 1p)" "$spec"
    run_spec "$program" "$spec"
  done
  printf '%s %s\n' "$passed" "$failed" >"$counts"
}

# At the same time: they have nothing in common but the machine.
for i in "${!programs[@]}"; do
  run_specs "${programs[i]}" "$scratch/$i.counts" >"$scratch/$i.out" 2>&1 &
done
wait
for i in "${!programs[@]}"; do
  cat "$scratch/$i.out"
  if read -r p f <"$scratch/$i.counts"; then
    passed=$((passed + p))
    failed=$((failed + f))
  else
    failed=$((failed + 1))
  fi
done

if [[ -z ${OPM_LSP_TEST_NVIM:-} && -z ${OPM_LSP_TEST_SPECS:-} ]]; then
  printf '# in a terminal\n'
  "$here/screens.sh" || failed=$((failed + 1))
fi

printf '%s passed, %s failed\n' "$passed" "$failed"
((failed == 0))
