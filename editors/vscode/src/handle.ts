import { homedir } from "node:os";
import { createInterface } from "node:readline";
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  type ErrorHandler,
  ExecuteCommandRequest,
  RevealOutputChannelOn,
  State,
  TextDocumentContentRefreshRequest,
  TextDocumentContentRequest,
  type WorkDoneProgressBegin,
  type WorkDoneProgressEnd,
  type WorkDoneProgressReport,
} from "vscode-languageclient/node";
import { Abilities } from "./abilities";
import { Client } from "./client";
import { offerHelp } from "./help";
import { readLogLine } from "./log";
import { probe, tooOld } from "./probe";
import { changed } from "./protocol";
import { findServer } from "./server";
import { settingNames } from "./settingNames";
import { settingsForServer } from "./settings";

/** What is known of the server. */
export interface ServerState {
  readonly phase: "starting" | "running" | "stopped";
  /** The program, once one was found. */
  readonly program?: string;
  readonly version?: string;
  /** Why there is no server, as a sentence. */
  readonly problem?: string;
  /** What the server is busy with, and how far it is if that is known (0 to 100). */
  readonly busy?: { readonly title: string; readonly percentage?: number };
}

/** How often a server that ends by itself is started again within {@link forgiveness} milliseconds. */
const restarts = 4;
const forgiveness = 3 * 60_000;

/** Answers for a command of the server that VS Code runs: from a lens, a menu or a key. */
export type Runner = (command: string, args: unknown[]) => Promise<unknown>;

/** The one server of this window. Starting and stopping never overlap, however fast they are asked for. */
export class ServerHandle implements vscode.Disposable {
  private client: Client | undefined;
  /** Whether the client has ever reached its server. */
  private ran = false;
  private queue: Promise<void> = Promise.resolve();
  private current: ServerState = { phase: "stopped" };
  private readonly stateEmitter = new vscode.EventEmitter<ServerState>();
  private readonly changeEmitter = new vscode.EventEmitter<void>();
  private readonly textEmitter = new vscode.EventEmitter<vscode.Uri>();

  /** Fires when anything of the state is another. */
  readonly onDidChangeState = this.stateEmitter.event;
  /** Fires when what the server answers may be other than before. */
  readonly onDidChange = this.changeEmitter.event;
  /** Fires when one of the server's own documents has another text, with its URI. */
  readonly onDidChangeText = this.textEmitter.event;

  /** Runs the server's commands for VS Code; set before the server is started. */
  run: Runner = (command, args) => this.ask(command, args);

  constructor(
    private readonly extension: vscode.Extension<unknown>,
    private readonly output: vscode.LogOutputChannel,
  ) {}

  get state(): ServerState {
    return this.current;
  }

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

