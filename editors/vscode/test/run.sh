#!/usr/bin/env bash
# Tests the packaged extension, bin/opm-lsp.vsix, in a real VS Code that a real browser shows.
#
#   run.sh                   all of it
#   run.sh features person   only these; main.ts lists them
#
#   run.sh screenshots       takes the pictures of the extension's page
#   run.sh looks             takes pictures of all views in all kinds of themes, to be looked at, into bin/looks
#
# OPM_LSP_TEST_VSIX names another package; OPM_LSP_TEST_MINUTES=15 lets the session last as long as a person's.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tools=$("$here/install.sh")
# Where the tests find their libraries, and an editor their types.
ln -sfn "$tools/node_modules" "$here/node_modules"
"$tools/bin/node" "$here/node_modules/typescript/bin/tsc" --noEmit -p "$here"
# The Node of the tests reads TypeScript as it is.
exec "$tools/bin/node" --disable-warning=ExperimentalWarning "$here/runner/main.ts" "$tools" "$@"
