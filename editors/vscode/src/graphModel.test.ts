import assert from "node:assert/strict";
import { test } from "node:test";
import { budget, buildGraph, type GraphItem, type GraphWishes, morePerClick, pageSize, parentOfMore, type Slot, slots } from "./graphModel";
import type { CatalogNode } from "./protocol";
import { health, node, releases } from "./sample";

const nothing: GraphWishes = { open: {}, limits: {}, filter: "" };

function all(items: readonly GraphItem[]): GraphItem[] {
  return items.flatMap((item) => [item, ...all(item.children)]);
}

function labels(items: readonly GraphItem[]): string[] {
  return all(items).map((item) => item.label);
}

/** As many definitions with a Module each, and releases of it. */
function large(definitions: number, each: number): CatalogNode[] {
  return Array.from({ length: definitions }, (_, i) =>
    node("definition", `app-${i}`, { children: [node("module", `app-${i}`, { version: "1.0.0", children: releases(each) })] }),
  );
}

test("a small catalog is shown as a whole, each kind in its column", () => {
  const shown = all(buildGraph(large(2, 3), nothing));
  assert.equal(shown.length, 10);
  assert.deepEqual([...new Set(shown.map((item) => `${item.kind} ${item.column}`))], ["definition 0", "module 1", "release 2"]);
});

test("ten thousand releases never make more nodes than fit", () => {
  for (const [definitions, each] of [[1, 10_000], [100, 100], [10_000, 1]] as const) {
    const shown = all(buildGraph(large(definitions, each), nothing)).filter((item) => item.kind !== "more");
    assert.ok(shown.length <= budget && shown.length >= pageSize, `${definitions} definitions: ${shown.length} nodes`);
  }
});

test("of many releases those with errors are shown first, and the others can be had", () => {
  const many = releases(100);
  many[77] = node("release", "broken", { namespace: "team", health: health(1) });
  const graph = buildGraph([node("module", "web", { children: many })], nothing);
  const shown = graph[0]?.children ?? [];
  assert.equal(shown.length, pageSize + 1);
  assert.equal(shown[0]?.label, "broken");
  assert.equal(shown[0]?.detail, "team");
  const more = shown.at(-1);
  assert.equal(more?.label, `${100 - pageSize} more`);
  assert.equal(more?.tone, "ok");

  const parent = parentOfMore(more?.id ?? "");
  assert.equal(parent, graph[0]?.id);
  const next = buildGraph([node("module", "web", { children: many })], { ...nothing, limits: { [parent]: pageSize + morePerClick } });
  assert.equal(next[0]?.children.length, pageSize + morePerClick + 1);
});

test("errors that are not shown colour what stands for them", () => {
  const many = Array.from({ length: 20 }, (_, i) => node("release", `r${i}`, { health: health(1) }));
  const more = buildGraph([node("module", "web", { children: many })], nothing)[0]?.children.at(-1);
  assert.equal(more?.tone, "error");
  assert.equal(more?.detail, "8 with errors");
});

test("a node has the colour of its own health, and beside it that of what is below", () => {
  const [module] = buildGraph([node("module", "web", { children: [node("release", "r", { health: health(1) })] })], nothing);
  assert.equal(module?.tone, "ok");
  assert.equal(module?.toneBelow, "error");
});

test("what the user opens and closes counts, also against the limit", () => {
  const documents = large(100, 100);
  const [first] = buildGraph(documents, nothing);
  assert.equal(first?.open, true);
  const closed = buildGraph(documents, { ...nothing, open: { [first?.id ?? ""]: false } });
  assert.deepEqual(closed[0]?.children, []);
  const module = buildGraph(documents, nothing)[11]?.children[0];
  const opened = buildGraph(documents, { ...nothing, open: { [module?.id ?? ""]: true } });
  assert.equal(opened[11]?.children[0]?.open, true);
});

test("a filter leaves what fits, what that is made from and what is made from that", () => {
  const documents = [
    node("definition", "web-app", { children: [node("module", "web", { version: "1.0.0", children: releases(30) }), node("module", "lite")] }),
    node("definition", "shop"),
  ];
  assert.deepEqual(labels(buildGraph(documents, { ...nothing, filter: "TEAM-00007" })), ["web-app", "web", "web"]);
  assert.deepEqual(labels(buildGraph(documents, { ...nothing, filter: "lite" })), ["web-app", "lite"]);
  assert.deepEqual(labels(buildGraph(documents, { ...nothing, filter: "shop" })), ["shop"]);
  assert.deepEqual(labels(buildGraph(documents, { ...nothing, filter: "nobody" })), []);
});

test("each node is as deep in the layout as its column is far, whatever it is made from", () => {
  const documents = [
    node("definition", "web-app", { children: [node("release", "direct"), node("module", "web", { children: releases(1) })] }),
    node("module", "alone"),
    node("release", "lost"),
  ];
  const depths = (list: readonly Slot[], depth: number): string[] =>
    list.flatMap(({ item, children }) => [...(item === undefined ? [] : [`${item.label} ${depth - item.column}`]), ...depths(children, depth + 1)]);
  assert.deepEqual(depths(slots(buildGraph(documents, nothing)), 0), ["web-app 0", "direct 0", "web 0", "web 0", "alone 0", "lost 0"]);
});

test("documents of one name are told apart", () => {
  const twice = [node("definition", "web", { version: "1.0.0" }), node("definition", "web", { version: "1.0.0" })];
  const ids = all(buildGraph(twice, nothing)).map((item) => item.id);
  assert.equal(new Set(ids).size, 2);
});

test("what has not been checked is not called healthy", () => {
  const { health: _, ...unchecked } = node("module", "web");
  assert.equal(buildGraph([unchecked], nothing)[0]?.tone, "unknown");
});
