// A person in front of VS Code: hands on the keyboard and the mouse, eyes on the screen.

import { join } from "node:path";
import type { Frame, Locator, Page } from "playwright-core";
import { type Editor, patience } from "./editor.ts";

/** Somebody who has the example workspace open. */
export class Person {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Opens the workspace in a browser and waits until its files are listed. */
  static async at(page: Page, editor: Editor): Promise<Person> {
    page.setDefaultTimeout(patience);
    await page.goto(editor.url());
    await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
    return new Person(page);
  }

  /** Opens a file by its path, as with "go to file". */
  async openFile(path: string): Promise<void> {
    const name = path.slice(path.lastIndexOf("/") + 1);
    await this.page.keyboard.press("Control+P");
    await this.page.locator(".quick-input-widget input").fill(path);
    // Until the list has caught up, something else stands first.
    const folder = path.slice(0, path.lastIndexOf("/"));
    await this.page.locator(`.quick-input-list .monaco-list-row.focused[aria-label^="${name}"][aria-label*="${folder}"]`).waitFor();
    await this.page.keyboard.press("Enter");
    await this.page.locator(`.editor-group-container.active .tab.active[data-resource-name="${name}"]`).waitFor();
    await this.page.locator(".editor-group-container.active .monaco-editor .view-line").first().waitFor();
  }

  /** Runs a command of the palette by its title. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press("F1");
    await this.page.locator(".quick-input-widget input").fill(`>${title}`);
    const row = this.page.locator(`.quick-input-list .monaco-list-row[aria-label^="${title}"]`).first();
    await row.waitFor();
    await row.click();
  }

  /** Puts the cursor into a line, counted from 1, at a column as it is on the screen, where a tab is four. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.page.keyboard.press("Control+G");
    await this.page.locator(".quick-input-widget input").fill(`:${line}:${column}`);
    await this.page.keyboard.press("Enter");
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  /** Where a text is on the screen: the middle of the first place in the editor with the focus. */
  async sees(text: string): Promise<{ readonly x: number; readonly y: number }> {
    const found = await this.page.waitForFunction((wanted) => {
      for (const line of document.querySelectorAll(".editor-group-container.active .monaco-editor .view-line")) {
        const nodes: Text[] = [];
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          nodes.push(walker.currentNode as Text);
        }
        // Blanks are drawn as blanks that do not break.
        const all = nodes.map((node) => node.data.replaceAll("\u00a0", " ")).join("");
        const at = all.indexOf(wanted);
        if (at < 0) {
          continue;
        }
        let before = 0;
        const middle = at + Math.floor(wanted.length / 2);
        for (const node of nodes) {
          if (middle < before + node.data.length) {
            const range = document.createRange();
            range.setStart(node, middle - before);
            range.setEnd(node, middle - before + 1);
            const box = range.getBoundingClientRect();
            return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
          }
          before += node.data.length;
        }
      }
      return null;
    }, text);
    const place = await found.jsonValue();
    if (place === null) {
      throw new Error(`"${text}" is not on the screen`);
    }
    return place;
  }

  /** Rests the mouse on a text in the editor until the hover is there. */
  async hover(text: string): Promise<Locator> {
    const hover = this.page.locator(".monaco-hover:visible .hover-row").first();
    const end = Date.now() + patience;
    // A lens that arrives moves the lines down, and then the mouse has to follow.
    for (;;) {
      const { x, y } = await this.sees(text);
      await this.page.mouse.move(x - 40, y + 2);
      await this.page.mouse.move(x, y, { steps: 4 });
      const there = await hover.waitFor({ timeout: 5000 }).then(
        () => true,
        () => false,
      );
      if (there) {
        return hover;
      }
      if (Date.now() > end) {
        throw new Error(`no hover on "${text}"`);
      }
    }
  }

  /** Selects so many characters from a place on, as {@link goTo} counts it, and types others, or none. */
  async retype(line: number, column: number, count: number, by: string): Promise<void> {
    await this.goTo(line, column);
    for (let selected = 0; selected < count; selected++) {
      await this.page.keyboard.press("Shift+ArrowRight");
    }
    if (by === "") {
      await this.page.keyboard.press("Delete");
      return;
    }
    await this.page.keyboard.type(by);
    // The list of completions, which would take the keys that follow.
    await this.page.keyboard.press("Escape");
  }

  /** The squiggles below errors in the editor. */
  squiggles(): Locator {
    return this.page.locator(".editor-group-container .monaco-editor .squiggly-error");
  }

  /** Waits until nothing in the editor with the focus has a squiggle for an error. */
  async seesNoErrors(): Promise<void> {
    await this.page.waitForFunction(() => document.querySelector(".editor-group-container.active .squiggly-error") === null);
  }

  /** Opens the list of problems, those with a word in them. */
  async problems(word: string): Promise<Locator> {
    await this.page.keyboard.press("Control+Shift+M");
    await this.page.locator('.panel input[placeholder^="Filter (e.g."]:visible').click();
    await this.page.keyboard.type(word);
    const rows = this.page.locator(".markers-panel .monaco-list-row");
    await rows.first().waitFor();
    return rows;
  }

  /** Opens the side bar of OPM and says what stands in the pane of that title. */
  async pane(title: string): Promise<Locator> {
    const pane = this.page.locator(".sidebar .pane", { has: this.page.locator(".pane-header", { hasText: title }) });
    if (!(await pane.first().isVisible())) {
      await this.page.locator('.activitybar [aria-label^="Open Platform Model"]').first().click();
    }
    await pane.first().waitFor();
    return pane.first();
  }

  /** Shows what is below a line of a tree. */
  async unfold(row: Locator): Promise<void> {
    // Not by a key: a click on the line opens its document, which takes the keys.
    await row.locator(".monaco-tl-twistie").click();
  }

  /** The page of the graph, two frames down. */
  async graph(): Promise<Frame> {
    const end = Date.now() + patience;
    for (;;) {
      for (const frame of this.page.frames()) {
        if ((await frame.locator("#nodes .node").count().catch(() => 0)) > 0) {
          return frame;
        }
      }
      if (Date.now() > end) {
        throw new Error("the graph shows nothing");
      }
      await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    }
  }

  /** Waits until VS Code has written down, for a window that is loaded anew, that an editor with a text in its state is open: it does so once a minute. */
  async written(text: string): Promise<void> {
    const isThere = async (wanted: string): Promise<boolean> => {
      const done = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      for (const { name } of await indexedDB.databases()) {
        if (name === undefined || !name.startsWith("vscode-web-state-db")) {
          continue;
        }
        const db = await done(indexedDB.open(name));
        try {
          for (const store of db.objectStoreNames) {
            const state: unknown = await done(db.transaction(store).objectStore(store).get("memento/workbench.parts.editor"));
            if (typeof state === "string" && state.includes(wanted)) {
              return true;
            }
          }
        } finally {
          db.close();
        }
      }
      return false;
    };
    // Not waitForFunction: to that a promise is as good as true.
    const end = Date.now() + 2 * patience;
    while (!(await this.page.evaluate(isThere, text))) {
      if (Date.now() > end) {
        throw new Error(`VS Code has not written down that ${text} is open`);
      }
      await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    }
  }

  /** The messages at the lower right. */
  messages(): Locator {
    return this.page.locator(".notifications-toasts .notification-list-item");
  }

  /** What VS Code looks like, for whoever has to find out what went wrong. */
  async keepPicture(directory: string, name: string): Promise<void> {
    await this.page.screenshot({ path: join(directory, `${name}.png`) });
  }
}
