import assert from "node:assert/strict";
import { test } from "node:test";
import { type CatalogItem, catalogTree, counts, worse } from "./catalog";
import { catalog, health, node } from "./sample";

/** A tree as indented lines. */
function lines(items: readonly CatalogItem[], indent = ""): string[] {
  return items.flatMap((item) => [`${indent}${item.kind} ${item.label} (${item.description})`, ...lines(item.children, `${indent}  `)]);
}

const web = catalog(
  node("definition", "web-app", {
    version: "1.0.0",
    children: [
      node("module", "web", { version: "1.1.0", health: health(0, 1) }),
      node("module", "web", {
        version: "1.0.0",
        newer: "1.1.0",
        children: [
          node("release", "web", { namespace: "dev", newer: "1.1.0" }),
          node("release", "web", { namespace: "prod", health: health(2) }),
        ],
      }),
      node("module", "lite", { version: "1.0.0", external: true }),
    ],
  }),
  node("release", "lost", { namespace: "dev", stray: "Its Module is in no source.", health: health(1) }),
);

test("versions of one Module stand together, and what has no place stands at the end", () => {
  assert.deepEqual(lines(catalogTree(web)), [
    "definition web-app (1.0.0)",
    "  versions web (2 versions)",
    "    module 1.1.0 (1 warning · 0 releases)",
    "    module 1.0.0 (2 releases · newer: 1.1.0)",
    "      release dev/web (→ 1.1.0)",
    "      release prod/web (2 errors)",
    "  module lite (1.0.0 · 0 releases · external)",
    "stray Made from nothing known (1)",
    "  release dev/lost (1 error)",
  ]);
});

test("what is wrong with a release shows in all that is above it", () => {
  const [definition] = catalogTree(web);
  assert.deepEqual(definition?.health, { errors: 2, warnings: 1, worst: "error", releases: 2, broken: 1 });
});

test("an item keeps its id when others come and go, and no two have the same", () => {
  const ids = (items: readonly CatalogItem[]): string[] => items.flatMap((item) => [item.id, ...ids(item.children)]);
  const before = ids(catalogTree(web));
  assert.equal(new Set(before).size, before.length);
  const after = ids(catalogTree(catalog(node("definition", "another"), ...web.documents)));
  assert.deepEqual(after.slice(1), before);
});

test("documents are counted, wherever they are", () => {
  assert.deepEqual(counts(web), { definitions: 1, modules: 3, releases: 3, broken: 2 });
});

test("the more severe of two severities", () => {
  assert.equal(worse("warning", "error"), "error");
  assert.equal(worse(undefined, "hint"), "hint");
  assert.equal(worse("warning", undefined), "warning");
  assert.equal(worse(undefined, undefined), undefined);
});

test("an empty catalog is an empty tree", () => {
  assert.deepEqual(catalogTree(catalog()), []);
});
