import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutFileLinks } from "./markdown";
import { provenances } from "./provenance";

test("links to files become their words, others stay", () => {
  assert.equal(
    withoutFileLinks("| module | [web\\_app.cue:3](file:///a/web%20app.cue#L3) | [page](https://example.com/a) |"),
    "| module | web\\_app.cue:3 | [page](https://example.com/a) |",
  );
});

test("each line of an effective configuration leads to where its value comes from", () => {
  const text = 'values: {\n\treplicas: 4 // release releases/dev.cue:12\n\tnote: "// release x:1 is text"\n\ttag: "a" // definition a b/web.cue:7\n}\n';
  const found = provenances(text);
  assert.deepEqual(found.map(({ file, target, start, end }) => [file, target, text.slice(start, end)]), [
    ["releases/dev.cue", 12, "releases/dev.cue:12"],
    ["x", 1, "x:1"], // leads nowhere: no such file is there
    ["a b/web.cue", 7, "a b/web.cue:7"],
  ]);
});
