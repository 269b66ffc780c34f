// The extension: it starts the server and shows what that knows. Each of its parts has a file of its own.

import * as vscode from "vscode";
import { CatalogModel } from "./catalogModel";
import { CatalogView } from "./catalogView";
import { checkWorkspace } from "./check";
import { Showing } from "./effective";
import { Graph } from "./graph";
import { ServerHandle } from "./handle";
import { OriginView } from "./originView";
import { Pages } from "./pages";
import { Status } from "./status";
import { VirtualDocuments } from "./virtual";

let handle: ServerHandle | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("OPM", { log: true });
  const server = new ServerHandle(context.extension, output);
  handle = server;
  const model = new CatalogModel(server, output);
  const documents = new VirtualDocuments(server);
  const pages = new Pages(documents);
  const page = `${context.extension.id}#start`;

  context.subscriptions.push(
    output,
    server,
    model,
    documents,
    pages,
    new Showing(server, model, pages, context.extension.packageJSON),
    new CatalogView(model),
    new OriginView(server, output),
    new Graph(context.extensionUri, model),
    new Status(server, model),
    vscode.commands.registerCommand("opm.checkWorkspace", () => checkWorkspace(model)),
    vscode.commands.registerCommand("opm.restartServer", () => server.restart()),
    vscode.commands.registerCommand("opm.showOutput", () => output.show()),
    vscode.commands.registerCommand("opm.openWalkthrough", () => vscode.commands.executeCommand("workbench.action.openWalkthrough", page)),
    vscode.commands.registerCommand("opm.openSettings", () => vscode.commands.executeCommand("workbench.action.openSettings", `@ext:${context.extension.id}`)),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("opm.server.path")) {
        await server.restart();
      }
    }),
  );
  await server.restart();
}

export async function deactivate(): Promise<void> {
  await handle?.stop();
}
