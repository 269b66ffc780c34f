#!/usr/bin/env bash
# Installs a VS Code, the Node that it runs with and what drives it into a cache directory, and prints that directory:
#
#   bin/node       the Node that code-server wants; also runs the tests
#   bin/chromium   Debian's browser, which shows the VS Code
#   node_modules   code-server, and the libraries of the tests
#
# Every npm package is pinned with its hash: by package-lock.json, and by code-server.lock.json for those that
# code-server brings in an installation of its own. No package's scripts run; the two libraries of VS Code that have
# to be compiled here are named below. Debian's packages are checked by apt.
set -euo pipefail

die() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${OPM_LSP_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/opm-lsp-test}
pins=$(cat "$here/package.json" "$here/package-lock.json" "$here/code-server.lock.json" "${BASH_SOURCE[0]}" | sha256sum | cut -c 1-12)
home=$cache/vscode-$pins

# The directory gets its name only when all is in place, so that its presence is proof enough.
if [[ -x $home/bin/chromium ]]; then
  printf '%s\n' "$home"
  exit 0
fi

for tool in flock node npm; do
  command -v "$tool" >/dev/null || die "this needs $tool, which is not on the PATH."
done
[[ $(uname -s) == Linux ]] || die "the tests in a VS Code need Linux; the extension's other tests run everywhere."

# One installation at a time. With the lock held, whatever an earlier run has left half done is nobody's.
mkdir -p "$cache"
exec 9>"$cache/.vscode.lock"
flock 9
if [[ -x $home/bin/chromium ]]; then
  printf '%s\n' "$home"
  exit 0
fi
rm -rf "$cache"/.vscode.partial.*
partial=$(mktemp -d "$cache/.vscode.partial.XXXXXX")
trap 'rm -rf "$partial"' EXIT
log=$partial/log

# Runs a step; what it printed is shown only when it fails for good. What comes over a network may fail once.
step() {
  local what=$1 attempt
  shift
  for attempt in 1 2 3; do
    if "$@" >>"$log" 2>&1; then
      return 0
    fi
    printf 'install.sh: attempt %s of 3 failed: %s\n' "$attempt" "$what" >&2
  done
  tail -n 40 "$log" >&2
  die "could not $what; the last words about it are above."
}

installed() {
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# A program that is there may come from anywhere; fonts are only known by their package.
packages=()
[[ -n ${OPM_LSP_TEST_CHROMIUM:-} ]] || command -v chromium >/dev/null || packages+=(chromium)
command -v make >/dev/null || packages+=(make)
command -v c++ >/dev/null || packages+=(g++)
command -v python3 >/dev/null || packages+=(python3)
for font in fonts-dejavu-core fonts-inter fonts-jetbrains-mono; do
  installed "$font" || packages+=("$font")
done
if ((${#packages[@]} > 0)); then
  command -v apt-get >/dev/null ||
    die "this needs a Debian machine or one derived from it, for the packages ${packages[*]}."
  [[ $(id -u) == 0 ]] ||
    die "these packages are missing; please run: sudo apt-get install --no-install-recommends ${packages[*]}"
  printf 'install.sh: installing %s\n' "${packages[*]}" >&2
  export DEBIAN_FRONTEND=noninteractive
  step "read the lists of Debian's packages" apt-get update
  step "install Debian's packages ${packages[*]}" \
    apt-get -y -o DPkg::Lock::Timeout=120 --no-install-recommends install "${packages[@]}"
fi
chromium=${OPM_LSP_TEST_CHROMIUM:-$(command -v chromium || true)}
[[ -x $chromium ]] || die "there is no browser at \"$chromium\"; set OPM_LSP_TEST_CHROMIUM to a Chromium."

printf 'install.sh: fetching a VS Code, about 200 MB\n' >&2
npm() {
  command npm --no-audit --no-fund --no-update-notifier "$@"
}
cp "$here/package.json" "$here/package-lock.json" "$partial/"
step "fetch code-server and what drives it" npm --prefix "$partial" ci --ignore-scripts

node=$(echo "$partial"/node_modules/node-linux-*)
[[ -x $node/bin/node ]] || die "there is no Node for this kind of machine ($(uname -m)); x86-64 and arm64 are known."
mkdir "$partial/bin"
ln -s "../node_modules/${node##*/}/bin/node" "$partial/bin/node"
ln -s "$chromium" "$partial/bin/chromium"
# npm runs with the Node that it installs for, and compiles against that one's headers.
export PATH=$partial/bin:$PATH npm_config_nodedir=$node

vscode=$partial/node_modules/code-server/lib/vscode
cp "$here/code-server.lock.json" "$vscode/npm-shrinkwrap.json"
step "fetch the libraries of VS Code" npm --prefix "$vscode" ci --ignore-scripts --omit=dev
step "compile the libraries of VS Code" npm --prefix "$vscode" rebuild @vscode/spdlog @vscode/native-watchdog
ln -sfn node_modules "$vscode/node_modules.asar"
ln -sf code-linux.sh "$vscode/bin/remote-cli/code-server"
ln -sf browser-linux.sh "$vscode/bin/helpers/browser.sh"
# Assistants and debuggers have no part in this, and start slowly.
rm -rf "$vscode"/extensions/{copilot,ms-vscode.js-debug,ms-vscode.js-debug-companion,ms-vscode.vscode-js-profile-table}
version=$("$partial/bin/node" "$vscode/out/server-main.js" --version | head -n 1) ||
  die "the VS Code that was installed does not start on this machine."

rm -f "$log"
mv -T "$partial" "$home"
printf 'install.sh: VS Code %s is in %s\n' "$version" "$home" >&2
printf '%s\n' "$home"
