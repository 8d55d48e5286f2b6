#!/usr/bin/env bash
# Run once by the Postgres image on an empty volume, as its superuser: the owner of the schema, the
# server's role that owns nothing and passes no row-level security, and the database.
# On a Postgres of your own, run it with psql's variables (PGHOST, PGUSER…) and the two password files.
set -euo pipefail

owner_password=$(<"${OWNER_PASSWORD_FILE:-/run/secrets/owner_password}")
app_password=$(<"${APP_PASSWORD_FILE:-/run/secrets/app_password}")
export owner_password app_password

# \getenv keeps the passwords out of the process list.
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-${PGUSER:-postgres}}" --dbname=postgres <<'SQL'
\getenv owner_password owner_password
\getenv app_password app_password
SET password_encryption = 'scram-sha-256';
CREATE ROLE teleconsult_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE teleconsult_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'app_password';
CREATE DATABASE teleconsult OWNER teleconsult_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE teleconsult FROM PUBLIC;
GRANT CONNECT ON DATABASE teleconsult TO teleconsult_app;
-- A refused row would be written into the database's log with its values: a patient's name, birth date, address.
ALTER ROLE teleconsult_app SET log_error_verbosity = 'terse';
ALTER ROLE teleconsult_app SET statement_timeout = '30s';
ALTER ROLE teleconsult_app SET idle_in_transaction_session_timeout = '60s';
SQL
