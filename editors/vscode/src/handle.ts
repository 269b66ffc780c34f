import { homedir } from "node:os";
import * as vscode from "vscode";
import { LanguageClient, RevealOutputChannelOn } from "vscode-languageclient/node";
import { findServer } from "./server";

const installPage = vscode.Uri.parse("https://github.com/open-platform-model/opm-lsp#install");

/** The one server of this window. Starting and stopping never overlap, however fast they are asked for. */
export class ServerHandle {
  private client: LanguageClient | undefined;
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly extensionPath: string,
    private readonly output: vscode.LogOutputChannel,
  ) {}

  /** Starts the server, in place of the one that runs. What goes wrong is said to the user, not thrown. */
  restart(): Promise<void> {
    return this.enqueue(async () => {
      await this.stopClient();
      await this.startClient();
    });
  }

  stop(): Promise<void> {
    return this.enqueue(() => this.stopClient());
  }

  private enqueue(step: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(step);
    return this.queue;
  }

  private async startClient(): Promise<void> {
    const search = findServer({
      configured: vscode.workspace.getConfiguration("opm").get("server.path", ""),
      extensionPath: this.extensionPath,
      home: homedir(),
      path: process.env["PATH"],
      platform: process.platform,
    });
    if ("missing" in search) {
      this.output.error(search.missing);
      // Not awaited: the message may stay open for long, and a restart must not wait for it.
      void offerHelp(search.missing);
      return;
    }

    this.output.info(`starting ${search.found}`);
    const client = new LanguageClient(
      // Also the section of the setting `opm.trace.server`, which the client reads by itself.
      "opm",
      "Open Platform Model",
      { command: search.found, args: ["serve"] },
      {
        documentSelector: [{ scheme: "file", language: "cue" }],
        diagnosticCollectionName: "opm",
        // The server answers for the text as it is being typed; without this the client would ask only when a file is opened.
        diagnosticPullOptions: { onChange: true },
        outputChannel: this.output,
        // An error has a message of its own; a panel that jumps up while someone types helps nobody.
        revealOutputChannelOn: RevealOutputChannelOn.Never,
      },
    );
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      // The client has told the user already; the output holds the details.
      this.output.error(`${search.found} did not start`, error);
    }
  }

  private async stopClient(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client === undefined || !client.needsStop()) {
      return;
    }
    try {
      await client.dispose();
    } catch (error) {
      // A server that is already gone, or that would not answer, is no reason not to start another.
      this.output.warn("the server did not stop in an orderly way", error);
    }
  }
}

async function offerHelp(sentence: string): Promise<void> {
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
}
