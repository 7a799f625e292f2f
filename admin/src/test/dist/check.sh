#!/bin/sh
# What the distribution has to be: check.sh DEB TAR_GZ. Needs dpkg-deb; unit file,
# man page and completion are looked at by the programs that read them, where there are any.
set -eu
export LC_ALL=C.UTF-8

deb=$1
archive=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "check.sh: $*" >&2
  exit 1
}

# same NAME: compares what was found with standard input
same() {
  cat >"$work/expected"
  diff -u "$work/expected" "$work/found" >&2 || fail "$1 is not as expected (- expected, + found)"
}

# ---- the package for Debian

dpkg-deb --fsys-tarfile "$deb" | tar -tv |
  awk '$1 !~ /^d/ { sub(/^\.\//, "/", $6); print $1, $2, $6 $7 $8 }' |
  grep -v ' /usr/share/doc/understudy/docs/' | sort -k3 >"$work/found"
same "the content of the package" <<'END'
-rw-r--r-- root/root /etc/default/understudy
-rw-r--r-- root/root /etc/understudy/understudy.toml
-rw-r--r-- root/root /lib/systemd/system/understudy.service
lrw-r--r-- root/root /usr/bin/understudy->/usr/share/understudy/bin/understudy
-rw-r--r-- root/root /usr/share/bash-completion/completions/understudy
-rw-r--r-- root/root /usr/share/doc/understudy/CHANGELOG.md
-rw-r--r-- root/root /usr/share/doc/understudy/LICENSE
-rw-r--r-- root/root /usr/share/doc/understudy/README.md
-rw-r--r-- root/root /usr/share/doc/understudy/SECURITY.md
-rw-r--r-- root/root /usr/share/doc/understudy/copyright
lrw-r--r-- root/root /usr/share/doc/understudy/monitoring->/usr/share/understudy/monitoring
-rw-r--r-- root/root /usr/share/man/man1/understudy.1
-rwxr-xr-x root/root /usr/share/understudy/bin/understudy
-rw-r--r-- root/root /usr/share/understudy/lib/understudy.jar
-rw-r--r-- root/root /usr/share/understudy/monitoring/grafana-dashboard.json
-rw-r--r-- root/root /usr/share/understudy/monitoring/prometheus-alerts.yml
-rw-r--r-- root/root /usr/share/zsh/vendor-completions/_understudy
END

dpkg-deb --ctrl-tarfile "$deb" | tar -tv |
  awk '$1 !~ /^d/ { sub(/^\.\//, "", $6); print $1, $6 }' | sort -k2 >"$work/found"
same "the control part of the package" <<'END'
-rw-r--r-- conffiles
-rw-r--r-- control
-rw-r--r-- md5sums
-rwxr-xr-x postinst
-rwxr-xr-x postrm
-rwxr-xr-x prerm
END
dpkg-deb --control "$deb" "$work/control"
# An upgrade asks before it replaces what an operator has changed.
cp "$work/control/conffiles" "$work/found"
same "the list of files of configuration" <<'END'
/etc/understudy/understudy.toml
/etc/default/understudy
END
for script in postinst prerm postrm; do
  sh -n "$work/control/$script" || fail "$script is no script"
done
dpkg-deb --field "$deb" Package Architecture >"$work/found"
same "name and architecture" <<'END'
Package: understudy
Architecture: all
END
dpkg-deb --field "$deb" Depends | grep -q java17-runtime-headless || fail "it asks for no Java"

# ---- the files in it

dpkg-deb --extract "$deb" "$work/root"
unit=$work/root/lib/systemd/system/understudy.service
if command -v systemd-analyze >/dev/null; then
  sed "s,/usr/bin/understudy,$work/root/usr/share/understudy/bin/understudy," "$unit" >"$work/understudy.service"
  systemd-analyze verify --man=no "$work/understudy.service" >"$work/found" 2>&1 || true
  # Of other units of the host it complains as well.
  ! grep understudy.service "$work/found" >&2 || fail "systemd does not take the unit"
fi
if command -v man >/dev/null; then
  MANWIDTH=80 man --warnings -E UTF-8 --local-file "$work/root/usr/share/man/man1/understudy.1" 2>"$work/found" >/dev/null
  same "what man complains of" </dev/null
fi
if command -v bash >/dev/null; then
  bash -n "$work/root/usr/share/bash-completion/completions/understudy" || fail "bash takes no completion"
fi
if command -v zsh >/dev/null; then
  zsh -n "$work/root/usr/share/zsh/vendor-completions/_understudy" || fail "zsh takes no completion"
fi

# ---- the archive

tar -tvzf "$archive" |
  awk '$1 !~ /^d/ { sub(/^[^\/]*\//, "", $6); print $1, $6 }' |
  grep -v ' docs/' | sort -k2 >"$work/found"
same "the content of the archive" <<'END'
-rw-r--r-- CHANGELOG.md
-rw-r--r-- LICENSE
-rw-r--r-- README.md
-rw-r--r-- SECURITY.md
-rwxr-xr-x bin/understudy
-rw-r--r-- completion/_understudy
-rw-r--r-- completion/understudy
-rw-r--r-- config/understudy.default
-rw-r--r-- config/understudy.toml
-rw-r--r-- doc/copyright
-rw-r--r-- docker/Dockerfile
-rw-r--r-- lib/understudy.jar
-rw-r--r-- man/understudy.1
-rw-r--r-- monitoring/grafana-dashboard.json
-rw-r--r-- monitoring/prometheus-alerts.yml
-rw-r--r-- systemd/understudy.service
END
mkdir "$work/unpacked"
tar -xzf "$archive" -C "$work/unpacked"
set -- "$work"/unpacked/*
[ $# -eq 1 ] || fail "the archive is more than one directory"
[ -s "$1/docs/README.md" ] || fail "the archive has no documentation"
cmp -s "$1/lib/understudy.jar" "$work/root/usr/share/understudy/lib/understudy.jar" ||
  fail "the archive and the package have different programs"
# leads DIRECTORY: what its pages lead to and is not there
leads() {
  find "$1" -name '*.md' | while read -r page; do
    grep -o '](.[^)#]*' "$page" | sed 's/^](//' | grep -v -e '^https\{0,1\}:' -e '^#' | while read -r link; do
      [ -e "${page%/*}/$link" ] || echo "${page#"$1"/}: $link"
    done || true
  done
}
leads "$1" >"$work/found"
same "what leads nowhere in the archive" </dev/null
# The one link of the package that goes elsewhere is to the root that it is installed in.
ln -sfn "$work/root/usr/share/understudy/monitoring" "$work/root/usr/share/doc/understudy/monitoring"
[ -s "$work/root/usr/share/doc/understudy/docs/README.md" ] || fail "the package has no documentation"
leads "$work/root/usr/share/doc/understudy" >"$work/found"
same "what leads nowhere in the package" </dev/null
"$1/bin/understudy" --version >/dev/null || fail "it does not run"
echo "checked: $(basename "$deb"), $(basename "$archive")"
