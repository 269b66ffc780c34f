// The documents that the server makes and that are in no file: effective configurations, what an upgrade changes, where
// a value comes from, and the schemas that come with the server.

import * as vscode from "vscode";
import type { ServerHandle } from "./handle";

/** Their schemes. */
const schemes = ["opm", "opm-core"];

/**
 * Hands out their texts for as long as the extension lives. A server that ends takes none of them away: until the next
 * one has another text, the last one stays.
 */
export class VirtualDocuments implements vscode.Disposable {
  /** By URI. */
  private readonly latest = new Map<string, string>();
  private readonly emitter = new vscode.EventEmitter<vscode.Uri>();
  private readonly subscriptions: vscode.Disposable[];

  /** Fires when a document has another text than before. */
  readonly onDidChange = this.emitter.event;

  constructor(private readonly server: ServerHandle) {
    let running = false;
    this.subscriptions = [
      this.emitter,
      ...schemes.map((scheme) => vscode.workspace.registerTextDocumentContentProvider(scheme, this.providerOf(scheme))),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (schemes.includes(uri.scheme)) {
          this.forget(uri);
        }
      }),
      server.onDidChangeText((uri) => this.emitter.fire(uri)),
      server.onDidChangeState(({ phase }) => {
        if (phase === "running" && !running) {
          this.askForAll();
        }
        running = phase === "running";
      }),
    ];
  }

  /** The text of a document. Rejects with a sentence if there is none and never was. */
  async textOf(uri: vscode.Uri): Promise<string> {
    const key = uri.toString();
    try {
      const text = await this.server.textOf(uri);
      this.latest.set(key, text);
      return text;
    } catch (error) {
      const before = this.latest.get(key);
      if (before === undefined) {
        throw error;
      }
      return before;
    }
  }

  /** Forgets the text of a document that nobody shows any more. */
  forget(uri: vscode.Uri): void {
    this.latest.delete(uri.toString());
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private providerOf(scheme: string): vscode.TextDocumentContentProvider {
    return {
      // A provider may only speak of its own scheme.
      onDidChange: (listener, those, disposables) =>
        this.onDidChange((uri) => (uri.scheme === scheme ? listener.call(those, uri) : undefined), undefined, disposables),
      provideTextDocumentContent: (uri) => this.textOf(uri),
    };
  }

  /** A server has started, and knows nothing of what an earlier one was asked for. */
  private askForAll(): void {
    for (const key of this.latest.keys()) {
      this.emitter.fire(vscode.Uri.parse(key));
    }
  }
}
