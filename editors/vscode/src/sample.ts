// Catalogs for tests.

import type { Catalog, CatalogNode, Health, Kind, Severity } from "./protocol";

/** A document at the first line of a file of its own. */
export function node(kind: Kind, name: string, more: Partial<CatalogNode> = {}): CatalogNode {
  const at = { line: 0, character: 0 };
  return { kind, name, uri: `file:///${kind}/${name}${more.version ?? ""}.cue`, range: { start: at, end: at }, health: health(), ...more };
}

/** Health with as many errors and warnings. */
export function health(errors = 0, warnings = 0): Health {
  const worst: Severity | undefined = errors > 0 ? "error" : warnings > 0 ? "warning" : undefined;
  return worst === undefined ? { errors, warnings } : { errors, warnings, worst };
}

/** As many healthy releases, of which each has a namespace of its own. */
export function releases(count: number): CatalogNode[] {
  return Array.from({ length: count }, (_, i) => node("release", "web", { namespace: `team-${String(i).padStart(5, "0")}` }));
}

export function catalog(...documents: CatalogNode[]): Catalog {
  return { revision: "1", documents };
}
