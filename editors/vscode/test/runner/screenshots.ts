// Takes the pictures for the page of the extension.

import { mkdirSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { Editor, type Places } from "./editor.ts";
import { Person } from "./person.ts";

/** Without what a picture of an extension does not need, and large enough to be read on a page. */
const looks = {
  "workbench.colorTheme": "Default Dark Modern",
  "window.commandCenter": false,
  "window.menuBarVisibility": "hidden",
  "workbench.layoutControl.enabled": false,
  "workbench.editor.editorActionsLocation": "hidden",
  "breadcrumbs.enabled": false,
  "editor.minimap.enabled": false,
  "editor.fontFamily": "JetBrains Mono",
  "editor.fontSize": 14,
  "editor.lineHeight": 22,
  "editor.renderLineHighlight": "none",
  "editor.occurrencesHighlight": "off",
  "editor.scrollbar.vertical": "hidden",
  "editor.overviewRulerBorder": false,
  "editor.hover.delay": 100,
  "editor.hover.above": false,
  "editor.stickyScroll.enabled": false,
  "editor.cursorSurroundingLines": 12,
  "editor.matchBrackets": "never",
  "editor.lightbulb.enabled": "off",
  "editor.guides.indentation": false,
};

/** A font that every machine gets with the tests, and no items of the status bar that only a VS Code in a browser has. */
const style = `
  .monaco-workbench, .monaco-workbench .part { font-family: "Inter", sans-serif !important; }
  [id="status.host"], [id="status.forwardedPorts"] { display: none !important; }
`;

const size = { width: 1180, height: 720 };
/** For two editors side by side. */
const wide = { width: 1560, height: 720 };

/** Writes a PNG for each feature into the directory. */
export async function takeScreenshots(places: Places, browser: Browser, directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const editor = await Editor.start(places, { name: "screenshots", settings: looks });
  const context = await browser.newContext({ viewport: size, deviceScaleFactor: 2, colorScheme: "dark" });
  try {
    const page = await context.newPage();
    const person = await Person.at(page, editor);
    await page.addStyleTag({ content: style });
    const take = async (name: string) => {
      await settled(page);
      await page.screenshot({ path: `${directory}/${name}.png` });
      console.log(`# took ${name}.png`);
    };

    await person.openFile("releases/staging/web.cue");
    await person.squiggles().nth(1).waitFor();
    await page.keyboard.press("Control+B");
    const problems = await person.problems("releases/staging/web.cue");
    await problems.filter({ hasText: "environment" }).first().waitFor();
    await page.locator(".panel .monaco-list-row").filter({ hasText: "staging" }).first().waitFor();
    await person.openFile("releases/staging/web.cue");
    await person.goTo(26, 30);
    await take("diagnostics");
    await page.keyboard.press("Control+J");
    await person.command("View: Close All Editors");

    await person.openFile("releases/dev/web.cue");
    await person.goTo(36, 1);
    await person.sees("was 3 · platform");
    // What arrives late, such as a lens, moves the lines and hides the hover.
    const table = page.locator(".monaco-hover:visible table");
    do {
      await person.hover("replicas");
      await settled(page);
    } while (!(await table.isVisible()));
    await take("hover");
    if (!(await table.isVisible())) {
      throw new Error("the hover went away while its picture was taken");
    }
    await page.keyboard.press("Escape");

    await person.goTo(30, 1);
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Control+Space");
    await page.locator(".suggest-widget .monaco-list-row").nth(2).waitFor();
    await take("completion");
    await page.keyboard.press("Escape");
    await person.command("File: Revert File");

    await page.setViewportSize(wide);
    await person.goTo(27, 19);
    await person.command("OPM: Show Effective Configuration");
    await page.locator(".editor-group-container").nth(1).locator(".view-line", { hasText: "main" }).first().waitFor();
    await take("effective");
    await person.command("View: Close All Editors");
    await page.setViewportSize(size);

    await person.openFile("releases/dev/web.cue");
    const catalog = await person.pane("Catalog");
    await widenSideBar(page, 100);
    await person.unfold(catalog.locator(".monaco-list-row", { hasText: "managed-web" }).first());
    await catalog.locator(".monaco-list-row", { hasText: "web-staging" }).first().waitFor();
    await person.openFile("releases/dev/web.cue");
    await person.goTo(27, 13);
    await (await person.pane("Value Origin")).locator(".monaco-list-row", { hasText: "web-app" }).first().waitFor();
    await take("catalog");

    await page.keyboard.press("Control+B");
    await person.command("View: Close All Editors");
    await person.command("OPM: Show Graph of the Catalog");
    const graph = await person.graph();
    await graph.locator("#fit").click();
    await take("graph");
  } finally {
    await context.close();
    await editor.stop();
  }
}

/** Draws the edge of the side bar to the right. */
async function widenSideBar(page: Page, by: number): Promise<void> {
  const box = await page.locator(".part.sidebar").boundingBox();
  if (box === null) {
    throw new Error("there is no side bar");
  }
  await page.mouse.move(box.x + box.width, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width + by, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
}

/** Waits until what moves has come to rest: no animation runs any more in the window or in a page within it. */
export async function settled(page: Page): Promise<void> {
  for (const frame of page.frames()) {
    await frame
      .waitForFunction(() => document.getAnimations().every((each) => each.playState !== "running" || each.effect?.getComputedTiming().endTime === Infinity))
      .catch(() => undefined);
  }
  // Two more frames, so that what was asked for last is drawn.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}
