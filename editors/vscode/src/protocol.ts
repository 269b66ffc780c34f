// What the server says beside LSP: the answers to its own commands. They are described in internal/lsp of the
// server, in catalog.go, origin.go and showdocument.go.

import type { Position, Range } from "vscode-languageclient";

/** The commands of the server that this extension asks. */
export const commands = {
  catalog: "opm.catalog",
  origin: "opm.origin",
  effective: "opm.effective",
  why: "opm.why",
  impact: "opm.impact",
  upgradePreview: "opm.upgradePreview",
  explain: "opm.explain",
} as const;

/** Those without which the extension cannot do its work: a server that lacks one is too old. */
export const requiredCommands: readonly string[] = [commands.catalog, commands.origin, commands.effective];

/** The notification that something changed and all diagnostics have been looked at again. */
export const changed = "opm/changed";

export type Severity = "error" | "warning" | "information" | "hint";
export type Kind = "definition" | "module" | "release";

export interface Health {
  readonly errors: number;
  readonly warnings: number;
  readonly worst?: Severity;
}

/** A definition, a Module or a release, with what is made from it. */
export interface CatalogNode {
  readonly kind: Kind;
  readonly name: string;
  readonly namespace?: string;
  readonly version?: string;
  readonly uri: string;
  /** Where the name stands. */
  readonly range: Range;
  /** Missing where it was not asked for, and of what lies outside the workspace. */
  readonly health?: Health;
  /** The version to go to; of a release that of its Module. */
  readonly newer?: string;
  /** A sentence: why it is below no other document, where it should be. */
  readonly stray?: string;
  readonly external?: boolean;
  readonly children?: readonly CatalogNode[];
}

export interface Catalog {
  readonly revision: string;
  /** The asker has this revision already, and gets no documents. */
  readonly unchanged?: boolean;
  readonly documents: readonly CatalogNode[];
}

export interface OriginDocument {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly version?: string;
}

/** What one layer says of a value. */
export interface OriginLayer {
  readonly document: OriginDocument;
  /** A value as CUE if isValue, else a constraint in words. */
  readonly says: string;
  readonly isValue: boolean;
  readonly state: "wins" | "beaten" | "refused" | "constrains";
  readonly uri?: string;
  readonly range?: Range;
}

/** Where a value comes from. */
export interface Origin {
  readonly path: string;
  readonly document: OriginDocument;
  readonly range: Range;
  readonly says: string;
  readonly effective?: string;
  /** The highest first. */
  readonly layers: readonly OriginLayer[];
  /** Of a struct: the values in it. */
  readonly values?: readonly { readonly label: string; readonly is: string; readonly isValue: boolean; readonly layer?: string }[];
  /** Markdown. */
  readonly doc?: string;
  readonly feeds?: readonly string[];
  readonly governed?: readonly string[];
}

/** What a command shows. */
export interface ShownText {
  readonly uri: string;
  readonly language: string;
  readonly text: string;
}

/** The argument that says a place. */
export interface Place {
  readonly textDocument: { readonly uri: string };
  readonly position: Position;
}

/** How people call a document. */
export function title(document: { readonly name: string; readonly namespace?: string; readonly version?: string }): string {
  const name = document.name === "" ? "(no name)" : document.name;
  if (document.namespace !== undefined) {
    return `${document.namespace}/${name}`;
  }
  return document.version === undefined ? name : `${name} ${document.version}`;
}
