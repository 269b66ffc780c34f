// The one message about a server that is missing, too old or broken, with the buttons that help.

import * as vscode from "vscode";

const installPage = vscode.Uri.parse("https://github.com/open-platform-model/opm-lsp#install");

let open = false;

/** Says what is wrong with the server, unless such a message is open already. */
export async function offerHelp(sentence: string): Promise<void> {
  if (open) {
    return;
  }
  open = true;
  try {
    const openSetting = "Open Setting";
    const howToInstall = "How to Install";
    const choice = await vscode.window.showErrorMessage(`OPM: ${sentence}`, openSetting, howToInstall);
    if (choice === openSetting) {
      // The program runs where the extension does, and that machine's settings have a page of their own.
      const page = vscode.env.remoteName === undefined ? "openSettings" : "openRemoteSettings";
      await vscode.commands.executeCommand(`workbench.action.${page}`, { query: "@id:opm.server.path" });
    } else if (choice === howToInstall) {
      await vscode.env.openExternal(installPage);
    }
  } finally {
    open = false;
  }
}
