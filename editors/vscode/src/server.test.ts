import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { findServer, type Surroundings } from "./server";

let root: string;
let around: Surroundings;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "opm-lsp-server-")));
  around = {
    configured: "",
    extensionPath: join(root, "checkout", "editors", "vscode"),
    home: join(root, "home"),
    path: [join(root, "first"), join(root, "second")].join(delimiter),
    platform: "linux",
  };
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Lays a program at the path below the root and returns where it is. */
function program(...path: string[]): string {
  const file = join(root, ...path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "");
  chmodSync(file, 0o755);
  return file;
}

test("each place counts before the next", () => {
  const onPath = program("second", "opm-lsp");
  assert.deepEqual(findServer(around), { found: onPath });

  const earlier = program("first", "opm-lsp");
  assert.deepEqual(findServer(around), { found: earlier });

  const built = program("checkout", "bin", "opm-lsp");
  assert.deepEqual(findServer(around), { found: built });

  const bundled = program("checkout", "editors", "vscode", "server", "opm-lsp");
  assert.deepEqual(findServer(around), { found: bundled });

  const configured = program("own", "server");
  assert.deepEqual(findServer({ ...around, configured }), { found: configured });
});

test("a named program that is not there is said, not replaced", () => {
  program("first", "opm-lsp");
  const configured = join(root, "gone");
  assert.deepEqual(findServer({ ...around, configured }), {
    missing: `The setting opm.server.path names "${configured}", which is not a program that can be run.`,
  });
});

test("a relative path in the setting is refused", () => {
  assert.match(JSON.stringify(findServer({ ...around, configured: "bin/opm-lsp" })), /must be an absolute path/);
});

test("a leading ~ in the setting is the home directory", () => {
  const configured = program("home", "bin", "opm-lsp");
  assert.deepEqual(findServer({ ...around, configured: "~/bin/opm-lsp" }), { found: configured });
});

test("what cannot be run is passed over", () => {
  mkdirSync(join(root, "first", "opm-lsp"), { recursive: true });
  chmodSync(program("second", "opm-lsp"), 0o644);
  assert.match(JSON.stringify(findServer(around)), /was not found/);
});

test("a relative entry of the PATH is passed over", () => {
  program("opm-lsp");
  const before = process.cwd();
  process.chdir(root);
  try {
    assert.match(JSON.stringify(findServer({ ...around, path: `.${delimiter}` })), /was not found/);
  } finally {
    process.chdir(before);
  }
});

test("no PATH at all is no error", () => {
  assert.match(JSON.stringify(findServer({ ...around, path: undefined })), /was not found/);
});

test("on Windows the program ends in .exe", () => {
  const exe = program("first", "opm-lsp.exe");
  assert.deepEqual(findServer({ ...around, platform: "win32" }), { found: exe });
});
