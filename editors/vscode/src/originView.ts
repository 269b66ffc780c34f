// The view "Value Origin": the layers of the value under the cursor, following it.

import * as vscode from "vscode";
import type { ServerHandle } from "./handle";
import { originItems, type OriginItem } from "./origin";
import { goTo, placeOfCursor } from "./place";
import { commands, type Origin, title } from "./protocol";

/** How long the cursor must rest before the server is asked, in milliseconds. */
const pause = 120;

const invitation = "Put the cursor on a value to see the layers that set it.";

/** Shows where the value under the cursor comes from. */
export class OriginView implements vscode.TreeDataProvider<OriginItem>, vscode.Disposable {
  private items: readonly OriginItem[] = [];
  private shown = "";
  private timer: NodeJS.Timeout | undefined;
  private asking: vscode.CancellationTokenSource | undefined;
  private readonly emitter = new vscode.EventEmitter<undefined>();
  private readonly view: vscode.TreeView<OriginItem>;
  private readonly subscriptions: vscode.Disposable[] = [];

  readonly onDidChangeTreeData = this.emitter.event;

  constructor(
    private readonly server: ServerHandle,
    private readonly output: vscode.LogOutputChannel,
  ) {
    this.view = vscode.window.createTreeView("opm.origin", { treeDataProvider: this });
    this.view.message = invitation;
    const follow = () => this.schedule();
    this.subscriptions.push(
      this.view,
      this.emitter,
      this.view.onDidChangeVisibility(follow),
      vscode.window.onDidChangeTextEditorSelection(follow),
      vscode.window.onDidChangeActiveTextEditor(follow),
      server.onDidChange(follow),
      vscode.commands.registerCommand("opm.goToLayer", (item: OriginItem) => item.place && goTo(item.place)),
    );
    this.schedule();
  }

  getChildren(item?: OriginItem): OriginItem[] {
    return [...(item === undefined ? this.items : item.children)];
  }

  getTreeItem(item: OriginItem): vscode.TreeItem {
    const state = item.children.length === 0 ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Expanded;
    const shown = new vscode.TreeItem(item.label, state);
    shown.id = item.id;
    shown.description = item.description;
    shown.iconPath = new vscode.ThemeIcon(item.icon, item.colour === undefined ? undefined : new vscode.ThemeColor(item.colour));
    shown.tooltip = new vscode.MarkdownString(item.tooltip);
    shown.accessibilityInformation = { label: `${item.label} ${item.description}` };
    if (item.place !== undefined) {
      shown.command = { command: "opm.goToLayer", title: "Go to", arguments: [item] };
    }
    return shown;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.asking?.cancel();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.view.visible) {
      this.timer = setTimeout(() => void this.follow(), pause);
    }
  }

  private async follow(): Promise<void> {
    const place = placeOfCursor();
    if (place === undefined) {
      // Another editor, or the view itself, has the focus: what is shown stays true.
      if (vscode.window.activeTextEditor !== undefined) {
        this.show(undefined);
      }
      return;
    }
    this.asking?.cancel();
    const asking = new vscode.CancellationTokenSource();
    this.asking = asking;
    try {
      const origin = await this.server.ask<Origin | null>(commands.origin, [place], asking.token);
      if (!asking.token.isCancellationRequested) {
        this.show(origin ?? undefined);
      }
    } catch (error) {
      if (!asking.token.isCancellationRequested) {
        this.output.debug(`the origin of a value cannot be had: ${String(error)}`);
        this.show(undefined);
      }
    } finally {
      asking.dispose();
    }
  }

  private show(origin: Origin | undefined): void {
    const now = JSON.stringify(origin ?? null);
    if (now === this.shown) {
      return;
    }
    this.shown = now;
    this.items = origin === undefined ? [] : originItems(origin);
    this.view.message = origin === undefined ? invitation : "";
    this.view.description = origin === undefined ? "" : `${origin.path} of ${title(origin.document)}`;
    this.emitter.fire(undefined);
  }
}
