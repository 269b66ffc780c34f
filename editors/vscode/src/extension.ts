// The extension starts the server and stands aside: everything that it shows comes over the protocol.

import * as vscode from "vscode";
import { ServerHandle } from "./handle";

let handle: ServerHandle | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("OPM", { log: true });
  const server = new ServerHandle(context.extensionPath, output);
  handle = server;

  context.subscriptions.push(
    output,
    vscode.commands.registerCommand("opm.restartServer", () => server.restart()),
    vscode.commands.registerCommand("opm.showOutput", () => output.show()),
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
