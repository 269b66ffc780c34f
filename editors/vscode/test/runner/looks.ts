// Takes pictures of everything that the extension shows, in every kind of theme, for somebody to look at.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { Editor, patience, type Places } from "./editor.ts";
import { Person } from "./person.ts";
import { settled } from "./screenshots.ts";

const themes = { dark: "Default Dark Modern", light: "Default Light Modern", contrast: "Default High Contrast" };
const size = { width: 1500, height: 820 };

/** Writes them into the directory, a file for each theme and view. */
export async function takeLooks(places: Places, browser: Browser, directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  for (const [theme, name] of Object.entries(themes)) {
    await withEditor(places, browser, { name: `looks-${theme}`, settings: { "workbench.colorTheme": name }, prepare: addNewerModule }, async (page, editor) => {
      const person = await Person.at(page, editor);
      await lookAround(person, async (view) => {
        await settled(page);
        await page.screenshot({ path: join(directory, `${theme}-${view}.png`) });
      });
    });
  }
  await withEditor(places, browser, { name: "looks-empty", prepare: (workspace) => rmSync(workspace, { recursive: true }) }, async (page, editor) => {
    mkdirSync(editor.workspace);
    await page.goto(editor.url());
    await page.locator(".activitybar [aria-label^='Open Platform Model']").first().click();
    await page.locator(".pane-body .welcome-view-content:visible", { hasText: "workspace" }).first().waitFor();
    await page.screenshot({ path: join(directory, "empty-workspace.png") });
    await page.keyboard.press("F1");
    await page.locator(".quick-input-widget input").fill(">OPM: Show Graph");
    await page.keyboard.press("Enter");
    await inAFrame(page, "#empty:not([hidden])");
    await page.screenshot({ path: join(directory, "empty-graph.png") });
  });
}

/** The example has no newer version of a Module, which an upgrade would be to. */
function addNewerModule(workspace: string): void {
  const module = readFileSync(join(workspace, "catalog/managed-shop/managed_shop.cue"), "utf8");
  mkdirSync(join(workspace, "catalog/managed-shop-next"));
  writeFileSync(join(workspace, "catalog/managed-shop-next/managed_shop.cue"), module.replace("3.0.1-platform.4", "3.1.0-platform.1").replace("*4", "*5").replace("*2", "*3"));
}

type Take = (view: string) => Promise<void>;

async function lookAround(person: Person, take: Take): Promise<void> {
  const { page } = person;
  const release = "releases/dev/web.cue";
  await person.openFile("releases/staging/web.cue");
  await person.squiggles().nth(1).waitFor();
  await person.openFile(release);
  await person.pane("Catalog");
  await person.goTo(27, 13);
  await (await person.pane("Value Origin")).locator(".monaco-list-row", { hasText: "web-app" }).first().waitFor();
  await take("views");
  await person.goTo(41, 10);
  await (await person.pane("Value Origin")).locator(".monaco-list-row", { hasText: "Holds" }).first().waitFor();
  await take("origin-of-struct");
  await person.goTo(1, 1);
  await page.locator(".pane-body", { hasText: "Put the cursor on a value" }).first().waitFor();
  await take("origin-of-nothing");

  await person.goTo(27, 13);
  await person.command("OPM: Show Effective Configuration");
  const beside = page.locator(".editor-group-container").nth(1);
  await beside.locator(".view-line", { hasText: "main" }).first().waitFor();
  await take("effective");
  await person.openFile("releases/production/shop.cue");
  await person.command("OPM: Preview Upgrade to the Newest Module");
  await beside.locator(".tab", { hasText: ".diff" }).waitFor();
  await take("upgrade");
  await person.openFile(release);
  await person.goTo(27, 13);
  await person.command("OPM: Why This Value?");
  await inAFrame(page, "table tr");
  await take("why");
  await person.command("OPM: Explain Rule");
  await page.locator(".quick-input-list .monaco-list-row").first().waitFor();
  await take("explain");
  await closeList(page);
  await person.command("View: Close All Editors");

  await person.command("OPM: Show Graph of the Catalog");
  const graph = await person.graph();
  await graph.locator("#fit").click();
  await take("graph");
  await graph.locator("#filter").fill("nothing like this");
  await graph.locator("#empty:visible").waitFor();
  await take("graph-without-fit");
  await person.command("View: Close All Editors");

  await page.locator(".statusbar-item", { hasText: "OPM" }).first().hover();
  await page.locator(".monaco-hover:visible", { hasText: "opm-lsp" }).first().waitFor();
  await take("status");
  await page.locator(".statusbar-item", { hasText: "OPM" }).first().click();
  await page.locator(".quick-input-list .monaco-list-row").first().waitFor();
  await take("menu");
  await closeList(page);
  await person.command("OPM: Get Started");
  await page.locator(".gettingStartedContainer", { hasText: "Open Platform Model" }).first().waitFor();
  await take("walkthrough");
}

/** Waits until something is to be seen in a page within the window. */
async function inAFrame(page: Page, selector: string): Promise<void> {
  const end = Date.now() + patience;
  for (;;) {
    for (const frame of page.frames().slice(1)) {
      if (await frame.locator(selector).first().isVisible().catch(() => false)) {
        return;
      }
    }
    if (Date.now() > end) {
      throw new Error(`nothing shows ${selector}`);
    }
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
}

async function closeList(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
}

async function withEditor(places: Places, browser: Browser, options: Parameters<typeof Editor.start>[1], look: (page: Page, editor: Editor) => Promise<void>): Promise<void> {
  const editor = await Editor.start(places, options);
  const context = await browser.newContext({ viewport: size });
  try {
    await look(await context.newPage(), editor);
  } finally {
    await context.close();
    await editor.stop();
  }
}
