import assert from "node:assert/strict";
import { test } from "node:test";
import { readLogLine } from "./log";

test("a line of the server's log keeps its level", () => {
  assert.deepEqual(readLogLine('2026-11-22T03:53:00.319Z\twarn\tslow\t{"took": 0.214}'), { level: "warn", text: 'slow\t{"took": 0.214}' });
  assert.deepEqual(readLogLine("2026-11-22T03:53:00.319Z\tINFO\tloaded"), { level: "info", text: "loaded" });
  assert.deepEqual(readLogLine("2026-11-22T03:53:00.319Z\terror\tfailed"), { level: "error", text: "failed" });
});

test("anything else is an error", () => {
  for (const line of ["panic: runtime error", "goroutine 1 [running]:", "opm-lsp: unknown command"]) {
    assert.deepEqual(readLogLine(line), { level: "error", text: line });
  }
});
