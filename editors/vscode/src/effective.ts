// What the server's commands have to show: the effective configuration beside the release, why a value is what it is,
// impacts, upgrades, and the pages of rules. Effective configurations and the like are virtual documents that the
// server keeps up to date.

import * as vscode from "vscode";
import { ErrorCodes, ResponseError } from "vscode-languageclient";
import { allNodes } from "./catalog";
import type { CatalogModel } from "./catalogModel";
import type { ServerHandle } from "./handle";
import { provenances } from "./provenance";
import type { Pages } from "./pages";
import { subjectOf } from "./place";
import { commands, type Origin, type Place, type ShownText, title } from "./protocol";
import { listedRules } from "./settingNames";

/** Shows what commands answer. */
export class Showing implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly server: ServerHandle,
    private readonly model: CatalogModel,
    private readonly pages: Pages,
    private readonly packageJSON: unknown,
  ) {
    server.run = (command, args) => this.run(command, args);
    this.subscriptions = [
      vscode.languages.registerDocumentLinkProvider({ scheme: "opm", language: "cue" }, { provideDocumentLinks: provenanceLinks }),
      vscode.commands.registerCommand("opm.showEffective", (...args: unknown[]) => this.run(commands.effective, args)),
      vscode.commands.registerCommand("opm.explainRule", (code?: unknown) => this.explain(code)),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  /** Runs a command of the server that VS Code was asked to run, and shows what it answers. */
  private async run(command: string, args: unknown[]): Promise<unknown> {
    try {
      switch (command) {
        case commands.explain:
          return await this.explain(args[0]);
        case commands.effective:
        case commands.upgradePreview:
          return await this.showOfRelease(command, args);
        case commands.why:
          return await this.why(args);
        case commands.impact:
          return await this.showText(command, subjectOf(args));
        default:
          return await this.server.ask(command, args);
      }
    } catch (error) {
      void vscode.window.showWarningMessage(`OPM: ${error instanceof Error ? sentence(error.message) : String(error)}`);
      return undefined;
    }
  }

  /** Shows why a value is what it is: of a release as a page, of any other layer in the view of origins. */
  private async why(args: unknown[]): Promise<unknown> {
    const subject = subjectOf(args);
    try {
      return await this.showText(commands.why, subject);
    } catch (error) {
      if (!isRefusal(error) || (await this.server.ask<Origin | null>(commands.origin, subject)) === null) {
        throw error;
      }
      await vscode.commands.executeCommand("opm.origin.focus");
      return undefined;
    }
  }

  /** Shows something about a release: that of the cursor, else the user says which. */
  private async showOfRelease(command: string, args: unknown[]): Promise<unknown> {
    const subject = subjectOf(args);
    if (subject.length > 0) {
      try {
        return await this.showText(command, subject);
      } catch (error) {
        if (!isRefusal(error)) {
          throw error;
        }
      }
    }
    const place = subject[0] as Partial<Place> | undefined;
    const picked = await this.pickRelease(place?.textDocument?.uri);
    return picked === undefined ? undefined : this.showText(command, [picked]);
  }

  /** Lets the user pick a release: those that are made from what the file holds come first. */
  private async pickRelease(uri: string | undefined): Promise<Place | undefined> {
    await this.model.refresh();
    const nodes = allNodes(this.model.catalog?.documents ?? []);
    const near = new Set(nodes.filter((node) => node.uri === uri).flatMap((node) => allNodes([node])));
    const releases = nodes.filter((node) => node.kind === "release");
    if (releases.length === 0) {
      throw new Error("This workspace has no release yet.");
    }
    releases.sort((a, b) => Number(near.has(b)) - Number(near.has(a)));
    const picked = await vscode.window.showQuickPick(
      releases.map((node) => ({ label: `$(rocket) ${title(node)}`, description: vscode.workspace.asRelativePath(vscode.Uri.parse(node.uri)), node })),
      { placeHolder: "Which release?", matchOnDescription: true },
    );
    return picked === undefined ? undefined : { textDocument: { uri: picked.node.uri }, position: picked.node.range.start };
  }

  private async showText(command: string, args: readonly unknown[]): Promise<unknown> {
    if (args.length === 0) {
      throw new Error("Open a CUE file and put the cursor on what you want to know about.");
    }
    const shown = await this.server.ask<ShownText>(command, [...args, { show: false }]);
    await this.showVirtual(vscode.Uri.parse(shown.uri), shown.language);
    return shown;
  }

  /** Shows a virtual document beside the active editor: Markdown as it is meant to be read, all else as text. */
  private async showVirtual(uri: vscode.Uri, language: string): Promise<void> {
    if (language === "markdown") {
      await this.pages.showVirtual(uri);
      return;
    }
    const document = await vscode.workspace.openTextDocument(uri);
    if (document.languageId !== language) {
      await vscode.languages.setTextDocumentLanguage(document, language);
    }
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true });
  }

  /** Shows the page of a rule: the given one, else that of a problem at the cursor, else the user says which. */
  private async explain(code: unknown): Promise<unknown> {
    try {
      const rule = typeof code === "string" ? code : await this.pickRule();
      if (rule === undefined) {
        return undefined;
      }
      const shown = await this.server.ask<ShownText>(commands.explain, [rule, { show: false }]);
      await this.pages.showText(rule, `${shown.text}\n\n[The whole page, with examples](${shown.uri})\n`);
      return shown;
    } catch (error) {
      void vscode.window.showWarningMessage(`OPM: ${error instanceof Error ? sentence(error.message) : String(error)}`);
      return undefined;
    }
  }

  private async pickRule(): Promise<string | undefined> {
    const here = rulesAtCursor();
    if (here.length === 1) {
      return here[0];
    }
    const rules = listedRules(this.packageJSON).filter(({ code }) => here.length === 0 || here.includes(code));
    const picked = await vscode.window.showQuickPick(
      rules.map(({ code, finds }) => ({ label: code, description: finds })),
      { placeHolder: "Which rule?", matchOnDescription: true },
    );
    return picked?.label;
  }
}

