// What the extension does in VS Code, asked for as VS Code's own interface asks for it.

import { writeFileSync } from "node:fs";
import * as vscode from "vscode";
import { check, checkedByCommandLine, codeOf, discard, extensionId, found, must, open, placeOf, rangeOf, replace, runChecks, sameAsCommandLine, saveEverything, tabLabels, until, uriOf, wholeOf } from "./harness";

const stagingWeb = "releases/staging/web.cue";
const devWeb = "releases/dev/web.cue";
const managedWeb = "catalog/managed-web/managed_web.cue";
const webApp = "definitions/web-app/web_app.cue";

async function ask<T>(command: string, ...args: unknown[]): Promise<T> {
  return vscode.commands.executeCommand<T>(command, ...args);
}

function textOf(hovers: readonly vscode.Hover[]): string {
  return hovers.flatMap((hover) => hover.contents.map((each) => (typeof each === "string" ? each : each.value))).join("\n");
}

function files(places: readonly (vscode.Location | vscode.LocationLink)[]): string[] {
  return [...new Set(places.map((place) => vscode.workspace.asRelativePath("uri" in place ? place.uri : place.targetUri)))].sort();
}

check("a CUE file wakes the extension", async () => {
  const extension = vscode.extensions.getExtension(extensionId);
  must(extension !== undefined, `the extension ${extensionId} is not installed`);
  await open(devWeb);
  await until("the extension to be active", () => extension.isActive);
});

check("the problems of all files are those of opm-lsp check, open or not", async () => {
  must(checkedByCommandLine().length >= 15, "the example is wrong on purpose, and opm-lsp check finds too little");
  await open(stagingWeb);
  await sameAsCommandLine();
});

check("every problem says its source, and its rule has a page", async () => {
  await open(stagingWeb);
  const problem = await until("the unknown value", () => found(stagingWeb, "release/unknown-value")[0]);
  must(problem.source === "opm", `the source is ${problem.source}`);
  must(typeof problem.code === "object" && problem.code.target.toString().includes("release/unknown-value"), "the code leads to no page");
  must((problem.relatedInformation ?? []).some((each) => each.location.uri.path.endsWith(managedWeb)), "the Module is not among the related lines");
});

check("hover shows the layers of a value", async () => {
  const { document } = await open(devWeb);
  const text = textOf(await ask<vscode.Hover[]>("vscode.executeHoverProvider", document.uri, placeOf(document, "tag:", 1)));
  for (const said of ["image.tag", '"main"', '"1.4.0-patched"', '"1.4"', "managed-web", "web-app"]) {
    must(text.includes(said), `${said} is not in the hover:\n${text}`);
  }
});

check("hover on a reference shows the Module", async () => {
  const { document } = await open(devWeb);
  const text = textOf(await ask<vscode.Hover[]>("vscode.executeHoverProvider", document.uri, placeOf(document, "managed-web", 3)));
  must(text.includes("managed-web") && text.includes("1.4.0-platform.2"), `not the Module's card:\n${text}`);
});

check("completion offers what may still be set, and the alternatives of a value", async () => {
  const editor = await open(stagingWeb);
  const { document } = editor;
  const above = rangeOf(document, '\t\tenvironment: "stagging"');
  await editor.edit((edit) => edit.insert(above.start, "\t\t\n"));
  const names = await ask<vscode.CompletionList>("vscode.executeCompletionItemProvider", document.uri, above.start.translate(0, 2));
  const labels = names.items.map((item) => (typeof item.label === "string" ? item.label : item.label.label));
  must(labels.includes("replicas"), `replicas is not offered, only ${labels.join(", ")}`);
  must(!labels.includes("contact"), "contact is offered though it is set");

  await replace(editor, '"stagging"', '""');
  const inside = placeOf(document, 'environment: ""', 'environment: "'.length);
  const values = await ask<vscode.CompletionList>("vscode.executeCompletionItemProvider", document.uri, inside);
  const offered = values.items.map((item) => (typeof item.label === "string" ? item.label : item.label.label)).join(" ");
  for (const value of ["development", "staging", "production"]) {
    must(offered.includes(value), `${value} is not offered, only ${offered}`);
  }
});

check("typing a wrong value shows a problem, and taking it back removes it", async () => {
  const editor = await open(devWeb);
  await until("a clean file", () => found(devWeb, "release/invalid-value").length === 0);
  await replace(editor, "replicas: 1", "replicas: 99");
  await until("the problem", () => found(devWeb, "release/invalid-value").length === 1);
  await ask("undo");
  await until("its end", () => found(devWeb, "release/invalid-value").length === 0);
});

check("a quick fix removes what it fixes", async () => {
  const { document } = await open(stagingWeb);
  await until("the problem", () => found(stagingWeb, "release/invalid-value").length === 1);
  const actions = await ask<vscode.CodeAction[]>("vscode.executeCodeActionProvider", document.uri, rangeOf(document, '"stagging"'), vscode.CodeActionKind.QuickFix.value, 20);
  const fix = actions.find((action) => action.edit !== undefined && action.isPreferred) ?? actions.find((action) => action.edit !== undefined);
  must(fix?.edit !== undefined, `no fix among ${actions.map((action) => action.title).join(", ")}`);
  must(await vscode.workspace.applyEdit(fix.edit), "VS Code did not apply the fix");
  must(document.getText().includes('environment: "staging"'), "the fix wrote something else");
  await until("no such problem", () => found(stagingWeb, "release/invalid-value").length === 0);
});

