#!/usr/bin/env bash
# Checks the session stores on real servers: PostgreSQL, MariaDB, Redis and a cluster
# of three Redis nodes, with SQLite and memory beside them. The servers are those of
# Debian, which root installs if they are missing. They run as ordinary users on
# 127.0.0.1, with their data in a temporary folder, and are stopped at the end.
# Takes about two minutes; --full about twenty, and prints the figures.
# Usage: scripts/stores.sh [--full] [sqlite|memory|postgres|mariadb|redis|cluster …]
# The default is every engine. STORES_ROUNDS, STORES_KILLS, STORES_COSTS and
# STORES_LATENCIES change how often each thing is tried; STORES_SOAK=10m how long server
# processes run while their database is killed and started again. STORES_FSYNC=everysec
# shows what the default of Redis may lose on a busy disk.
set -euo pipefail
# shellcheck source=scripts/require.sh
. "$(dirname "$0")/require.sh"
require_go

full=
wanted=()
for arg; do
	case $arg in
	--full) full=1 ;;
	sqlite | memory | postgres | mariadb | redis | cluster) wanted+=("$arg") ;;
	*) die "unknown argument $arg: give --full and names of engines" ;;
	esac
done
[ ${#wanted[@]} -gt 0 ] || wanted=(memory sqlite postgres mariadb redis cluster)

for bin in /usr/sbin /usr/lib/postgresql/*/bin; do PATH=$PATH:$bin; done

# installed tells whether the server of an engine is on this machine.
installed() {
	case $1 in
	postgres) command -v initdb >/dev/null ;;
	mariadb) command -v mariadbd >/dev/null ;;
	redis | cluster) command -v redis-server >/dev/null ;;
	*) true ;;
	esac
}

# install installs the packages of engines. Debian would start the servers with its
# own data at once, where something starts services: a policy forbids it.
install() {
	local packages=() engine policy=/usr/sbin/policy-rc.d
	for engine; do
		case $engine in
		postgres) packages+=(postgresql) ;;
		mariadb) packages+=(mariadb-server mariadb-client) ;;
		*) packages+=(redis-server) ;;
		esac
	done
	[ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && forbidden=1; }
	{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${packages[@]}"; } >/dev/null 2>&1 || true
	[ -z "${forbidden:-}" ] || rm -f $policy
}

missing=()
for engine in "${wanted[@]}"; do installed "$engine" || missing+=("$engine"); done
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	say "installing the servers of ${missing[*]}"
	install "${missing[@]}"
fi

STORES_FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/loginctl-stores.XXXXXX")
export STORES_FOLDER
chmod 755 "$STORES_FOLDER" # the servers run as other users
servers=$PWD/scripts/stores/servers.sh

# finish stops what was started.
finish() {
	local engine
	for engine in postgres mariadb redis cluster1 cluster2 cluster3; do
		"$servers" "$STORES_FOLDER" stop $engine || true
	done
	rm -rf "$STORES_FOLDER"
}
trap finish EXIT
trap 'exit 130' INT TERM

pattern=
for engine in "${wanted[@]}"; do
	if ! installed "$engine"; then
		skip "the store on $engine, whose server is not installed"
		continue
	fi
	case $engine in
	memory) tests=Memory ;;
	sqlite) tests=SQLite ;;
	postgres | mariadb | redis)
		say "starting $engine"
		"$servers" "$STORES_FOLDER" start "$engine"
		export "STORES_${engine^^}=$("$servers" "$STORES_FOLDER" url "$engine")"
		case $engine in
		postgres) tests=Postgres ;;
		mariadb) tests=MariaDB ;;
		redis) tests='Redis$|RedisRueidis|RedisKill|RedisOperator|RedisSoak' ;;
		esac
		;;
	cluster)
		say 'starting a cluster of three Redis nodes'
		for node in 1 2 3; do "$servers" "$STORES_FOLDER" start cluster$node; done
		"$servers" "$STORES_FOLDER" join
		export STORES_CLUSTER
		STORES_CLUSTER=$("$servers" "$STORES_FOLDER" url cluster1)
		tests=RedisCluster
		;;
	esac
	pattern=${pattern:+$pattern|}$tests
done
[ -n "$pattern" ] || exit 0

use_race

cd scripts/stores
# The lines that tests log are the figures.
run() { go test -count=1 -timeout 30m -v "$@" . | grep -v '^=== '; }

# SQLite takes minutes to compile with the race detector, which only a full run has.
servers_only=${pattern//SQLite/^$}
if [ -n "$full" ]; then
	say "go test $race -run '$pattern'"
	run $race -run "$pattern"
	say 'the figures, without the race detector'
	STORES_FULL=1 STORES_ROUNDS=${STORES_ROUNDS:-200} STORES_KILLS=${STORES_KILLS:-6} \
		STORES_COSTS=${STORES_COSTS:-400} STORES_LATENCIES=${STORES_LATENCIES:-15} run -run "$pattern"
else
	say "go test $race -run '$servers_only'"
	run $race -tags nosqlite -run "$servers_only"
	if [ "$pattern" != "$servers_only" ]; then
		say 'go test -run SQLite'
		run -run SQLite
	fi
fi
