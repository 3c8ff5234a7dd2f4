#!/usr/bin/env bash
# Runs the suites that are built with every line counted and prints how much of each project they ran; fails below 80 %.
#   deploy/scripts/coverage/coverage.sh            the suites that run the program inside their own process
#   deploy/scripts/coverage/coverage.sh Search     only these
# FLOOR=70 lowers the floor. Suites that start the program as a process of its own (Chaos, Browser) are not counted.
set -uo pipefail
cd "$(dirname "$0")/../../.."
folder="$PWD/deploy/scripts/coverage"
dotnet restore "$folder/coverage.csproj" -v q || exit 1
collector="$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')coverlet.collector/8.0.1/build/net8.0"
[ -d "$collector" ] || { echo "coverlet.collector was not restored to $collector" >&2; exit 1; }
suites=("$@")
[ ${#suites[@]} -gt 0 ] || suites=(Platform Search Models Conversations Knowledge Assistants Channels Simulators Api)
results="$(mktemp -d)"
trap 'rm -rf "$results"' EXIT
failed=0
for name in "${suites[@]}"; do
  bin="$PWD/tests/Steward.$name.Tests/bin/Release/net10.0"
  before=$SECONDS
  dotnet test "$bin/Steward.$name.Tests.dll" --collect "XPlat Code Coverage" --settings "$folder/coverage.runsettings" \
    --test-adapter-path "$collector" --test-adapter-path "$bin" --results-directory "$results/$name" >"$results/$name.log" 2>&1 \
    || { failed=1; echo "$name failed:"; tail -40 "$results/$name.log"; }
  printf '%-32s %5ds\n' "$name" $((SECONDS - before))
done
node deploy/scripts/coverage/coverage.mjs "$results" "${FLOOR:-80}" || failed=1
exit $failed
