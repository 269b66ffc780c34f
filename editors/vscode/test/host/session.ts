// As much as a person does in a quarter of an hour of ordinary work: as fast as VS Code takes it, or, when
// OPM_LSP_TEST_MINUTES says how long, at the pace of a person.

import * as vscode from "vscode";
import { check, discard, must, open, placeOf, runChecks, sameAsCommandLine, saveEverything, until, uriOf, wholeOf } from "./harness";

const minutes = Number(process.env["OPM_LSP_TEST_MINUTES"] ?? "0");
const started = Date.now();

/** What is typed, where, and what it is replaced with; each leaves the file as it was after as many undos. */
const edits = [
  { file: "releases/dev/web.cue", after: "replicas: ", text: "4" },
  { file: "releases/staging/web.cue", after: 'contact: "front-end@harbourlane.example"', text: '\ncache: {\nseconds: 30\n' },
  { file: "releases/production/web.cue", after: "values: {", text: '\nlogging: {\nlevel: "info"\n' },
  { file: "releases/dev/shop.cue", after: "values: {", text: "\nfrontend: {\nreplicas: 3\n" },
  { file: "releases/staging/shop.cue", after: "values: {", text: "\nbackend: {\nreplicas: 5\n" },
  { file: "catalog/managed-web/managed_web.cue", after: "replicas: uint & >=1 & <=", text: "2" },
  { file: "definitions/web-app/web_app.cue", after: "\tvalues: {", text: "\n// How patient we are, in seconds.\npatience?: uint | *30\n" },
  { file: "releases/dev/web.cue", after: 'tag: "', text: "release-" },
] as const;

// A person's keys come about three a second; what they read in between takes longer.
async function pause(milliseconds: number): Promise<void> {
  if (minutes > 0) {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
}

async function type(editor: vscode.TextEditor, text: string): Promise<void> {
  for (const key of text) {
    await vscode.commands.executeCommand("type", { text: key });
    await pause(300);
  }
  must(editor === vscode.window.activeTextEditor, "another editor took the keys");
}

async function look(document: vscode.TextDocument, at: vscode.Position): Promise<void> {
  await vscode.commands.executeCommand("vscode.executeHoverProvider", document.uri, at);
  await vscode.commands.executeCommand("vscode.executeCompletionItemProvider", document.uri, at);
  await vscode.commands.executeCommand("vscode.executeDefinitionProvider", document.uri, at);
  await vscode.commands.executeCommand("vscode.executeInlayHintProvider", document.uri, wholeOf(document));
  await vscode.commands.executeCommand("vscode.executeCodeLensProvider", document.uri, 10);
  await vscode.commands.executeCommand("vscode.executeDocumentSymbolProvider", document.uri);
  await pause(2000);
}

async function round(number: number): Promise<void> {
  for (const { file, after, text } of edits) {
    const editor = await open(file);
    const { document } = editor;
    const before = document.getText();
    const at = placeOf(document, after, after.length);
    editor.selection = new vscode.Selection(at, at);
    await vscode.commands.executeCommand("editor.action.triggerSuggest");
    await type(editor, text);
    await look(document, editor.selection.active);
    await document.save();
    await pause(1000);
    // Not by undo alone: what a formatter or a suggestion added goes too.
    await vscode.commands.executeCommand("undo");
    await vscode.commands.executeCommand("redo");
    await editor.edit((edit) => edit.replace(wholeOf(document), before));
    await document.save();
  }

  const release = await open("releases/dev/web.cue");
  // The value, two tabs in; a label further in is called the same.
  const name = placeOf(release.document, "\n\t\tenvironment:", 4);
  for (const to of ["surroundings", "environment"]) {
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>("vscode.executeDocumentRenameProvider", release.document.uri, name, to);
    must(await vscode.workspace.applyEdit(edit), "the rename was not applied");
    await saveEverything();
  }
  await vscode.commands.executeCommand("opm.showEffective");
  release.selection = new vscode.Selection(name, name);
  await vscode.window.showTextDocument(release.document);
  await vscode.commands.executeCommand("opm.why");
  await vscode.commands.executeCommand("opm.showGraph");
  await pause(5000);

  // A file that comes, goes by another name and goes.
  const fresh = uriOf(`releases/dev/fresh_${number}.cue`);
  const moved = uriOf(`releases/dev/moved_${number}.cue`);
  const create = new vscode.WorkspaceEdit();
  create.createFile(fresh, { contents: Buffer.from(release.document.getText().replace(/name: +"web"/, `name: "fresh-${number}"`)) });
  must(await vscode.workspace.applyEdit(create), "the new file was not made");
  await vscode.window.showTextDocument(fresh);
  const rename = new vscode.WorkspaceEdit();
  rename.renameFile(fresh, moved);
  must(await vscode.workspace.applyEdit(rename), "the new file was not renamed");
  await sameAsCommandLine();
  const remove = new vscode.WorkspaceEdit();
  remove.deleteFile(moved);
  must(await vscode.workspace.applyEdit(remove), "the new file was not deleted");
  await discard();
  if (number % 4 === 3) {
    await vscode.commands.executeCommand("opm.restartServer");
  }
}

check("a quarter of an hour of ordinary editing", async () => {
  await open("releases/staging/web.cue");
  await sameAsCommandLine();
  // A round changes eight files and does ten things with each; a person takes about four minutes for that.
  for (let number = 0; minutes > 0 ? Date.now() - started < minutes * 60_000 : number < 4; number++) {
    await round(number);
  }
  await until("nothing left to save", () => vscode.workspace.textDocuments.every((document) => !document.isDirty));
  await sameAsCommandLine();
}, { minutes: 12 + minutes });

check("a server that is started again in the midst of work leaves no complaint", async () => {
  for (let number = 0; number < 8; number++) {
    const editor = await open(number % 2 === 0 ? "releases/production/shop.cue" : "releases/dev/web.cue");
    await vscode.commands.executeCommand("opm.showEffective");
    await vscode.window.showTextDocument(editor.document);
    const at = placeOf(editor.document, "values: {", "values: {".length);
    editor.selection = new vscode.Selection(at, at);
    void vscode.commands.executeCommand("type", { text: "9" });
    void look(editor.document, at).catch(() => undefined);
    await vscode.commands.executeCommand("opm.restartServer");
    await vscode.commands.executeCommand("undo");
  }
  await discard();
  await sameAsCommandLine();
});

export const run = runChecks;
