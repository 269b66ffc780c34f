// The catalog as the server last said it, for all that show it.

import * as vscode from "vscode";
import type { ServerHandle } from "./handle";
import { type Catalog, commands } from "./protocol";

/** How long nothing must have changed before the catalog is asked for again, in milliseconds. */
const pause = 400;

/**
 * Asks the server for the catalog, and again when it has changed. While nobody shows it, a change is only
 * remembered.
 */
export class CatalogModel implements vscode.Disposable {
  private latest: Catalog | undefined;
  private stale = true;
  private watchers = 0;
  private timer: NodeJS.Timeout | undefined;
  private asking: Promise<void> | undefined;
  private again = false;
  private readonly emitter = new vscode.EventEmitter<Catalog | undefined>();
  private readonly subscriptions: vscode.Disposable[];

  /** Fires with the new catalog; with undefined when there is no server any more. */
  readonly onDidChange = this.emitter.event;

  constructor(
    private readonly server: ServerHandle,
    private readonly output: vscode.LogOutputChannel,
  ) {
    this.subscriptions = [
      server.onDidChange(() => {
        this.stale = true;
        this.schedule();
      }),
      server.onDidChangeState(({ phase }) => {
        if (phase !== "running" && this.latest !== undefined) {
          this.latest = undefined;
          this.stale = true;
          this.emitter.fire(undefined);
        }
      }),
    ];
  }

  /** What is known; undefined before the server has answered. */
  get catalog(): Catalog | undefined {
    return this.latest;
  }

  /** Keeps the catalog up to date until the returned object is disposed. */
  watch(): vscode.Disposable {
    this.watchers++;
    if (this.stale) {
      void this.refresh();
    }
    let watching = true;
    return new vscode.Disposable(() => {
      if (watching) {
        watching = false;
        this.watchers--;
      }
    });
  }

  /** Asks for the catalog now, and resolves when it is there or cannot be had. */
  async refresh(): Promise<void> {
    clearTimeout(this.timer);
    if (this.asking !== undefined) {
      this.again = true;
      return this.asking;
    }
    this.asking = this.askUntilFresh();
    try {
      await this.asking;
    } finally {
      this.asking = undefined;
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.subscriptions, this.emitter).dispose();
  }

  private schedule(): void {
    // The first catalog is for the status item, which is always there.
    if (this.watchers > 0 || this.latest === undefined) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.refresh(), pause);
    }
  }

  private async askUntilFresh(): Promise<void> {
    do {
      this.again = false;
      this.stale = false;
      try {
        if (this.latest === undefined) {
          // What there is, is known at once; how healthy it is may take its time.
          this.take(await this.server.ask<Catalog>(commands.catalog, [{ health: false }]));
        }
        this.take(await this.server.ask<Catalog>(commands.catalog, [{ unless: this.latest?.revision }]));
      } catch (error) {
        this.stale = true;
        this.output.debug(`the catalog cannot be had: ${String(error)}`);
        return;
      }
    } while (this.again);
  }

  private take(answer: Catalog): void {
    if (answer.unchanged !== true) {
      this.latest = answer;
      this.emitter.fire(answer);
    }
  }
}
