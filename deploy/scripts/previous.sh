#!/usr/bin/env bash
# Builds the version that runs beside this one during an upgrade, from the history of this checkout, once. Prints its program.
# The revision stands in deploy/previous-version; after a release it is that release.
set -euo pipefail
cd "$(dirname "$0")/../.."
revision="$(tr -d '[:space:]' <deploy/previous-version)"
folder=".tools/previous/$revision"
program="$folder/src/Steward.Host/bin/Release/net10.0/steward"
if [ ! -x "$program" ]; then
  git cat-file -e "$revision^{commit}" 2>/dev/null || { echo "The history has no $revision: run 'git fetch --unshallow'." >&2; exit 1; }
  rm -rf "$folder"
  mkdir -p "$folder"
  git archive "$revision" src packs Directory.Build.props Directory.Build.targets Directory.Packages.props global.json Steward.slnx .editorconfig | tar -x -C "$folder"
  dotnet build "$folder/src/Steward.Host" -c Release -v q -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false -p:GenerateDocumentationFile=false >&2 \
    || { rm -rf "$folder"; exit 1; }
fi
echo "$PWD/$program"