/** Links from each line of an effective configuration to where its value comes from. */
async function provenanceLinks(document: vscode.TextDocument): Promise<vscode.DocumentLink[]> {
  // The text may be another one as soon as anything is waited for.
  const found = provenances(document.getText()).map(({ file, target, start, end }) => ({
    file,
    target,
    range: new vscode.Range(document.positionAt(start), document.positionAt(end)),
  }));
  const folders = vscode.workspace.workspaceFolders ?? [];
  const files = new Map<string, vscode.Uri>();
  for (const file of new Set(found.map((each) => each.file))) {
    const uri = await firstThatExists(folders.map((folder) => vscode.Uri.joinPath(folder.uri, file)));
    if (uri !== undefined) {
      files.set(file, uri);
    }
  }
  return found.flatMap(({ file, target, range }) => {
    const uri = files.get(file);
    return uri === undefined ? [] : [new vscode.DocumentLink(range, uri.with({ fragment: `L${target}` }))];
  });
}

async function firstThatExists(candidates: readonly vscode.Uri[]): Promise<vscode.Uri | undefined> {
  for (const uri of candidates) {
    try {
      await vscode.workspace.fs.stat(uri);
      return uri;
    } catch {
      // It lies below another folder.
    }
  }
  return undefined;
}

/** Reports whether the server says that a command cannot be about what it was given. */
function isRefusal(error: unknown): boolean {
  return error instanceof ResponseError && error.code === ErrorCodes.InvalidParams;
}

/** The rules that found something on the line of the cursor. */
function rulesAtCursor(): string[] {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    return [];
  }
  const line = editor.selection.active.line;
  const codes = vscode.languages
    .getDiagnostics(editor.document.uri)
    .filter((problem) => problem.source === "opm" && problem.range.start.line <= line && line <= problem.range.end.line)
    .map((problem) => String(typeof problem.code === "object" ? problem.code.value : problem.code));
  return [...new Set(codes)];
}

/** What the server says, as a sentence. */
function sentence(said: string): string {
  const trimmed = said.trim();
  const started = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(started) ? started : `${started}.`;
}
