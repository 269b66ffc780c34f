// What the graph's page and the extension say to each other.

import type { Range } from "vscode-languageclient";
import type { CatalogNode } from "./protocol";

/** To the page: what to show; nothing while there is no server. */
export interface ToGraph {
  readonly type: "catalog";
  readonly documents: readonly CatalogNode[] | undefined;
}

/** From the page: it is there, or a place is to be opened. */
export type FromGraph =
  | { readonly type: "ready" }
  | { readonly type: "open"; readonly uri: string; readonly range: Range };
