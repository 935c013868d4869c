#!/usr/bin/env bash
# Starts, kills and stops one database server with its data in a folder. It listens
# on 127.0.0.1 and runs as an ordinary user: root changes to the user of the package.
# Usage: servers.sh FOLDER start|kill|stop postgres|mariadb|redis|cluster1|cluster2|cluster3
#        servers.sh FOLDER join             make the three cluster nodes a cluster
#        servers.sh FOLDER url ENGINE       print the address for its driver
# The tests call it too, to kill a server and to start it again.
set -euo pipefail

folder=$1 action=$2 engine=${3-}
data=$folder/$engine
pidfile=$folder/$engine.pid
PATH=$PATH:/usr/sbin
for bin in /usr/lib/postgresql/*/bin; do PATH=$PATH:$bin; done

# as becomes a command of a user, if this is root. It is for a subshell.
as() {
	local user=$1
	shift
	[ "$(id -u)" = 0 ] || exec "$@"
	exec setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups "$@"
}

# background runs a command as a user, detached from this script, and keeps its pid,
# which is that of the subshell since as replaces it.
background() {
	(as "$1" setsid "${@:2}") >>"$folder/$engine.log" 2>&1 </dev/null &
	echo $! >"$pidfile"
}

# new makes the data folder of a user, and tells whether it was not there.
new() {
	[ ! -d "$data" ] || return 1
	mkdir -p "$data"
	[ "$(id -u)" != 0 ] || chown "$1" "$data"
	chmod 700 "$data"
}

# port prints the port of the engine: a free one at the first start.
port() {
	local p=$folder/$engine.port n
	if [ ! -s "$p" ]; then
		while :; do
			n=$((20000 + RANDOM % 12000))
			(exec 3<>"/dev/tcp/127.0.0.1/$n") 2>/dev/null || break
		done
		echo "$n" >"$p"
	fi
	cat "$p"
}

# ready waits until a command succeeds, at most 30 seconds.
ready() {
	local end=$((SECONDS + 30))
	until "$@" >/dev/null 2>&1; do
		if [ $SECONDS -gt $end ] || ! kill -0 "$(cat "$pidfile")" 2>/dev/null; then
			tail -n 20 "$folder/$engine.log" >&2
			echo "servers.sh: $engine does not start" >&2
			exit 1
		fi
		sleep 0.05
	done
}

start_postgres() {
	if new postgres; then
		(as postgres initdb --no-sync -D "$data" -U login --auth=trust -E UTF8 --locale=C.UTF-8) >"$folder/initdb.log" 2>&1
	fi
	background postgres postgres -D "$data" -p "$(port)" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=150
	ready pg_isready -q -h 127.0.0.1 -p "$(port)" -U login -d postgres
}

start_mariadb() {
	if new mysql; then
		(as mysql mariadb-install-db --no-defaults --datadir="$data" --auth-root-authentication-method=normal --skip-test-db) >"$folder/installdb.log" 2>&1
		# The server reads one statement a line.
		cat >"$folder/init.sql" <<-'SQL'
			CREATE DATABASE IF NOT EXISTS login;
			CREATE USER IF NOT EXISTS login@'127.0.0.1' IDENTIFIED BY 'login';
			GRANT ALL ON login.* TO login@'127.0.0.1';
		SQL
		chmod 644 "$folder/init.sql"
	fi
	background mysql mariadbd --no-defaults --datadir="$data" --port="$(port)" --bind-address=127.0.0.1 \
		--skip-name-resolve --socket="$data/s" --pid-file="$data/pid" --init-file="$folder/init.sql" --max-connections=200
	ready mariadb --no-defaults -h 127.0.0.1 -P "$(port)" -u login -plogin -e 'SELECT 1' login
}

start_redis() {
	new redis || true
	background redis redis-server --port "$(port)" --bind 127.0.0.1 --dir "$data" --save '' --appendonly yes --appendfsync "${STORES_FSYNC:-always}" --maxmemory-policy noeviction "$@"
	ready redis_pong
}

# redis_pong tells whether the server answers and has read its file.
redis_pong() { [ "$(redis-cli -h 127.0.0.1 -p "$(port)" ping)" = PONG ]; }

start_cluster() {
	local bus=$folder/$engine.bus
	[ -s "$bus" ] || (engine=$engine.bus-port port >"$bus")
	start_redis --cluster-enabled yes --cluster-node-timeout 5000 --cluster-port "$(cat "$bus")"
}

# join makes a cluster of the three nodes, and waits until it answers.
join() {
	local list=()
	for engine in cluster1 cluster2 cluster3; do list+=("127.0.0.1:$(port)"); done
	redis-cli --cluster create "${list[@]}" --cluster-yes >"$folder/cluster.log" 2>&1
	for engine in cluster1 cluster2 cluster3; do
		pidfile=$folder/$engine.pid
		ready cluster_ok
	done
}

cluster_ok() { redis-cli -h 127.0.0.1 -p "$(port)" cluster info | grep -q cluster_state:ok; }

# gone waits for the end of processes.
gone() {
	local pid
	for pid in "$@"; do
		while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
	done
}

case $action in
start)
	case $engine in
	postgres | mariadb | redis) "start_$engine" ;;
	cluster[123]) start_cluster ;;
	esac
	;;
kill | stop)
	[ -s "$pidfile" ] || exit 0
	pid=$(cat "$pidfile")
	if [ "$action" = kill ]; then
		# The children of PostgreSQL too: the next server would wait for them.
		mapfile -t children < <(ps -o pid= --ppid "$pid" || true)
		kill -9 "$pid" "${children[@]}" 2>/dev/null || true
		gone "$pid" "${children[@]}"
	else
		[ "$engine" = postgres ] && signal=INT || signal=TERM # INT: do not wait for clients
		kill -$signal "$pid" 2>/dev/null || true
		gone "$pid"
	fi
	rm -f "$pidfile"
	;;
join) join ;;
url)
	case $engine in
	postgres) echo "postgres://login@127.0.0.1:$(port)/postgres?sslmode=disable" ;;
	mariadb) echo "login:login@tcp(127.0.0.1:$(port))/login" ;;
	*) echo "127.0.0.1:$(port)" ;;
	esac
	;;
esac
