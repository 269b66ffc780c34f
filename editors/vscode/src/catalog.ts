// What views make of the catalog. Knows nothing of VS Code, so that it can be tested without one.

import { type Catalog, type CatalogNode, type Kind, type Severity, title } from "./protocol";

/** A line of the tree: a document, or several Modules with one name, or what has no place in the catalog. */
export interface CatalogItem {
  /** Tells it from all others, also after the catalog has changed. */
  readonly id: string;
  readonly kind: Kind | "versions" | "stray";
  readonly label: string;
  readonly description: string;
  /** How much is wrong with it and with all that is below it. */
  readonly health: RolledHealth;
  /** The document; undefined for a group. */
  readonly node: CatalogNode | undefined;
  readonly children: readonly CatalogItem[];
}

/** Health of a document and all below it. */
export interface RolledHealth {
  readonly errors: number;
  readonly warnings: number;
  readonly worst: Severity | undefined;
  /** Releases at or below it, and how many of those have an error. */
  readonly releases: number;
  readonly broken: number;
}

/** How many documents of each kind there are. */
export interface Counts {
  readonly definitions: number;
  readonly modules: number;
  readonly releases: number;
  readonly broken: number;
}

const severities: readonly Severity[] = ["error", "warning", "information", "hint"];

/** The more severe of two severities. */
export function worse(a: Severity | undefined, b: Severity | undefined): Severity | undefined {
  if (a === undefined || b === undefined) {
    return a ?? b;
  }
  return severities.indexOf(a) <= severities.indexOf(b) ? a : b;
}

const healthy: RolledHealth = { errors: 0, warnings: 0, worst: undefined, releases: 0, broken: 0 };

function add(a: RolledHealth, b: RolledHealth): RolledHealth {
  return {
    errors: a.errors + b.errors,
    warnings: a.warnings + b.warnings,
    worst: worse(a.worst, b.worst),
    releases: a.releases + b.releases,
    broken: a.broken + b.broken,
  };
}

/** The health of a document and of all that is made from it. */
export function rolledHealth(node: CatalogNode): RolledHealth {
  const errors = node.health?.errors ?? 0;
  const isRelease = node.kind === "release";
  const own: RolledHealth = {
    errors,
    warnings: node.health?.warnings ?? 0,
    worst: node.health?.worst,
    releases: isRelease ? 1 : 0,
    broken: isRelease && errors > 0 ? 1 : 0,
  };
  return (node.children ?? []).map(rolledHealth).reduce(add, own);
}

/** The tree of the catalog: definitions → Modules → versions → releases, then what has no place in it. */
export function catalogTree(catalog: Catalog): CatalogItem[] {
  const inPlace = catalog.documents.filter((node) => node.stray === undefined);
  const stray = catalog.documents.filter((node) => node.stray !== undefined);
  const items = itemsOf(inPlace, "");
  if (stray.length > 0) {
    const children = itemsOf(stray, "stray");
    items.push({
      id: "stray",
      kind: "stray",
      label: "Made from nothing known",
      description: String(stray.length),
      health: children.map((child) => child.health).reduce(add, healthy),
      node: undefined,
      children,
    });
  }
  return items;
}

/** The items of documents that stand side by side: Modules of one name, if there are several, in a group. */
function itemsOf(nodes: readonly CatalogNode[], within: string): CatalogItem[] {
  const items: CatalogItem[] = [];
  const groups = new Map<string, CatalogNode[]>();
  for (const node of nodes) {
    if (node.kind === "module") {
      groups.set(node.name, [...(groups.get(node.name) ?? []), node]);
    }
  }
  const done = new Set<string>();
  for (const node of nodes) {
    const versions = groups.get(node.name) ?? [];
    if (node.kind !== "module" || versions.length < 2) {
      items.push(itemOf(node, within, false));
    } else if (!done.has(node.name)) {
      done.add(node.name);
      items.push(versionsOf(node.name, versions, within));
    }
  }
  return items;
}

function versionsOf(name: string, versions: readonly CatalogNode[], within: string): CatalogItem {
  const id = `${within}/versions:${name}`;
  const children = versions.map((node) => itemOf(node, id, true));
  return {
    id,
    kind: "versions",
    label: name,
    description: `${versions.length} versions`,
    health: children.map((child) => child.health).reduce(add, healthy),
    node: undefined,
    children,
  };
}

function itemOf(node: CatalogNode, within: string, byVersion: boolean): CatalogItem {
  // The file tells documents of one name apart; the line would not stay.
  const id = `${within}/${node.kind}:${title(node)}@${node.uri}`;
  const label = byVersion ? (node.version ?? "(no version)") : node.kind === "release" ? title(node) : node.name || "(no name)";
  return {
    id,
    kind: node.kind,
    label,
    description: describe(node, byVersion),
    health: rolledHealth(node),
    node,
    children: itemsOf(node.children ?? [], id),
  };
}

function describe(node: CatalogNode, byVersion: boolean): string {
  const said: string[] = [];
  if (!byVersion && node.version !== undefined) {
    said.push(node.version);
  }
  // What is cut off in a narrow side bar is what matters least.
  const wrong = problems(node.health?.errors ?? 0, node.health?.warnings ?? 0);
  if (wrong !== "") {
    said.push(wrong);
  }
  const releases = (node.children ?? []).filter((child) => child.kind === "release").length;
  if (node.kind === "module") {
    said.push(plural(releases, "release"));
  }
  if (node.newer !== undefined) {
    said.push(node.kind === "release" ? `→ ${node.newer}` : `newer: ${node.newer}`);
  }
  if (node.external === true) {
    said.push("external");
  }
  return said.join(" · ");
}

/** How many errors and warnings, in words; "" for none. */
export function problems(errors: number, warnings: number): string {
  const said: string[] = [];
  if (errors > 0) {
    said.push(plural(errors, "error"));
  }
  if (warnings > 0) {
    said.push(plural(warnings, "warning"));
  }
  return said.join(", ");
}

/** A number and what it counts. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** All documents of a catalog, parents first. */
export function allNodes(nodes: readonly CatalogNode[]): CatalogNode[] {
  return nodes.flatMap((node) => [node, ...allNodes(node.children ?? [])]);
}

/** How much there is in a catalog. */
export function counts(catalog: Catalog): Counts {
  const all = allNodes(catalog.documents);
  const of = (kind: Kind) => all.filter((node) => node.kind === kind).length;
  return {
    definitions: of("definition"),
    modules: of("module"),
    releases: of("release"),
    broken: all.filter((node) => node.kind === "release" && (node.health?.errors ?? 0) > 0).length,
  };
}
