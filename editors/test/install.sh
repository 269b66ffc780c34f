#!/usr/bin/env bash
# Installs an editor of a Debian release into a cache directory and prints the path of a program that runs it.
#
#   install.sh neovim trixie    the oldest Neovim that the plugin supports, 0.10
#   install.sh neovim sid       the newest
#   install.sh hx sid           Helix
#   install.sh emacs-nox trixie Emacs for the terminal
#   install.sh kakoune trixie   Kakoune
#   install.sh tmux trixie      the terminal that the tests look at editors in
#
# The machine itself stays as it is: apt works in a root of its own, and the packages are only unpacked, never
# configured. Which mirror to ask, and through which proxy, is read from the machine's own apt configuration;
# the packages' signatures are checked against Debian's keyring.
set -euo pipefail

die() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}

(($# == 2)) || die "which package of which Debian release? For example: install.sh neovim trixie."
package=$1
suite=$2
case $package in
  neovim) program=nvim ;;
  kakoune) program=kak ;;
  emacs-nox) program=emacs ;;
  *) program=$package ;;
esac
case $suite in
  trixie) source_options= ;;
  # sid's Release file is only valid for a week, which a mirror that lags or is frozen overruns.
  sid) source_options=' check-valid-until=no' ;;
  *) die "there are no editors for the tests from Debian '$suite', only from trixie and sid." ;;
esac

cache=${OPM_LSP_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/opm-lsp-test}
name=$package-$suite
home=$cache/$name
starter=$home/bin/$program

# The directory gets its name only when all is in place, so that its presence is proof enough.
if [[ -x $starter ]]; then
  printf '%s\n' "$starter"
  exit 0
fi

for tool in apt-get apt-config dpkg dpkg-deb flock; do
  command -v "$tool" >/dev/null ||
    die "this needs $tool, so a Debian machine or one derived from it. Elsewhere, the Neovim tests run with a Neovim of your own: OPM_LSP_TEST_NVIM=/path/to/nvim."
done
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[[ -r $keyring ]] || die "Debian's keyring is missing at $keyring; install the package debian-archive-keyring."

# One installation at a time. With the lock held, whatever an earlier run has left half done is nobody's.
mkdir -p "$cache"
exec 9>"$cache/.$name.lock"
flock 9
if [[ -x $starter ]]; then
  printf '%s\n' "$starter"
  exit 0
fi
rm -rf "$home" "$cache/.$name".partial.*
partial=$(mktemp -d "$cache/.$name.partial.XXXXXX")
trap 'rm -rf "$partial"' EXIT

apt=$partial/apt
unpacked=$partial/root
mkdir -p "$apt"/etc/apt/{sources.list.d,apt.conf.d,preferences.d} \
  "$apt"/var/lib/apt/lists/partial "$apt"/var/cache/apt/archives/partial "$apt"/var/lib/dpkg \
  "$unpacked" "$partial/bin"
: >"$apt/var/lib/dpkg/status"

# Proxies, time-outs and credentials are the machine's own; its hooks and its other settings are left out.
host_config=$(apt-config dump)
{
  printf 'Dir "%s/";\n' "$apt"
  printf 'Dir::State::status "%s/var/lib/dpkg/status";\n' "$apt"
  printf 'Dir::Etc::trusted "/etc/apt/trusted.gpg";\n'
  printf 'Dir::Etc::trustedparts "/etc/apt/trusted.gpg.d/";\n'
  printf 'Dir::Etc::netrc "/etc/apt/auth.conf";\n'
  printf 'Dir::Etc::netrcparts "/etc/apt/auth.conf.d/";\n'
  printf 'APT::Architecture "%s";\n' "$(dpkg --print-architecture)"
  printf 'APT::Architectures { "%s"; };\n' "$(dpkg --print-architecture)"
  # The sandbox user cannot enter a cache directory below a private home.
  printf 'APT::Sandbox::User "root";\n'
  printf 'Acquire::Languages "none";\n'
  grep -E '^Acquire::(https?|Retries|ForceIPv[46])\b' <<<"$host_config" || true
} >"$partial/apt.conf"

# What apt would fetch tells which mirrors this machine knows, whichever of its formats the sources are written
# in. A mirror counts that serves the component main of a release of Debian; another vendor's archive may look
# the same, and then fails on its signature.
# shellcheck source=/dev/null
codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
uris=$(apt-get update --print-uris)
mirrors=$(sed -nE "s,^'(.+)/dists/(${codename:-stable}|stable|testing|unstable|sid)/main/binary-.*,\\1,p" <<<"$uris" | sort -u)
[[ -n $mirrors ]] ||
  die "the apt sources of this machine name no mirror of Debian. The Neovim tests also run with a Neovim of your own: OPM_LSP_TEST_NVIM=/path/to/nvim."

