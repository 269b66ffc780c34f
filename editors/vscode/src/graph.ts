// The graph of the catalog: definition → Modules → releases, in a panel beside the editors. What it draws is in
// webview/graph.ts, which runs in a page of its own without access to anything but the messages below.

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { CatalogModel } from "./catalogModel";
import { goTo } from "./place";
import type { FromGraph, ToGraph } from "./graphMessages";

const viewType = "opm.graph";

/** Shows the graph, in one panel for the window. */
export class Graph implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private panel: vscode.WebviewPanel | undefined;
  private watching: vscode.Disposable | undefined;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly model: CatalogModel,
  ) {
    this.subscriptions = [
      model.onDidChange(() => this.send()),
      vscode.commands.registerCommand("opm.showGraph", () => this.show()),
      vscode.window.registerWebviewPanelSerializer(viewType, this),
    ];
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.adopt(panel);
    return Promise.resolve();
  }

  dispose(): void {
    this.panel?.dispose();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private show(): void {
    if (this.panel !== undefined) {
      this.panel.reveal();
      return;
    }
    this.adopt(vscode.window.createWebviewPanel(viewType, "OPM Graph", vscode.ViewColumn.Active, {}));
  }

  private adopt(panel: vscode.WebviewPanel): void {
    this.panel?.dispose();
    this.panel = panel;
    const root = vscode.Uri.joinPath(this.extensionUri, "dist", "webview");
    panel.webview.options = { enableScripts: true, localResourceRoots: [root] };
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, "images", "activity.svg");
    panel.webview.html = page(panel.webview, root);
    panel.webview.onDidReceiveMessage((message: FromGraph) => this.receive(message));
    panel.onDidChangeViewState(() => this.follow());
    panel.onDidDispose(() => {
      if (this.panel === panel) {
        this.panel = undefined;
        this.follow();
      }
    });
    this.follow();
  }

  /** Keeps the catalog up to date while the graph is to be seen. */
  private follow(): void {
    if (this.panel?.visible === true) {
      this.watching ??= this.model.watch();
    } else {
      this.watching?.dispose();
      this.watching = undefined;
    }
  }

  private receive(message: FromGraph): void {
    if (message.type === "ready") {
      this.send();
    } else {
      // Beside the graph, which so stays in sight.
      void goTo(message, vscode.ViewColumn.Beside);
    }
  }

  private send(): void {
    const message: ToGraph = { type: "catalog", documents: this.model.catalog?.documents };
    void this.panel?.webview.postMessage(message);
  }
}

/** The page: its own script and style, and nothing else from anywhere. */
function page(webview: vscode.Webview, root: vscode.Uri): string {
  const nonce = randomBytes(16).toString("base64url");
  const script = webview.asWebviewUri(vscode.Uri.joinPath(root, "graph.js")).toString();
  const style = webview.asWebviewUri(vscode.Uri.joinPath(root, "graph.css")).toString();
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>OPM Graph</title>
</head>
<body>
<div id="bar" role="toolbar" aria-label="Graph">
<input id="filter" type="search" placeholder="Filter by name, namespace or version" aria-label="Filter" spellcheck="false">
<button id="out" type="button" title="Smaller" aria-label="Smaller">−</button>
<button id="in" type="button" title="Larger" aria-label="Larger">+</button>
<button id="fit" type="button" title="Show everything">Fit</button>
<span id="summary" role="status"></span>
<ul id="legend" aria-label="Colours">
<li class="error">errors</li><li class="warning">warnings</li><li class="ok">healthy</li>
</ul>
</div>
<div id="stage">
<div id="canvas">
<svg id="edges" aria-hidden="true"></svg>
<div id="titles" aria-hidden="true"></div>
<div id="nodes" role="tree" aria-label="Definitions, Modules and releases"></div>
</div>
<p id="empty" hidden></p>
</div>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
