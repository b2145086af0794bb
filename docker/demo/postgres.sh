# PostgreSQL for a demo: made in DATA the first time, with the administrator's password from PASSWORD_FILE.
set -eu
data=${DATA:-/data}/postgres
bin=/opt/postgres/bin
if [ ! -s "$data/PG_VERSION" ]; then
  $bin/initdb -D "$data" -U postgres --pwfile="$PASSWORD_FILE" --auth=scram-sha-256 --encoding=UTF8 --locale=C
  echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
  echo 'create database lianban' | $bin/postgres --single -D "$data" postgres
fi
exec $bin/postgres -D "$data" -p "${PORT:-5432}" -c listen_addresses='*' -c unix_socket_directories= \
  -c max_connections="${MAX_CONNECTIONS:-250}" -c max_wal_size=2GB -c wal_compression=pglz