export APT_CONFIG=$partial/apt.conf
log=$partial/log
printf 'install.sh: fetching %s of Debian %s\n' "$package" "$suite" >&2
updated=
while IFS= read -r mirror; do
  printf 'deb [signed-by=%s%s] %s %s main\n' "$keyring" "$source_options" "$mirror" "$suite" \
    >"$apt/etc/apt/sources.list"
  # Any: without it, apt-get only warns about a mirror that it could not reach or whose signature is wrong.
  if apt-get update --error-on=any >>"$log" 2>&1; then
    updated=yes
    break
  fi
done <<<"$mirrors"
[[ -n $updated ]] || {
  cat "$log" >&2
  die "no mirror of this machine's apt sources served Debian $suite; apt's own words are above."
}

apt-get -y --no-install-recommends --download-only -t "$suite" install "$package" >>"$log" 2>&1 || {
  cat "$log" >&2
  die "the packages of $package could not be fetched; apt's own words are above."
}
for archive in "$apt"/var/cache/apt/archives/*.deb; do
  dpkg-deb -x "$archive" "$unpacked"
done

# The packages bring their own C library: the program has to start through their loader to find it. Where it looks for
# what else is its own is compiled in, unless its environment says so.
cat >"$partial/bin/$program" <<'WRAPPER'
#!/bin/sh
root=$(CDPATH= cd -- "$(dirname -- "$0")/../root" && pwd)
for loader in "$root"/usr/lib64/ld-linux-*.so.* "$root"/usr/lib/ld-linux-*.so.*; do
  [ -e "$loader" ] && break
done
for libraries in "$root"/usr/lib/*-linux-gnu*; do
  [ -d "$libraries" ] && break
done
WRAPPER
case $package in
  neovim)
    cat <<'WRAPPER'
VIMRUNTIME=$root/usr/share/nvim/runtime
export VIMRUNTIME
exec "$loader" --library-path "$libraries" "$root/usr/bin/nvim" --cmd "set rtp+=$root/usr/lib/nvim" "$@"
WRAPPER
    ;;
  hx)
    cat <<'WRAPPER'
HELIX_RUNTIME=$root/usr/lib/hx/runtime
export HELIX_RUNTIME
exec "$loader" --library-path "$libraries" "$root/usr/bin/hx" "$@"
WRAPPER
    ;;
  kakoune)
    cat <<'WRAPPER'
KAKOUNE_RUNTIME=$root/usr/share/kak
export KAKOUNE_RUNTIME
exec "$loader" --library-path "$libraries" "$root/usr/bin/kak" "$@"
WRAPPER
    ;;
  emacs-nox)
    cat <<'WRAPPER'
for share in "$root"/usr/share/emacs/[0-9]*; do
  [ -d "$share/lisp" ] && break
done
for exec in "$root"/usr/libexec/emacs/[0-9]*/*; do
  [ -d "$exec" ] && break
done
EMACSDATA=$share/etc EMACSDOC=$share/etc EMACSLOADPATH=$share/lisp EMACSPATH=$exec
export EMACSDATA EMACSDOC EMACSLOADPATH EMACSPATH
for dump in "$exec"/*.pdmp; do
  [ -e "$dump" ] && break
done
exec "$loader" --library-path "$libraries" "$root/usr/bin/emacs-nox" --dump-file "$dump" "$@"
WRAPPER
    ;;
  *)
    cat <<'WRAPPER'
exec "$loader" --library-path "$libraries" "$root/usr/bin/$(basename "$0")" "$@"
WRAPPER
    ;;
esac >>"$partial/bin/$program"
chmod +x "$partial/bin/$program"
case $package in
  tmux) version_flag=-V ;;
  kakoune) version_flag=-version ;;
  *) version_flag=--version ;;
esac
version=$("$partial/bin/$program" "$version_flag" | head -n 1) ||
  die "the unpacked $package of Debian $suite does not start on this machine."

rm -rf "$apt" "$partial/apt.conf" "$log"
mv -T "$partial" "$home"
printf 'install.sh: %s is in %s\n' "$version" "$home" >&2
printf '%s\n' "$starter"
