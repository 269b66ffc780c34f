// A workspace that nobody trusts: its settings name a program and directories, and neither may count.

import { existsSync } from "node:fs";
import * as vscode from "vscode";
import { check, extensionId, found, must, open, runChecks, until, uriOf } from "./harness";

check("what an untrusted workspace names is not started and not read", async () => {
  must(!vscode.workspace.isTrusted, "the workspace is trusted");
  await open("releases/staging/web.cue");
  await until("the extension to be active", () => vscode.extensions.getExtension(extensionId)?.isActive);
  await until("the problems all the same", () => found("releases/staging/web.cue", "release/unknown-value").length === 1);
  must(!existsSync(uriOf("started").fsPath), "the program that the workspace names was started");
  const settings = vscode.workspace.getConfiguration("opm");
  must(settings.get("server.path") === "", "the workspace names the program");
  must(JSON.stringify(settings.get("sources")) !== JSON.stringify(["/tmp/elsewhere"]), "the workspace names directories to read");
});

export const run = runChecks;
