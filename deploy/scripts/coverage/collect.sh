#!/usr/bin/env bash
# Runs one built suite with every line counted: collect.sh NAME FOLDER, which gets the suite's cobertura file.
set -euo pipefail
cd "$(dirname "$0")/../../.."
here="deploy/scripts/coverage"
dotnet restore "$here/coverage.csproj" -v q
collector="$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')coverlet.collector/8.0.1/build/net8.0"
[ -d "$collector" ] || { echo "coverlet.collector was not restored to $collector" >&2; exit 1; }
bin="$PWD/tests/Steward.$1.Tests/bin/Release/net10.0"
exec dotnet test "$bin/Steward.$1.Tests.dll" --collect "XPlat Code Coverage" --settings "$here/coverage.runsettings" \
  --test-adapter-path "$collector" --test-adapter-path "$bin" --results-directory "$2/$1"
