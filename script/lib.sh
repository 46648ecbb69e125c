# lib.sh - what the scripts beside it share: saying, installing, finding, a PostgreSQL of one's own. Sourced by bash, never run.
# shellcheck shell=bash

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# as_root COMMAND...: directly, or by sudo; fails (77) where neither is to be had.
as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; return; fi
	have sudo || return 77
	if [ -t 0 ]; then sudo "$@"; else sudo -n "$@"; fi
}

# missing_packages NAME...: prints those that dpkg does not call installed.
missing_packages() {
	local installed name
	installed=" $(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null | sed -n 's/^ii \(.*\)$/\1/p' | tr '\n' ' ')"
	for name in "$@"; do
		case "$installed" in *" $name "*) ;; *) printf '%s ' "$name" ;; esac
	done
}

# A maintainer script would start its daemon and make a cluster nobody asked for: both are held back while we install, and
# the two files are gone afterwards.
hold_daemons() {
	held=()
	if [ ! -e /usr/sbin/policy-rc.d ]; then
		held+=(/usr/sbin/policy-rc.d)
		as_root sh -c 'printf "#!/bin/sh\nexit 101\n" >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d'
	fi
	if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
		held+=(/etc/postgresql-common/createcluster.d/no-cluster.conf)
		as_root sh -c 'mkdir -p /etc/postgresql-common/createcluster.d && echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/no-cluster.conf'
	fi
}
release_daemons() {
	[ ${#held[@]} = 0 ] || as_root rm -f "${held[@]}"
}

# need_packages NAME...: installs what is missing, saying what. Nothing missing: no word and no apt.
need_packages() {
	local missing log held=() status=0
	missing=$(missing_packages "$@")
	[ -n "$missing" ] || return 0
	have apt-get || die "these packages are missing, and there is no apt here to install them: $missing"
	say "installing: $missing"
	if [ "$(id -u)" != 0 ] && ! have sudo; then
		die "not root, and no sudo. As root, once: apt-get install $missing"
	fi
	hold_daemons || die "could not become root. As root, once: apt-get install $missing"
	# shellcheck disable=SC2086
	log=$(mktemp "${TMPDIR:-/tmp}/redress-apt.XXXXXX")
	{ as_root apt-get -qq -o DPkg::Lock::Timeout=300 update &&
		as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
			-o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install $missing; } >"$log" 2>&1 || status=$?
	release_daemons
	[ $status = 0 ] || tail -n 20 "$log" >&2
	rm -f "$log"
	return $status
}

# can_install NAME: apt knows a package of this name that is more than a pointer to a snap.
can_install() {
	have apt-cache || return 1
	case "$(apt-cache policy "$1" 2>/dev/null)" in *"Candidate: "[0-9]*snap*) return 1 ;; *"Candidate: "[0-9]*) ;; *) return 1 ;; esac
	case "$(apt-cache show "$1" 2>/dev/null)" in *"ransitional"*"snap"*) return 1 ;; esac
}

# The newest PostgreSQL programs of 15 or later, as a folder; nothing where there is none.
pg_bin() {
	local dir best=
	for dir in /usr/lib/postgresql/*/bin; do
		[ -x "$dir/initdb" ] || continue
		case "$dir" in */postgresql/15/bin) say "$dir"; return ;; esac
		[ "$(basename "$(dirname "$dir")")" -ge 15 ] 2>/dev/null && best=$dir
	done
	[ -z "$best" ] || say "$best"
}

# A browser for the journeys: CHROMIUM, else the first known one, else what playwright fetched; nothing where there is none.
browser_bin() {
	local name
	if [ -n "${CHROMIUM:-}" ]; then say "$CHROMIUM"; return; fi
	for name in chromium google-chrome-stable google-chrome chromium-browser; do
		have "$name" || continue
		case "$(readlink -f "$(command -v "$name")")" in */snap*) continue ;; esac
		if grep -aqs 'snap install' "$(command -v "$name")"; then continue; fi
		command -v "$name"
		return
	done
	for name in "$HOME"/.cache/ms-playwright/chromium-*/chrome-linux*/chrome; do
		[ ! -x "$name" ] || { say "$name"; return; }
	done
}

# Servers that refuse root run as nobody; started by anybody else, as that.
as_nobody() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all "$@"
	else
		"$@"
	fi
}

# pg_start: a throw-away PostgreSQL in a short temporary folder, without network. Sets PG_DIR and PG_URL (database postgres).
# Durability is off: nothing that asks for it may be measured here.
pg_start() {
	local bin
	bin=$(pg_bin)
	[ -n "$bin" ] || return 1
	PG_DIR=$(mktemp -d /tmp/rdpg.XXXXXX)
	[ "$(id -u)" != 0 ] || chown 65534:65534 "$PG_DIR"
	(cd "$PG_DIR" && as_nobody env -i PATH=/usr/bin:/bin LANG=C.UTF-8 "$bin/initdb" -D "$PG_DIR/data" -U desk -A trust --no-sync \
		--no-instructions -E UTF8 --locale=C.UTF-8 --wal-segsize=1) </dev/null >"$PG_DIR/initdb.log" 2>&1 ||
		{ cat "$PG_DIR/initdb.log" >&2; return 1; }
	cat >>"$PG_DIR/data/postgresql.conf" <<-END
		listen_addresses = ''
		unix_socket_directories = '$PG_DIR'
		fsync = off
		synchronous_commit = off
		full_page_writes = off
		wal_level = minimal
		max_wal_senders = 0
		shared_buffers = 32MB
		max_connections = 60
		autovacuum = off
		dynamic_shared_memory_type = mmap
		jit = off
		timezone = 'UTC'
	END
	(cd "$PG_DIR" && as_nobody env -i PATH=/usr/bin:/bin LANG=C.UTF-8 "$bin/pg_ctl" -D "$PG_DIR/data" -l "$PG_DIR/log" -w start) \
		</dev/null >/dev/null 2>&1 || { cat "$PG_DIR/log" >&2; return 1; }
	PG_URL="postgresql:///postgres?host=$PG_DIR&user=desk"
}
pg_stop() {
	[ -n "${PG_DIR:-}" ] || return 0
	if [ -e "$PG_DIR/data/postmaster.pid" ]; then
		(cd "$PG_DIR" && as_nobody "$(pg_bin)/pg_ctl" -D "$PG_DIR/data" -m immediate -w stop) </dev/null >/dev/null 2>&1 || true
	fi
	rm -rf --one-file-system "$PG_DIR"
	PG_DIR=
}
