// What the suites in the extension host share: running checks, waiting, and asking VS Code as its own interface does.

import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { join, relative } from "node:path";
import * as vscode from "vscode";

/** Long enough for a machine that builds something else at the same time; a check that passes never waits it out. */
const patience = 60_000;

export const extensionId = "open-platform-model.opm-lsp";

/** The variable that the runner set. */
function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`the runner did not set ${name}`);
  }
  return value;
}

const checks: { readonly name: string; readonly body: () => Promise<void>; readonly minutes: number }[] = [];

/** Adds a check. They run in their order, each without editors open, and each for so many minutes at most. */
export function check(name: string, body: () => Promise<void>, { minutes = 3 } = {}): void {
  checks.push({ name, body, minutes });
}

/** Runs the checks and writes down what came of each as it comes. */
export async function runChecks(): Promise<void> {
  const write = (result: object) => appendFileSync(given("OPM_LSP_TEST_RESULTS"), `${JSON.stringify(result)}\n`);
  for (const { name, body, minutes } of checks) {
    try {
      await inTime(name, body(), minutes);
      write({ name });
    } catch (error) {
      write({ name, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    await discard();
  }
  write({ finished: true });
}

async function inTime(name: string, work: Promise<void>, minutes: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`"${name}" did not end in time`)), minutes * 60_000);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Waits until the condition returns something, and returns that. When it does not come, detail says what there was instead. */
export async function until<T>(what: string, condition: () => T | undefined | false | Promise<T | undefined | false>, detail?: () => string): Promise<T> {
  const end = Date.now() + patience;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) {
      return value;
    }
    if (Date.now() > end) {
      throw new Error(`waited in vain for ${what}${detail === undefined ? "" : `\n${detail()}`}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function workspaceRoot(): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) {
    throw new Error("no folder is open");
  }
  return folder.uri.fsPath;
}

export function uriOf(path: string): vscode.Uri {
  return vscode.Uri.file(join(workspaceRoot(), path));
}

/** Opens a file of the workspace in the editor. */
export async function open(path: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uriOf(path)), { preview: false });
}

/** The place of a text in a document, shifted by a number of UTF-16 units. */
export function placeOf(document: vscode.TextDocument, text: string, shift = 0): vscode.Position {
  const at = document.getText().indexOf(text);
  if (at < 0) {
    throw new Error(`"${text}" is not in ${document.uri.path}`);
  }
  return document.positionAt(at + shift);
}

export function rangeOf(document: vscode.TextDocument, text: string): vscode.Range {
  return new vscode.Range(placeOf(document, text), placeOf(document, text, text.length));
}

/** All of a document. */
export function wholeOf(document: vscode.TextDocument): vscode.Range {
  return document.validateRange(new vscode.Range(0, 0, document.lineCount, 0));
}

/** Replaces a text, which is there, as typing does. */
export async function replace(editor: vscode.TextEditor, text: string, by: string): Promise<void> {
  if (!(await editor.edit((edit) => edit.replace(rangeOf(editor.document, text), by)))) {
    throw new Error(`VS Code did not take an edit of ${editor.document.uri.path}`);
  }
}

/** Saves everything, also what was changed without being shown. */
export async function saveEverything(): Promise<void> {
  await until("all to be saved", async () => {
    await vscode.workspace.saveAll();
    return vscode.workspace.textDocuments.every((document) => !document.isDirty || document.uri.scheme !== "file");
  });
}

/** Takes back all that is not saved, and closes all editors. */
export async function discard(): Promise<void> {
  for (const document of vscode.workspace.textDocuments.filter((each) => each.isDirty && each.uri.scheme === "file")) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  }
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}

/** One diagnostic in the form that `opm-lsp check --format json` prints. */
interface Finding {
  readonly file: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number }; readonly end: { readonly line: number; readonly character: number } };
  readonly severity: string;
  readonly code: string;
  readonly message: string;
}

/** What the command line says of what is on disk, a line for each finding, sorted. */
export function checkedByCommandLine(): string[] {
  let out: string;
  try {
    out = execFileSync(given("OPM_LSP_TEST_SERVER"), ["check", "--format", "json"], { cwd: workspaceRoot(), encoding: "utf8" });
  } catch (error) {
    // It ends with 1 when it finds something.
    out = (error as { stdout: string }).stdout;
  }
  return (JSON.parse(out) as { diagnostics: Finding[] }).diagnostics.map(line).sort();
}

/** What VS Code shows, in the same form. */
export function shownByEditor(): string[] {
  return vscode.languages
    .getDiagnostics()
    .filter(([uri]) => uri.scheme === "file")
    .flatMap(([uri, found]) =>
      found.map((each) =>
        line({
          file: relative(workspaceRoot(), uri.fsPath),
          range: each.range,
          severity: ["error", "warning", "information", "hint"][each.severity] ?? "",
          code: codeOf(each),
          message: each.message,
        }),
      ),
    )
    .sort();
}

function line({ file, range: { start, end }, severity, code, message }: Finding): string {
  return `${file}:${start.line}:${start.character}-${end.line}:${end.character} ${severity} ${code} ${message}`;
}

/** The rule of a diagnostic. */
export function codeOf(diagnostic: vscode.Diagnostic): string {
  return String(typeof diagnostic.code === "object" ? diagnostic.code.value : diagnostic.code);
}

/** The findings of one rule in one file. */
export function found(path: string, rule: string): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uriOf(path)).filter((each) => codeOf(each) === rule);
}

/** Waits until VS Code shows exactly what the command line says of what is on disk. */
export async function sameAsCommandLine(): Promise<void> {
  let expected: string[] = [];
  await until(
    "what opm-lsp check says",
    () => {
      if (JSON.stringify(shownByEditor()) === JSON.stringify(expected)) {
        return true;
      }
      // What was saved may have come to the disk only now.
      expected = checkedByCommandLine();
      return false;
    },
    () => {
      const shown = shownByEditor();
      return [
        ...expected.filter((each) => !shown.includes(each)).map((each) => `not shown: ${each}`),
        ...shown.filter((each) => !expected.includes(each)).map((each) => `only shown: ${each}`),
      ].join("\n");
    },
  );
}

/** Asserts with a sentence. */
export function must(condition: unknown, otherwise: string): asserts condition {
  if (!condition) {
    throw new Error(otherwise);
  }
}

/** The text of the documents that are open as tabs, by their URI. */
export function tabLabels(): string[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label));
}