check("a change of a Module moves the problems of its releases, closed ones too", async () => {
  const editor = await open(managedWeb);
  const before = found(devWeb, "release/invalid-value").length;
  must(before === 0, "the release is wrong from the start");
  await replace(editor, 'environment: "development" | "staging"', 'environment: "staging"');
  await until("the problem in the closed release", () => found(devWeb, "release/invalid-value").length > 0);
  await ask("undo");
  await until("its end", () => found(devWeb, "release/invalid-value").length === 0);
});

check("rename changes a value in all layers, and back again leaves nothing", async () => {
  await sameAsCommandLine();
  const before = checkedByCommandLine();
  for (const [from, to] of [["environment", "surroundings"], ["surroundings", "environment"]] as const) {
    const { document } = await open(devWeb);
    const edit = await ask<vscode.WorkspaceEdit>("vscode.executeDocumentRenameProvider", document.uri, placeOf(document, `\n\t\t${from}:`, 4), to);
    const touched = edit.entries().map(([uri]) => vscode.workspace.asRelativePath(uri));
    for (const file of [devWeb, managedWeb, webApp, stagingWeb]) {
      must(touched.includes(file), `${file} is not among ${touched.join(", ")}`);
    }
    must(await vscode.workspace.applyEdit(edit), "VS Code did not apply the rename");
    await saveEverything();
    await sameAsCommandLine();
  }
  must(JSON.stringify(checkedByCommandLine()) === JSON.stringify(before), "there and back is not the same");
});

check("definition leads to every layer, references to every use", async () => {
  const { document } = await open(devWeb);
  const at = placeOf(document, "replicas:", 1);
  const layers = files(await ask<(vscode.Location | vscode.LocationLink)[]>("vscode.executeDefinitionProvider", document.uri, at));
  must(layers.includes(managedWeb) && layers.includes(webApp), `only ${layers.join(", ")}`);
  const uses = files(await ask<vscode.Location[]>("vscode.executeReferenceProvider", document.uri, at));
  for (const file of [devWeb, managedWeb, webApp, "releases/production/web.cue"]) {
    must(uses.includes(file), `${file} is not among ${uses.join(", ")}`);
  }
});

check("a lens says how many releases a Module has, and one what a release sets", async () => {
  const module = await open(managedWeb);
  const above = await ask<vscode.CodeLens[]>("vscode.executeCodeLensProvider", module.document.uri, 20);
  must(above.some((lens) => /\d+ releases/.test(lens.command?.title ?? "")), above.map((lens) => lens.command?.title).join(", "));
  const release = await open(devWeb);
  const set = await ask<vscode.CodeLens[]>("vscode.executeCodeLensProvider", release.document.uri, 20);
  must(set.some((lens) => /managed-web 1\.4\.0-platform\.2.*\d+ set/.test(lens.command?.title ?? "")), set.map((lens) => lens.command?.title).join(", "));
});

check("a hint says what an override replaces", async () => {
  const { document } = await open(devWeb);
  const all = wholeOf(document);
  const hints = await ask<vscode.InlayHint[]>("vscode.executeInlayHintProvider", document.uri, all);
  const labels = hints.map((hint) => (typeof hint.label === "string" ? hint.label : hint.label.map((part) => part.value).join("")));
  must(labels.some((label) => label.includes("1.4.0-patched")), labels.join(", "));
});

check("the outline, the symbols of the workspace, folding, links and colours are there", async () => {
  const { document } = await open(managedWeb);
  const outline = await ask<vscode.DocumentSymbol[]>("vscode.executeDocumentSymbolProvider", document.uri);
  must(JSON.stringify(outline).includes("managed-web"), "the outline does not name the Module");
  const symbols = await ask<vscode.SymbolInformation[]>("vscode.executeWorkspaceSymbolProvider", "managed-shop");
  must(symbols.some((symbol) => symbol.name.includes("managed-shop")), "the Module is not among the symbols of the workspace");
  must((await ask<unknown[]>("vscode.executeFoldingRangeProvider", document.uri)).length > 3, "nothing can be folded");
  must((await ask<unknown[]>("vscode.executeLinkProvider", document.uri, 10)).length > 0, "no import is a link");
  const tokens = await ask<vscode.SemanticTokens | undefined>("vscode.provideDocumentSemanticTokens", document.uri);
  must((tokens?.data.length ?? 0) > 100, "there are no semantic tokens");
});

check("formatting brings a file into form", async () => {
  const editor = await open(devWeb);
  const inForm = editor.document.getText();
  await replace(editor, "replicas: 1", "replicas:    1");
  await ask("editor.action.formatDocument");
  await until("the file in form", () => editor.document.getText() === inForm);
});

