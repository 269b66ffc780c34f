import assert from "node:assert/strict";
import { test } from "node:test";
import { originItems } from "./origin";
import type { Origin } from "./protocol";

const at = { start: { line: 3, character: 2 }, end: { line: 3, character: 10 } };

const replicas: Origin = {
  path: "replicas",
  document: { kind: "release", name: "web", namespace: "dev" },
  range: at,
  says: "an integer from 1 to 10",
  effective: "4",
  layers: [
    { document: { kind: "release", name: "web", namespace: "dev" }, says: "4", isValue: true, state: "wins", uri: "file:///r.cue", range: at },
    { document: { kind: "module", name: "web", version: "1.0.0" }, says: "2", isValue: true, state: "beaten", uri: "file:///m.cue", range: at },
    { document: { kind: "definition", name: "web-app", version: "1.0.0" }, says: "an integer", isValue: false, state: "constrains" },
  ],
  feeds: ["server.replicas"],
  governed: ["limits of the module web 1.0.0"],
};

test("the layers stand from the highest, each with who says it", () => {
  assert.deepEqual(
    originItems(replicas).map((item) => `${item.label} | ${item.description} | ${item.icon}`),
    [
      "replicas | 4 — an integer from 1 to 10 | symbol-field",
      "4 | effective · release dev/web | pass-filled",
      "2 | beaten · module web 1.0.0 | circle-slash",
      "an integer | definition web-app 1.0.0 | symbol-ruler",
      "Feeds | 1 | arrow-right",
      "Governed by | 1 | lock",
    ],
  );
});

test("a layer leads to where it says that, if that is a place", () => {
  const items = originItems(replicas);
  assert.deepEqual(items[1]?.place, { uri: "file:///r.cue", range: at });
  assert.equal(items[3]?.place, undefined);
});

test("of a struct the values in it are listed", () => {
  const image: Origin = { ...replicas, path: "image", says: "a struct of 2 values", layers: [], values: [
    { label: "tag", is: '"1.21"', isValue: true, layer: "definition" },
    { label: "repository", is: "a string", isValue: false },
  ] };
  const { effective: _, feeds: _feeds, governed: _governed, ...struct } = image;
  const [head, values] = originItems(struct);
  assert.equal(head?.description, "a struct of 2 values");
  assert.deepEqual(values?.children.map((item) => `${item.label}: ${item.description}`), ['tag: "1.21" — definition', "repository: a string"]);
});

test("no name breaks out of its tooltip", () => {
  const evil: Origin = { ...replicas, layers: [{ document: { kind: "module", name: "[x](command:evil)" }, says: "1", isValue: true, state: "wins" }] };
  assert.equal(originItems(evil)[1]?.tooltip, "**module** \\[x\\]\\(command:evil\\): effective");
});
