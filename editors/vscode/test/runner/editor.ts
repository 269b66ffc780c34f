// A VS Code that sees nothing of the user's own: a profile, an extension, a copy of the example workspace, and the
// server that shows them to a browser on this machine alone.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** Where everything is. */
export interface Places {
  /** What install.sh installed. */
  readonly tools: string;
  /** The top of the repository. */
  readonly repository: string;
  /** The packaged extension. */
  readonly vsix: string;
  /** A directory of this run's own. */
  readonly scratch: string;
}

/** How an editor differs from the usual. */
export interface Options {
  /** Its name, for the directory of its profile. */
  readonly name: string;
  /** User settings on top of the quiet ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Starts the server that runs tests in the extension host, with these variables; else the one that people use. */
  readonly tests?: Readonly<Record<string, string>>;
  /** Whether VS Code asks whether the workspace is to be trusted; else it is. */
  readonly trust?: boolean;
  /** The directory of extensions, if it is another than that of {@link installExtension}. */
  readonly extensions?: string;
  /** A directory that the user has put on the PATH. */
  readonly path?: string;
  /** Changes the workspace before it is opened. */
  readonly prepare?: (workspace: string) => void;
}

// Nothing that calls home, pops up, or is in the way of a test or of a picture.
const quiet = {
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "telemetry.telemetryLevel": "off",
  "git.enabled": false,
  "remote.autoForwardPorts": false,
  "files.simpleDialog.enable": true,
  // In a browser VS Code would save by itself.
  "files.autoSave": "off",
};

/** Long enough for a machine that builds something else at the same time; nothing that works waits it out. */
export const patience = 90_000;

const running = new Set<ChildProcess>();

/** Ends whatever still runs; the last resort when this program has to end at once. */
export function killAll(): void {
  for (const child of running) {
    kill(child, "SIGKILL");
  }
}

/** Unpacks an extension as a user's VS Code does; unless it is said otherwise, the tested one for all editors of this run. */
export async function installExtension(places: Places, vsix = places.vsix, extensions = extensionsOf(places)): Promise<void> {
  const home = join(places.scratch, "install");
  const { stdout } = await promisify(execFile)(
    join(places.tools, "bin/node"),
    [
      serverMain(places),
      "--accept-server-license-terms",
      ...["--server-data-dir", home, "--user-data-dir", home, "--extensions-dir", extensions],
      ...["--install-extension", vsix],
    ],
    { env: environment(home) },
  );
  if (!stdout.includes("successfully installed")) {
    throw new Error(`VS Code did not install ${vsix}: ${stdout}`);
  }
}

/** The directory of the installed extension. */
export function installedExtension(places: Places): string {
  const name = readdirSync(extensionsOf(places)).find((entry) => entry.startsWith("open-platform-model.opm-lsp-"));
  if (name === undefined) {
    throw new Error("the extension is not among those that are installed");
  }
  return join(extensionsOf(places), name);
}

/** A running VS Code. */
export class Editor {
  readonly workspace: string;
  readonly profile: string;
  private readonly child: ChildProcess;
  private said = "";
  private address = "";

