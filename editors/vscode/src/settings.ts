// What the server gets to know of the user's settings.

import * as vscode from "vscode";

/** The settings that the extension itself reads; the server does not need them. */
const own = ["server", "trace"];

/**
 * The settings under `opm` that somebody has set. What VS Code would answer for the others is what package.json
 * calls their default, and that is for the server to know.
 */
export function settingsForServer(names: readonly string[], resource: vscode.Uri | undefined): Record<string, unknown> {
  const configuration = vscode.workspace.getConfiguration("opm", resource ?? null);
  // The server keeps what it heard of this one last, so it has to hear when it is unset.
  const set: Record<string, unknown> = { besideCueLsp: configuration.get("besideCueLsp", false) };
  for (const name of names) {
    const found = configuration.inspect(name);
    const values = [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue];
    if (values.some((value) => value !== undefined) && !own.includes(name.split(".")[0] ?? "")) {
      // In a workspace that is not trusted this leaves out what that says of restricted settings.
      set[name] = configuration.get(name);
    }
  }
  return set;
}
