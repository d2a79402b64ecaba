#!/usr/bin/env bash
# Makes .venv and installs what is missing, from pyproject.toml and constraints.txt. Quick when nothing is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

VENV=.venv
STAMP=$VENV/netloom-installed
PACKAGES="libgl1 libegl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0 libxkbcommon-x11-0 libxcb-cursor0
  libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 xvfb xauth"

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# What was installed, for which files and in which place: a copied folder is installed anew.
fingerprint() { { cat pyproject.toml constraints.txt scripts/setup.sh; pwd; } | cksum; }

if [ -x $VENV/bin/python ] && [ -f $STAMP ] && [ "$(cat $STAMP)" = "$(fingerprint)" ]; then
  exit 0
fi

# Newer systems call some of them by a name that ends in t64.
is_installed() { [[ "$(dpkg-query -W -f='${Status}\n' "$1" "$1t64" 2>/dev/null || true)" == *"ok installed"* ]]; }

install_system_packages() {
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || return 0
  local missing=()
  for package in "$@"; do is_installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ]; then
    say "The window needs some system packages. Install them with this line, then go on:"
    say "    sudo apt-get install ${missing[*]}"
    return 0
  fi
  say "Installing system packages: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq </dev/null >/dev/null || true
  apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null \
    || say "They could not be installed; the window will not open until they are: ${missing[*]}"
}

find_python() {
  for candidate in ${NETLOOM_PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  fail "Python 3.11 or newer was not found. Install it, or name it: NETLOOM_PYTHON=/path/to/python3 make run"
}

make_venv() {
  local python options=()
  python=$(find_python)
  # A torch that this Python has already (a build for the machine's GPU, say) is worth keeping.
  if "$python" -c 'import torch' 2>/dev/null; then options+=(--system-site-packages); fi
  "$python" -c 'import ensurepip' 2>/dev/null || install_system_packages python3-venv
  say "Making $VENV with $("$python" --version)"
  "$python" -m venv ${options[@]+"${options[@]}"} $VENV \
    || fail "$VENV could not be made. On Debian and Ubuntu: sudo apt-get install python3-venv"
}

# constraints.txt, but with the torch that is already there.
write_constraints() {
  local torch
  torch=$($VENV/bin/python -c 'import importlib.metadata as m; print(m.version("torch"))' 2>/dev/null || true)
  if [ -n "$torch" ]; then
    sed "s/^torch==.*/torch==$torch/" constraints.txt > $VENV/netloom-constraints.txt
  else
    cp constraints.txt $VENV/netloom-constraints.txt
  fi
}

# shellcheck disable=SC2086
install_system_packages $PACKAGES
[ -x $VENV/bin/python ] || make_venv
write_constraints
say "Installing Netloom and what it needs into $VENV (a minute or a few; torch is large)"
$VENV/bin/python -m pip install --quiet --disable-pip-version-check -c $VENV/netloom-constraints.txt -e '.[dev]' </dev/null \
  || fail "pip could not install everything; what it said stands above. Mend that and start again: nothing is lost."
fingerprint > $STAMP
