import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { probe, tooOld } from "./probe";
import { requiredCommands } from "./protocol";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "opm-lsp-probe-"));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** A program that is a script of the shell. */
function script(content: string): string {
  const file = join(root, "opm-lsp");
  writeFileSync(file, `#!/bin/sh\n${content}\n`);
  chmodSync(file, 0o755);
  return file;
}

const unix = { skip: process.platform === "win32" };

test("a server says its version", unix, async () => {
  assert.deepEqual(await probe(script('test "$1" = version && echo "opm-lsp v1.2.3 (CUE v0.18.0, go1.26, linux/amd64)"')), { version: "v1.2.3" });
});

test("another program is no server", unix, async () => {
  for (const content of ["echo hello", "exit 3", "echo opm-lsp v1; exit 1"]) {
    assert.match(JSON.stringify(await probe(script(content))), /is not the language server opm-lsp/);
  }
});

test("what this machine cannot run is said", unix, async () => {
  const file = join(root, "opm-lsp");
  writeFileSync(file, "\x7fELF and then nothing");
  chmodSync(file, 0o755);
  assert.match(JSON.stringify(await probe(file)), /cannot be started on this machine|is not the language server/);
  assert.match(JSON.stringify(await probe(join(root, "gone"))), /cannot be started on this machine \(ENOENT\)/);
});

test("a server is too old if it lacks a command that the extension needs", () => {
  assert.equal(tooOld("/bin/opm-lsp", "v1", ["opm.apply", ...requiredCommands]), undefined);
  for (const missing of requiredCommands) {
    const announced = requiredCommands.filter((name) => name !== missing);
    assert.equal(tooOld("/bin/opm-lsp", "v1", announced), "The language server /bin/opm-lsp (version v1) is older than this extension needs.");
  }
});
