// The command that checks the whole workspace: the server does so all the time, this waits for it and says what came out.

import * as vscode from "vscode";
import { counts, plural, problems } from "./catalog";
import type { CatalogModel } from "./catalogModel";
import { countProblems } from "./status";

/** Waits until every document has been checked, and shows the list of problems. */
export async function checkWorkspace(model: CatalogModel): Promise<void> {
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: "OPM: checking the workspace" }, () => model.refresh());
  const there = model.catalog === undefined ? undefined : counts(model.catalog);
  await vscode.commands.executeCommand("workbench.actions.view.problems");
  const { errors, warnings, files } = countProblems();
  const found = errors + warnings === 0 ? "Nothing is wrong" : `${problems(errors, warnings)} in ${plural(files, "file")}`;
  const checked = there === undefined ? "" : ` ${plural(there.releases, "release")} and ${plural(there.modules, "Module")} were checked.`;
  void vscode.window.showInformationMessage(`OPM: ${found}.${checked}`);
}
