# Sourced by ./run and ./test. Each step is skipped when a stamp of its inputs matches the one left by its last success.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

need() {
  command -v "$1" >/dev/null 2>&1 || { echo "Steward needs $2 ($1 is not on the PATH)." >&2; exit 1; }
}

# stamp_of PATH...: names, sizes and times of the files below the paths, without what builds make.
stamp_of() {
  find "$@" \( -name bin -o -name obj -o -name node_modules -o -name dist \) -prune -o -type f -printf '%p %s %T@\n' | LC_ALL=C sort | sha256sum | cut -d' ' -f1
}

# unless_stamped NAME STAMP COMMAND...
unless_stamped() {
  local file=".tools/stamps/$1" stamp="$2"
  shift 2
  [ -f "$file" ] && [ "$(cat "$file")" = "$stamp" ] && return 0
  rm -f "$file"
  "$@"
  mkdir -p .tools/stamps
  echo "$stamp" >"$file"
}

install_node_packages() {
  [ -d node_modules ] || rm -f .tools/stamps/npm
  unless_stamped npm "$(sha256sum package.json package-lock.json web/*/package.json | sha256sum | cut -d' ' -f1)" npm_install
}

npm_install() {
  echo "Installing Node packages ..."
  npm ci --no-audit --no-fund --loglevel=error
}

build_web() {
  [ -d web/widget/dist ] || rm -f .tools/stamps/web
  unless_stamped web "$(stamp_of web package-lock.json)" web_build
}

web_build() {
  echo "Building the widget ..."
  npm run build --workspace web/widget --silent
}

build_host() {
  [ -x src/Steward.Host/bin/Release/net10.0/steward ] || rm -f .tools/stamps/host
  unless_stamped host "$(stamp_of src packs Directory.Build.props Directory.Packages.props global.json)" host_build
}

# Without analyzers: a person who wants to use Steward should not wait for them. ./test builds with them.
host_build() {
  echo "Building Steward ..."
  dotnet build src/Steward.Host -c Release -v q -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false -p:GenerateDocumentationFile=false
}
