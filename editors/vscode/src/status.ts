// The status item: the server and its version, what it is busy with, how many problems there are. A click opens a menu.

import * as vscode from "vscode";
import { counts, plural, problems } from "./catalog";
import type { CatalogModel } from "./catalogModel";
import type { ServerHandle } from "./handle";

/** Shows in the status bar how things are. */
export class Status implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("opm.status", vscode.StatusBarAlignment.Left, 10);
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly server: ServerHandle,
    private readonly model: CatalogModel,
  ) {
    this.item.name = "Open Platform Model";
    this.item.command = "opm.showMenu";
    const update = () => this.update();
    this.subscriptions = [
      this.item,
      server.onDidChangeState(update),
      model.onDidChange(update),
      vscode.languages.onDidChangeDiagnostics(update),
      vscode.commands.registerCommand("opm.showMenu", () => this.showMenu()),
    ];
    this.update();
    this.item.show();
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private update(): void {
    const { phase, busy, version, program, problem } = this.server.state;
    const { errors, warnings } = countProblems();
    this.item.backgroundColor = phase === "stopped" ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    if (phase === "stopped") {
      this.item.text = "$(debug-disconnect) OPM";
    } else if (phase === "starting") {
      this.item.text = "$(sync~spin) OPM";
    } else if (busy !== undefined) {
      this.item.text = `$(sync~spin) OPM${busy.percentage === undefined ? "" : ` ${busy.percentage}%`}`;
    } else {
      this.item.text = errors + warnings === 0 ? "$(pass) OPM" : `$(layers) OPM $(error) ${errors} $(warning) ${warnings}`;
    }
    const said = new vscode.MarkdownString();
    const line = (text: string) => said.appendText(text).appendMarkdown("\n\n");
    said.appendMarkdown("**Open Platform Model**\n\n");
    if (problem !== undefined) {
      line(problem);
    } else if (phase === "starting") {
      line("The language server is starting.");
    }
    if (busy !== undefined) {
      line(`${busy.title}…`);
    }
    if (this.model.catalog !== undefined) {
      const there = counts(this.model.catalog);
      line(`Catalog: ${plural(there.definitions, "definition")}, ${plural(there.modules, "Module")}, ${plural(there.releases, "release")}.`);
      if (there.broken > 0) {
        line(`${plural(there.broken, "release")} with errors.`);
      }
    }
    if (phase === "running") {
      line(errors + warnings === 0 ? "No problems." : `Problems: ${problems(errors, warnings)}.`);
    }
    if (version !== undefined) {
      line(`opm-lsp ${version}`);
    }
    if (program !== undefined) {
      line(program);
    }
    this.item.tooltip = said;
    this.item.accessibilityInformation = { label: `Open Platform Model: ${phase}, ${problems(errors, warnings) || "no problems"}`, role: "button" };
  }

  private async showMenu(): Promise<void> {
    const { phase, version, problem } = this.server.state;
    const running = phase === "running";
    const entry = (icon: string, label: string, command: string, description = "") => ({ label: `$(${icon}) ${label}`, command, description });
    const choices = [
      ...(running
        ? [
            entry("open-preview", "Show Effective Configuration", "opm.showEffective"),
            entry("list-tree", "Show Catalog", "opm.catalog.focus"),
            entry("type-hierarchy", "Show Graph of the Catalog", "opm.showGraph"),
            entry("search", "Show Value Origin", "opm.origin.focus"),
            entry("checklist", "Check Workspace", "opm.checkWorkspace"),
            entry("book", "Explain Rule", "opm.explainRule"),
          ]
        : []),
      entry("debug-restart", "Restart Server", "opm.restartServer", running ? `opm-lsp ${version ?? ""}` : (problem ?? "")),
      entry("output", "Show Output", "opm.showOutput"),
      entry("gear", "Open Settings", "opm.openSettings"),
      entry("mortar-board", "Get Started", "opm.openWalkthrough"),
    ];
    const picked = await vscode.window.showQuickPick(choices, { title: "Open Platform Model", placeHolder: "What to do?" });
    if (picked !== undefined) {
      await vscode.commands.executeCommand(picked.command);
    }
  }
}

/** Counts what is wrong in all files, as the list of problems does. */
export function countProblems(): { errors: number; warnings: number; files: number } {
  let errors = 0;
  let warnings = 0;
  let files = 0;
  for (const [, found] of vscode.languages.getDiagnostics()) {
    const own = found.filter((problem) => problem.source === "opm");
    const wrong = own.filter((problem) => problem.severity === vscode.DiagnosticSeverity.Error).length;
    const doubtful = own.filter((problem) => problem.severity === vscode.DiagnosticSeverity.Warning).length;
    errors += wrong;
    warnings += doubtful;
    files += wrong + doubtful > 0 ? 1 : 0;
  }
  return { errors, warnings, files };
}
