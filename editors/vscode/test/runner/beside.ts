// The universal package, which has no server in it, beside another extension for CUE.

import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { Editor, installedExtension, installExtension, type Places } from "./editor.ts";
import { Person } from "./person.ts";
import type { Report } from "./report.ts";

/** Checks it in a VS Code that has both, with the server on the PATH. */
export async function lookBeside(places: Places, browser: Browser, report: Report): Promise<void> {
  console.log("# the universal package, beside another extension for CUE");
  const extensions = join(places.scratch, "extensions-beside");
  const good = await report.check("the universal package has no server in it, and installs", async () => {
    const home = join(places.scratch, "universal");
    const source = join(places.repository, "editors/vscode");
    await run(join(places.tools, "bin/node"), ["scripts/package.mjs", home, "universal"], source);
    const vsix = join(home, "opm-lsp-universal.vsix");
    const { stdout } = await promisify(execFile)("python3", ["-m", "zipfile", "--list", vsix]);
    if (stdout.includes("extension/server/") || !stdout.includes("extension/dist/extension.js")) {
      throw new Error(`the package holds\n${stdout}`);
    }
    await installExtension(places, vsix, extensions);
    addOther(extensions);
  });
  if (!good) {
    return;
  }
  // The server of the package for this platform stands for one that somebody has installed.
  const path = join(installedExtension(places), "server");
  const editor = await Editor.start(places, { name: "beside", extensions, path });
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  try {
    const page = await context.newPage();
    const person = await Person.at(page, editor);
    await report.check("the universal package finds the server on the PATH", async () => {
      await person.openFile("releases/staging/web.cue");
      await person.squiggles().nth(1).waitFor();
      await page.locator(".statusbar-item", { hasText: "OPM" }).first().hover();
      await page.locator(".monaco-hover:visible", { hasText: join(path, "opm-lsp") }).first().waitFor();
      await page.keyboard.press("Escape");
    });
    await report.check("beside another extension for CUE, that one's colours count, and the language is the same", async () => {
      await page.locator(".statusbar-item", { hasText: /^CUE$/ }).first().waitFor();
      await person.goTo(1, 3);
      await person.command("Developer: Inspect Editor Tokens and Scopes");
      await page.locator(".token-inspect-widget", { hasText: "everything.other.cue" }).waitFor();
      await page.keyboard.press("Escape");
    });
    await report.check("and hover, completion and problems are there once", async () => {
      await person.openFile("releases/dev/web.cue");
      await person.hover("replicas");
      const tables = page.locator(".monaco-hover:visible table");
      await tables.first().waitFor();
      if ((await tables.count()) !== 1) {
        throw new Error(`the hover has ${await tables.count()} tables`);
      }
    });
  } finally {
    await context.close();
    await editor.stop();
  }
}

async function run(program: string, args: readonly string[], cwd: string): Promise<void> {
  await promisify(execFile)(program, args, { cwd });
}

/** Installs an extension that does for CUE what others do: it contributes the language and a grammar. */
function addOther(extensions: string): void {
  const id = "somebody.cue-colours";
  const home = join(extensions, `${id}-1.0.0`);
  mkdirSync(home);
  const manifest = {
    name: "cue-colours",
    publisher: "somebody",
    version: "1.0.0",
    engines: { vscode: "^1.91.0" },
    contributes: {
      languages: [{ id: "cue", extensions: [".cue"], aliases: ["CUE"] }],
      grammars: [{ language: "cue", scopeName: "source.cue", path: "./cue.tmLanguage.json" }],
    },
  };
  writeFileSync(join(home, "package.json"), JSON.stringify(manifest));
  const grammar = { scopeName: "source.cue", patterns: [{ match: "\\S+", name: "everything.other.cue" }] };
  writeFileSync(join(home, "cue.tmLanguage.json"), JSON.stringify(grammar));
  // As VS Code writes down what it has installed.
  const list = join(extensions, "extensions.json");
  const installed = JSON.parse(readFileSync(list, "utf8")) as object[];
  installed.push({ identifier: { id }, version: "1.0.0", location: { $mid: 1, path: home, scheme: "file" }, relativeLocation: `${id}-1.0.0` });
  writeFileSync(list, JSON.stringify(installed));
}
