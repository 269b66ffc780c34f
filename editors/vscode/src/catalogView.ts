// The view "Catalog": definitions → Modules → versions → releases, coloured by their health.

import * as vscode from "vscode";
import { type CatalogItem, catalogTree, plural, problems, type RolledHealth } from "./catalog";
import type { CatalogModel } from "./catalogModel";
import { goTo } from "./place";
import { title } from "./protocol";

/** Shows the catalog in the side bar. */
export class CatalogView implements vscode.TreeDataProvider<CatalogItem>, vscode.Disposable {
  private items: readonly CatalogItem[] = [];
  private readonly parents = new Map<string, CatalogItem>();
  private readonly emitter = new vscode.EventEmitter<undefined>();
  private readonly view: vscode.TreeView<CatalogItem>;
  private readonly subscriptions: vscode.Disposable[] = [];
  private watching: vscode.Disposable | undefined;

  readonly onDidChangeTreeData = this.emitter.event;

  constructor(private readonly model: CatalogModel) {
    this.view = vscode.window.createTreeView("opm.catalog", { treeDataProvider: this, showCollapseAll: true });
    this.subscriptions.push(
      this.view,
      this.emitter,
      model.onDidChange(() => this.update()),
      this.view.onDidChangeVisibility(() => this.follow()),
      vscode.commands.registerCommand("opm.refreshCatalog", () => model.refresh()),
      vscode.commands.registerCommand("opm.goTo", (item: CatalogItem) => item.node && goTo(item.node)),
    );
    this.update();
    this.follow();
  }

  getChildren(item?: CatalogItem): CatalogItem[] {
    return [...(item === undefined ? this.items : item.children)];
  }

  getParent(item: CatalogItem): CatalogItem | undefined {
    return this.parents.get(item.id);
  }

  getTreeItem(item: CatalogItem): vscode.TreeItem {
    const state =
      item.children.length === 0
        ? vscode.TreeItemCollapsibleState.None
        : item.kind === "definition" || item.kind === "versions"
          ? vscode.TreeItemCollapsibleState.Expanded
          : vscode.TreeItemCollapsibleState.Collapsed;
    const shown = new vscode.TreeItem(item.label, state);
    shown.id = item.id;
    shown.description = item.description;
    shown.iconPath = new vscode.ThemeIcon(icons[item.kind], colour(item));
    shown.tooltip = tooltip(item);
    shown.contextValue = item.kind === "release" && item.node?.newer !== undefined ? "release.newer" : item.kind;
    shown.accessibilityInformation = { label: `${words[item.kind]} ${item.label} ${item.description}` };
    if (item.node !== undefined) {
      shown.command = { command: "opm.goTo", title: "Go to", arguments: [item] };
    }
    return shown;
  }

  dispose(): void {
    this.watching?.dispose();
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  /** Keeps the model up to date while the view is to be seen. */
  private follow(): void {
    if (!this.view.visible) {
      this.watching?.dispose();
      this.watching = undefined;
    } else {
      this.watching ??= this.model.watch();
    }
  }

  private update(): void {
    const catalog = this.model.catalog;
    this.items = catalog === undefined ? [] : catalogTree(catalog);
    this.parents.clear();
    const visit = (items: readonly CatalogItem[], parent?: CatalogItem): void => {
      for (const item of items) {
        if (parent !== undefined) {
          this.parents.set(item.id, parent);
        }
        visit(item.children, item);
      }
    };
    visit(this.items);
    const broken = this.items.reduce((sum, item) => sum + item.health.broken, 0);
    this.view.badge = broken === 0 ? undefined : { value: broken, tooltip: `${plural(broken, "release")} with errors` };
    this.emitter.fire(undefined);
  }
}

const icons: Record<CatalogItem["kind"], string> = {
  definition: "symbol-interface",
  module: "package",
  versions: "versions",
  release: "rocket",
  stray: "question",
};

const words: Record<CatalogItem["kind"], string> = {
  definition: "ModuleDefinition",
  module: "Module",
  versions: "Modules",
  release: "ModuleRelease",
  stray: "Group",
};

/** The colour of an item, one that every theme has and that can be seen on it; none while its health is not known. */
function colour(item: CatalogItem): vscode.ThemeColor | undefined {
  switch (item.health.worst) {
    case "error":
      return new vscode.ThemeColor("problemsErrorIcon.foreground");
    case "warning":
      return new vscode.ThemeColor("problemsWarningIcon.foreground");
    default:
      return item.node !== undefined && item.node.health === undefined ? undefined : new vscode.ThemeColor("charts.green");
  }
}

function tooltip(item: CatalogItem): vscode.MarkdownString {
  const said = new vscode.MarkdownString();
  const node = item.node;
  said.appendMarkdown(`**${words[item.kind]}** `).appendText(node === undefined ? item.label : title(node));
  if (node?.stray !== undefined) {
    said.appendMarkdown("\n\n").appendText(node.stray);
  }
  if (node?.newer !== undefined) {
    const what = node.kind === "release" ? "Its Module has a newer version" : "There is a newer version";
    said.appendMarkdown("\n\n").appendText(`${what}: ${node.newer}`);
  }
  if (node?.external === true) {
    said.appendMarkdown("\n\n").appendText("It lies in a source outside the workspace, of which nothing is reported.");
  }
  for (const line of healthLines(item.health, node?.kind === "release")) {
    said.appendMarkdown("\n\n").appendText(line);
  }
  return said;
}

function healthLines(health: RolledHealth, isRelease: boolean): string[] {
  const wrong = problems(health.errors, health.warnings);
  const lines = [wrong === "" ? "Nothing is wrong." : `${wrong}${isRelease ? "" : ", with all that is made from it"}.`];
  if (!isRelease && health.releases > 0) {
    lines.push(`${plural(health.releases, "release")}, ${health.broken} of them with errors.`);
  }
  return lines;
}
