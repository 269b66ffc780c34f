// What this extension can do beyond what vscode-languageclient declares to the server.

import type { ClientCapabilities, FeatureState, StaticFeature } from "vscode-languageclient";

/** The modifiers of semantic tokens that are opm-lsp's own; package.json declares them to VS Code. */
const modifiers = ["overridden", "fixed", "immutable", "secret"];

/** Declares that this client knows the server's own token modifiers, reads its documents and wants to hear of changes. */
export class Abilities implements StaticFeature {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    capabilities.textDocument?.semanticTokens?.tokenModifiers.push(...modifiers);
    capabilities.workspace = { ...capabilities.workspace, textDocumentContent: { dynamicRegistration: false } };
    const experimental: Record<string, unknown> = { ...(capabilities.experimental as object | undefined) };
    capabilities.experimental = { ...experimental, opm: { changed: true } };
  }

  initialize(): void {
    // The server announces nothing in return.
  }

  getState(): FeatureState {
    return { kind: "static" };
  }

  clear(): void {
    // Nothing is registered.
  }
}
