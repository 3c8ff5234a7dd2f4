#!/bin/sh
# Run once by the image, when the database is made: the role Steward serves with, so that it has a password from the start.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$STEWARD_APP_PASSWORD" -U postgres -d "$POSTGRES_DB" <<'SQL'
create role steward_app login password :'password';
SQL