check("the effective configuration is a document that follows the text", async () => {
  const editor = await open(devWeb);
  await ask("opm.showEffective");
  const shown = await until("the document", () => vscode.workspace.textDocuments.find((each) => each.uri.scheme === "opm" && each.uri.path.includes("/effective/")));
  must(shown.getText().includes('"main"') && shown.getText().includes("replicas"), shown.getText());
  await replace(editor, 'tag: "main"', 'tag: "feature-42"');
  await until("the new value", () => shown.getText().includes('"feature-42"'), () => shown.getText());
});

check("each command of the palette is there and does its work", async () => {
  const manifest = vscode.extensions.getExtension(extensionId)?.packageJSON as { contributes: { commands: { command: string }[] } };
  const contributed = manifest.contributes.commands.map((each) => each.command);
  const registered = await vscode.commands.getCommands(true);
  const missing = contributed.filter((command) => !registered.includes(command));
  must(missing.length === 0, `not registered: ${missing.join(", ")}`);

  // What each shows is a tab; those that show none have checks of their own.
  const shows: Readonly<Record<string, RegExp>> = {
    "opm.showEffective": /\.cue/,
    "opm.why": /Preview|\.md/,
    "opm.impact": /Preview|\.md/,
    "opm.upgradePreview": /\.diff/,
    "opm.showGraph": /Graph/,
    "opm.openWalkthrough": /Walkthrough|Welcome|Get Started/,
  };
  for (const command of contributed) {
    await discard();
    const editor = await open(devWeb);
    const at = placeOf(editor.document, "tag:", 1);
    editor.selection = new vscode.Selection(at, at);
    if (command === "opm.showMenu" || command === "opm.explainRule") {
      // They ask something and wait for the answer.
      const asked = Promise.resolve(ask(command, ...(command === "opm.explainRule" ? ["release/unknown-value"] : [])));
      if (command === "opm.showMenu") {
        await ask("workbench.action.closeQuickOpen");
      }
      await Promise.race([asked, until("the list to close", async () => (await ask("workbench.action.closeQuickOpen"), false))]);
    } else {
      await ask(command);
    }
    const label = shows[command];
    if (label !== undefined) {
      await until(`what ${command} shows`, () => tabLabels().some((tab) => tab !== "web.cue" && label.test(tab)) || tabLabels().filter((tab) => tab.includes("web")).length > 1, () => tabLabels().join(", "));
    }
  }
});

check("the views open", async () => {
  await open(devWeb);
  await ask("opm.catalog.focus");
  await ask("opm.origin.focus");
});

check("a setting counts at once", async () => {
  await open(stagingWeb);
  await until("the problem", () => found(stagingWeb, "release/unknown-value").length === 1);
  const settings = vscode.workspace.getConfiguration("opm");
  await settings.update("rules", { "release/unknown-value": "off" }, vscode.ConfigurationTarget.Workspace);
  await until("its end", () => found(stagingWeb, "release/unknown-value").length === 0);
  await settings.update("rules", undefined, vscode.ConfigurationTarget.Workspace);
  await until("the problem again", () => found(stagingWeb, "release/unknown-value").length === 1);
});

check("a file that another program changes counts without being open", async () => {
  const before = await vscode.workspace.fs.readFile(uriOf(devWeb));
  writeFileSync(uriOf(devWeb).fsPath, Buffer.from(before).toString().replace("replicas: 1", "replicas: 99"));
  await until("the problem", () => found(devWeb, "release/invalid-value").length === 1);
  writeFileSync(uriOf(devWeb).fsPath, before);
  await until("its end", () => found(devWeb, "release/invalid-value").length === 0);
});

check("after a restart all is as before", async () => {
  await open(stagingWeb);
  await sameAsCommandLine();
  await ask("opm.restartServer");
  await sameAsCommandLine();
  const { document } = await open(devWeb);
  const text = textOf(await ask<vscode.Hover[]>("vscode.executeHoverProvider", document.uri, placeOf(document, "tag:", 1)));
  must(text.includes("1.4.0-patched"), "there is no hover after the restart");
});

check("without its server the extension stays calm, and with it all is back", async () => {
  await open(stagingWeb);
  await sameAsCommandLine();
  const settings = () => vscode.workspace.getConfiguration("opm");
  await settings().update("server.path", "/nowhere/opm-lsp", vscode.ConfigurationTarget.Global);
  try {
    await until("no problems at all", () => found(stagingWeb, "release/unknown-value").length === 0);
    must(vscode.extensions.getExtension(extensionId)?.isActive === true, "the extension is not active any more");
  } finally {
    await settings().update("server.path", undefined, vscode.ConfigurationTarget.Global);
  }
  await sameAsCommandLine();
});

check("all problems are of rules that exist", async () => {
  for (const [, problems] of vscode.languages.getDiagnostics()) {
    for (const problem of problems) {
      must(/^[a-z]+\/[a-z-]+$/.test(codeOf(problem)), `"${codeOf(problem)}" is no rule`);
    }
  }
});

export const run = runChecks;