  private constructor(places: Places, options: Options) {
    const home = join(places.scratch, options.name);
    this.profile = join(home, "profile");
    this.workspace = join(home, "harbour-lane");
    mkdirSync(join(this.profile, "User"), { recursive: true });
    cpSync(join(places.repository, "testdata/workspace"), this.workspace, { recursive: true });
    options.prepare?.(this.workspace);
    if (options.path !== undefined) {
      // Where people say so: VS Code asks the user's shell for the PATH.
      writeFileSync(join(home, ".profile"), `PATH='${options.path}':"$PATH"\nexport PATH\n`);
    }
    this.configure({ ...quiet, ...options.settings });

    const data = ["--user-data-dir", this.profile, "--extensions-dir", options.extensions ?? extensionsOf(places)];
    const trust = options.trust === true ? [] : ["--disable-workspace-trust"];
    const args =
      options.tests === undefined
        ? [
            join(places.tools, "node_modules/code-server/out/node/entry.js"),
            ...["--auth", "none", "--bind-addr", "127.0.0.1:0", "--config", join(home, "config.yaml")],
            ...["--disable-telemetry", "--disable-update-check", ...trust, ...data],
          ]
        : [
            serverMain(places),
            ...["--host", "127.0.0.1", "--port", "0", "--without-connection-token", "--accept-server-license-terms"],
            ...["--enable-smoke-test-driver", "--server-data-dir", this.profile, ...trust, ...data],
          ];
    this.child = spawn(join(places.tools, "bin/node"), args, {
      env: { ...environment(home), ...options.tests },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that all that it starts can be ended with it.
      detached: true,
    });
    running.add(this.child);
  }

  /** Starts a VS Code and waits until a browser can ask it for its page. */
  static async start(places: Places, options: Options): Promise<Editor> {
    const editor = new Editor(places, options);
    await editor.listening();
    return editor;
  }

  /** The page that shows the workspace. */
  url(payload?: unknown): string {
    const query = payload === undefined ? "" : `&payload=${encodeURIComponent(JSON.stringify(payload))}`;
    return `http://${this.address}/?folder=${this.workspace}${query}`;
  }

  /** A path as the page names it, for the payload. */
  remote(path: string): string {
    return `vscode-remote://${this.address}${path}`;
  }

  /** Writes the user's settings. */
  configure(settings: Readonly<Record<string, unknown>>): void {
    writeFileSync(join(this.profile, "User/settings.json"), JSON.stringify(settings, undefined, 2));
  }

  /** The lines of the logs of the extension host and of the extension's own channels, each with its file before it. */
  logs(): string[] {
    const logs = join(this.profile, "logs");
    if (!existsSync(logs)) {
      return [];
    }
    return readdirSync(logs, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith("remoteexthost.log") || /open-platform-model\.opm-lsp.*\.log$/.test(file))
      .sort()
      .flatMap((file) =>
        readFileSync(join(logs, file), "utf8")
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => `${file.split("/").pop()}: ${line}`),
      );
  }

  /** Ends the VS Code with all that it started. */
  async stop(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.child.once("close", () => resolve()));
    if (this.child.exitCode === null && this.child.signalCode === null) {
      kill(this.child, "SIGTERM");
      const timer = setTimeout(() => kill(this.child, "SIGKILL"), 10_000);
      await ended;
      clearTimeout(timer);
    }
    // The leader is gone; what it left behind in its group is ended too.
    kill(this.child, "SIGKILL");
    running.delete(this.child);
  }

  private listening(): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`VS Code ${why}; it said:\n${this.said}`));
      const timer = setTimeout(() => fail("did not start in time"), patience);
      const hear = (data: Buffer) => {
        this.said += data.toString();
        const port = /listening on (?:http:\/\/127\.0\.0\.1:)?(\d+)/.exec(this.said)?.[1];
        if (port !== undefined) {
          clearTimeout(timer);
          this.address = `127.0.0.1:${port}`;
          resolve();
        }
      };
      this.child.stdout?.on("data", hear);
      this.child.stderr?.on("data", hear);
      this.child.once("exit", (code) => fail(`ended with exit code ${code}`));
    });
  }
}

function serverMain(places: Places): string {
  return join(places.tools, "node_modules/code-server/lib/vscode/out/server-main.js");
}

function extensionsOf(places: Places): string {
  return join(places.scratch, "extensions");
}

/** The variables of this process without those that lead to the user's own things. */
function environment(home: string): NodeJS.ProcessEnv {
  mkdirSync(home, { recursive: true });
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|XDG_|OPM_)/.test(name));
  return { ...Object.fromEntries(inherited), HOME: home };
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) {
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}
