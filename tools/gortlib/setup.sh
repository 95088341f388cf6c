#!/usr/bin/env bash
# setup.sh SET...: installs the Debian packages of these sets (tools/packages.txt) that are missing.
#
# As root, or through sudo; where neither works it prints the apt-get line to run and exits 3. Progress goes to
# standard error. Needs bash, coreutils and what every Debian has (dpkg, apt-get).
set -u

list=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../packages.txt

wanted=()
while read -r set package _; do
  [[ $set == "" || $set == \#* ]] && continue
  for arg in "$@"; do
    [ "$set" = "$arg" ] && wanted+=("$package")
  done
done <"$list"

command -v dpkg-query >/dev/null || {
  echo "gort: set-up knows Debian only; install the equivalents of: ${wanted[*]}" >&2
  exit 3
}

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)
  [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
  if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || { [ -t 0 ] && [ -t 2 ]; }; }; then
    as_root=(sudo)
  else
    echo "gort: packages are missing; as root run: apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 3
  fi
fi

# apt MESSAGE ARGS...: one apt-get run that asks nothing, waits for another one's lock, and shows what it does.
apt() {
  echo "gort: $1" >&2
  shift
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -y "$@" </dev/null 2>&1 |
    while read -r line; do
      case $line in
        Get:* | "Setting up "* | E:* | Err:* | W:*) echo "gort:   ${line:0:110}" >&2 ;;
      esac
    done
  return "${PIPESTATUS[0]}"
}

install() { apt "installing ${#missing[@]} Debian packages: ${missing[*]}" install --no-install-recommends "${missing[@]}"; }

if compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null && install; then
  exit 0
fi
if apt "fetching Debian's package lists" update && install; then
  exit 0
fi
echo "gort: could not install the packages; by hand: apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
exit 3