  /**
   * Lets the server run one of its commands, once it has started. Rejects with its sentence if it cannot, and if it
   * does not run.
   */
  async ask<T>(command: string, args: readonly unknown[], token?: vscode.CancellationToken): Promise<T> {
    const client = await this.running();
    return (await client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [...args] }, token)) as T;
  }

  /** Asks for the text of one of the server's own documents; rejects as {@link ask} does. */
  async textOf(uri: vscode.Uri): Promise<string> {
    const client = await this.running();
    const answer = await client.sendRequest(TextDocumentContentRequest.type, { uri: client.code2ProtocolConverter.asUri(uri) });
    return answer.text;
  }

  dispose(): void {
    vscode.Disposable.from(this.stateEmitter, this.changeEmitter, this.textEmitter).dispose();
  }

  /** The client, once its server runs. Rejects with a sentence if there is none. */
  private async running(): Promise<Client> {
    await this.queue;
    if (this.client === undefined || this.current.phase !== "running") {
      throw new Error(this.current.problem ?? "The language server is not running.");
    }
    return this.client;
  }

  private enqueue(step: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(step);
    return this.queue;
  }

  private become(state: ServerState): void {
    this.current = state;
    void vscode.commands.executeCommand("setContext", "opm.ready", state.phase === "running");
    void vscode.commands.executeCommand("setContext", "opm.stopped", state.phase === "stopped");
    this.stateEmitter.fire(state);
  }

  private fail(problem: string, program?: string): void {
    this.output.error(problem);
    this.become({ phase: "stopped", problem, ...(program === undefined ? {} : { program }) });
    // Not awaited: the message may stay open for long, and a restart must not wait for it.
    void offerHelp(problem);
  }

  private async startClient(): Promise<void> {
    const search = findServer({
      configured: vscode.workspace.getConfiguration("opm").get("server.path", ""),
      extensionPath: this.extension.extensionPath,
      home: homedir(),
      path: process.env["PATH"],
      platform: process.platform,
    });
    if ("missing" in search) {
      this.fail(search.missing);
      return;
    }
    const program = search.found;
    this.become({ phase: "starting", program });
    const probed = await probe(program);
    if ("broken" in probed) {
      this.fail(probed.broken, program);
      return;
    }
    const { version } = probed;

    this.output.info(`starting ${program}, version ${version}`);
    this.ran = false;
    const client = this.newClient(program);
    this.client = client;
    client.onNotification(changed, () => this.changeEmitter.fire());
    client.onRequest(TextDocumentContentRefreshRequest.type, ({ uri }) => this.textEmitter.fire(vscode.Uri.parse(uri)));
    client.onDidChangeState(({ newState }) => {
      if (this.client !== client) {
        return;
      }
      if (newState === State.Running) {
        this.ran = true;
        this.become({ phase: "running", program, version });
        this.changeEmitter.fire();
      } else if (newState === State.Starting) {
        this.become({ phase: "starting", program, version });
      } else if (this.current.phase !== "stopped") {
        this.become({ phase: "stopped", program, version, problem: "The language server has stopped." });
      }
    });
    try {
      await client.start();
    } catch (error) {
      this.output.error(`${program} did not start`, error);
      this.fail(`The language server ${program} did not start; the output says more.`, program);
      return;
    }
    const announced = client.initializeResult?.capabilities.executeCommandProvider?.commands ?? [];
    const problem = tooOld(program, version, announced);
    if (problem !== undefined) {
      await this.stopClient();
      this.fail(problem, program);
    }
  }

  private newClient(program: string): Client {
    const names = settingNames(this.extension.packageJSON);
    const client = new Client(
      // Also the section of the setting `opm.trace.server`, which the client reads by itself.
      "opm",
      "Open Platform Model",
      { command: program, args: ["serve"] },
      {
        documentSelector: [{ scheme: "file", language: "cue" }],
        diagnosticCollectionName: "opm",
        // The server answers for the text as it is being typed; without this the client would ask only when a file is opened.
        diagnosticPullOptions: { onChange: true },
        outputChannel: this.output,
        stdioOptions: { stdout: (stream) => this.copyLog(stream), stderr: (stream) => this.copyLog(stream) },
        // An error has a message of its own; a panel that jumps up while someone types helps nobody.
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        // All other settings the server asks for; this one decides what it announces.
        initializationOptions: { besideCueLsp: vscode.workspace.getConfiguration("opm").get("besideCueLsp", false) },
        initializationFailedHandler: () => false,
        errorHandler: this.newErrorHandler(program),
        middleware: {
          executeCommand: (command, args) => this.run(command, args as unknown[]),
          // The status item shows it; the client would show it beside that once more.
          handleWorkDoneProgress: (_token, params) => this.showProgress(params),
          workspace: {
            // Without the settings: the server asks for them, and gets those that somebody has set.
            didChangeConfiguration: (_sections, next) => next(undefined),
            configuration: (params) =>
              params.items.map((item) =>
                item.section === "opm"
                  ? settingsForServer(names, item.scopeUri === undefined ? undefined : vscode.Uri.parse(item.scopeUri))
                  : null,
              ),
          },
        },
      },
    );
    client.registerFeature(new Abilities());
    return client;
  }

  /** Writes what the server logs to the output, with the level that each line has. */
  private copyLog(stream: NodeJS.ReadableStream): void {
    createInterface({ input: stream, crlfDelay: Infinity }).on("line", (line) => {
      const { level, text } = readLogLine(line);
      this.output[level](text);
    });
  }

  private showProgress(params: WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd): void {
    if (this.current.phase !== "running") {
      return;
    }
    const { busy, ...idle } = this.current;
    if (params.kind === "end") {
      this.output.info(`${busy?.title ?? "done"}: ${params.message ?? "done"}`);
      this.become(idle);
      return;
    }
    const percentage = params.percentage;
    this.become({
      ...idle,
      busy: {
        title: params.kind === "begin" ? params.title : (busy?.title ?? ""),
        ...(percentage === undefined ? {} : { percentage }),
      },
    });
  }

  /** Starts a server again that ends by itself, but not for ever. */
  private newErrorHandler(program: string): ErrorHandler {
    const ends: number[] = [];
    return {
      error: () => ({ action: ErrorAction.Continue }),
      closed: () => {
        const now = Date.now();
        ends.push(now);
        const recent = ends.filter((at) => now - at < forgiveness).length;
        if (!this.ran) {
          return { action: CloseAction.DoNotRestart, handled: true }; // startClient says so
        }
        if (recent <= restarts) {
          return { action: CloseAction.Restart, handled: true };
        }
        this.fail(`The language server ${program} ended ${recent} times in three minutes, so it is not started again.`, program);
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    };
  }

  private async stopClient(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client === undefined) {
      return;
    }
    if (this.current.phase !== "stopped") {
      this.become({ phase: "stopped" });
    }
    try {
      if (client.needsStop()) {
        await client.dispose();
      }
    } catch (error) {
      // A server that is already gone, or that would not answer, is no reason not to start another.
      this.output.warn("the server did not stop in an orderly way", error);
    }
  }
}
