// Pages of Markdown that VS Code's preview shows: what the server says in virtual documents, kept up to date, and the
// pages of rules.

import * as vscode from "vscode";
import { withoutFileLinks } from "./markdown";
import type { VirtualDocuments } from "./virtual";

/** The scheme of the pages. A page about a virtual document has that one's URI as its query. */
const scheme = "opm-page";

/** Shows pages beside the active editor. */
export class Pages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly fixed = new Map<string, string>();
  private readonly emitter = new vscode.EventEmitter<vscode.Uri>();
  private readonly subscriptions: vscode.Disposable[];

  readonly onDidChange = this.emitter.event;

  constructor(private readonly documents: VirtualDocuments) {
    this.subscriptions = [
      this.emitter,
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      documents.onDidChange((uri) => this.emitter.fire(pageAbout(uri))),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === scheme) {
          documents.forget(vscode.Uri.parse(uri.query));
        }
      }),
    ];
  }

  async provideTextDocumentContent(page: vscode.Uri): Promise<string> {
    const fixed = this.fixed.get(page.path);
    if (fixed !== undefined) {
      return fixed;
    }
    return withoutFileLinks(await this.documents.textOf(vscode.Uri.parse(page.query)));
  }

  /** Shows a virtual document of Markdown as it is meant to be read. */
  async showVirtual(uri: vscode.Uri): Promise<void> {
    await show(pageAbout(uri));
  }

  /** Shows a text under a name. */
  async showText(name: string, text: string): Promise<void> {
    const page = vscode.Uri.from({ scheme, path: `/${name}.md` });
    this.fixed.set(page.path, text);
    this.emitter.fire(page);
    await show(page);
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }
}

function pageAbout(uri: vscode.Uri): vscode.Uri {
  return vscode.Uri.from({ scheme, path: uri.path, query: uri.toString() });
}

async function show(page: vscode.Uri): Promise<void> {
  // The preview is an extension of its own, which somebody may have switched off.
  if (vscode.extensions.getExtension("vscode.markdown-language-features") !== undefined) {
    await vscode.commands.executeCommand("markdown.showPreviewToSide", page);
    return;
  }
  const document = await vscode.workspace.openTextDocument(page);
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
}
