// What a person does with the example workspace, in the order in which they would.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator } from "playwright-core";
import { Editor, installedExtension, patience, type Places } from "./editor.ts";
import { Person } from "./person.ts";
import type { Report } from "./report.ts";

/** Its lines are known here: 24 replicas, 27 image.tag, 30 environment, 38 cache.seconds. */
const devWeb = "releases/dev/web.cue";

/** Walks through the extension; hands out the logs. */
export async function walk(places: Places, browser: Browser, report: Report): Promise<string[]> {
  console.log("# in the browser");
  const editor = await Editor.start(places, { name: "person" });
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const pictures = join(places.repository, "bin");
  try {
    const page = await context.newPage();
    let person: Person | undefined;
    const step = async (name: string, body: (person: Person) => Promise<void>): Promise<boolean> => {
      const good = await report.check(name, async () => body((person ??= await Person.at(page, editor))));
      if (!good && existsSync(pictures)) {
        const picture = `failed-${name.replaceAll(/[^a-z]+/gi, "-")}`;
        await page.screenshot({ path: join(pictures, `${picture}.png`) }).catch(() => undefined);
        console.log(`    what it looked like: bin/${picture}.png`);
      }
      return good;
    };
    for (const [name, body] of steps(editor, join(installedExtension(places), "server/opm-lsp"))) {
      // Each goes on where the one before it ended.
      if (!(await step(name, body))) {
        break;
      }
    }
    // Before the browser is closed, which cuts off whatever is being asked.
    return editor.logs();
  } finally {
    await context.close();
    await editor.stop();
  }
}

type Step = readonly [name: string, body: (person: Person) => Promise<void>];

function steps(editor: Editor, server: string): readonly Step[] {
  return [
    [
      "the files of the workspace are marked where something is wrong",
      async (person) => {
        await person.openFile("releases/staging/web.cue");
        await person.squiggles().first().waitFor();
        // "stagging", "replcas".
        await atLeast(person.squiggles(), 2);
      },
    ],
    [
      "a wrong value gets a squiggle while it is typed",
      async (person) => {
        await person.openFile(devWeb);
        await person.sees("values: {");
        await person.seesNoErrors();
        await person.retype(24, 19, 1, "15");
        await person.squiggles().first().waitFor();
      },
    ],
    [
      "the problem is in the list, with what the layers say",
      async (person) => {
        const rows = await person.problems("replicas");
        await rows.filter({ hasText: "replicas" }).filter({ hasText: "15" }).first().waitFor();
        await person.page.keyboard.press("Control+J");
        await person.page.locator(".markers-panel").waitFor({ state: "hidden" });
      },
    ],
    [
      "the hover shows the layers as a table",
      async (person) => {
        await person.hover("replicas");
        const table = person.page.locator(".monaco-hover:visible table");
        await table.waitFor();
        for (const layer of ["managed-web", "web-app"]) {
          await table.locator("tr", { hasText: layer }).first().waitFor();
        }
      },
    ],
    [
      "typing on makes it right",
      async (person) => {
        await person.retype(24, 19, 2, "1");
        await person.seesNoErrors();
      },
    ],
    [
      "completion offers the alternatives, and takes the chosen one",
      async (person) => {
        await person.retype(30, 23, "development".length, "");
        await person.page.keyboard.press("Control+Space");
        const choice = person.page.locator(".suggest-widget .monaco-list-row", { hasText: "production" }).first();
        await choice.waitFor();
        await choice.click();
        await person.sees('environment: "production"');
      },
    ],
    [
      "the quick fix writes what was meant",
      async (person) => {
        await person.retype(30, 23, "production".length, "stagging");
        await person.squiggles().first().waitFor();
        await person.goTo(30, 25);
        await person.page.keyboard.press("Control+.");
        const fix = person.page.locator(".action-widget .monaco-list-row.action", { hasText: "staging" }).first();
        await fix.waitFor();
        await fix.click();
        await person.sees('environment: "staging"');
        await person.seesNoErrors();
      },
    ],
    [
      "the effective configuration opens beside the release and follows it",
      async (person) => {
        await person.command("OPM: Show Effective Configuration");
        const beside = person.page.locator(".editor-group-container").nth(1);
        await beside.locator(".view-line", { hasText: "staging" }).first().waitFor();
        await person.retype(27, 19, "main".length, "feature");
        await beside.locator(".view-line", { hasText: "feature" }).first().waitFor();
      },
    ],
    [
      "the catalog lists definitions, Modules and releases",
      async (person) => {
        const catalog = await person.pane("Catalog");
        for (const name of ["web-app", "managed-web"]) {
          await catalog.locator(".monaco-list-row", { hasText: name }).first().waitFor();
        }
        await person.unfold(catalog.locator(".monaco-list-row", { hasText: "managed-web" }).first());
        await catalog.locator(".monaco-list-row", { hasText: /web-(dev|staging|production)/ }).first().waitFor();
      },
    ],
    [
      "the origin of the value under the cursor is in its view, and leads there",
      async (person) => {
        await person.openFile(devWeb);
        await person.goTo(24, 10);
        const origin = await person.pane("Value Origin");
        await origin.locator(".monaco-list-row", { hasText: "managed-web" }).first().waitFor();
        await person.goTo(38, 14);
        await origin.locator(".monaco-list-row", { hasText: "web-app" }).first().waitFor();
      },
    ],
    [
      "the graph shows what is made from what",
      async (person) => {
        await person.command("OPM: Show Graph of the Catalog");
        const graph = await person.graph();
        for (const name of ["web-app", "managed-web", "managed-shop"]) {
          await graph.locator("#nodes .node", { hasText: name }).first().waitFor();
        }
      },
    ],
    [
      "the status item says how things are: catalog, version, problems",
      async (person) => {
        await person.page.locator(".statusbar-item", { hasText: "OPM" }).first().hover();
        // Blanks are blanks that do not break.
        for (const line of [/Catalog:\s2\sdefinitions,\s3\sModules,\s11\sreleases\./, /Problems:\s\d+\serrors,\s\d+\swarnings\./, /opm-lsp\sv\d/]) {
          await person.page.locator(".monaco-hover:visible", { hasText: line }).first().waitFor();
        }
        await person.page.keyboard.press("Escape");
      },
    ],
    [
      "a window that is loaded anew has its graph again",
      async (person) => {
        await person.written("opm.graph");
        await person.page.reload();
        const graph = await person.graph();
        await graph.locator("#nodes .node", { hasText: "managed-web" }).first().waitFor();
      },
    ],
    [
      "the status item says how much of the workspace is read",
      async (person) => {
        const program = join(editor.profile, "slow-opm-lsp");
        const done = join(editor.profile, "read-on");
        writeFileSync(program, slowServer(process.execPath, server, done), { mode: 0o755 });
        const before = changeServer(editor, program);
        const item = person.page.locator(".statusbar-item", { hasText: "OPM" }).first();
        await person.page.locator(".statusbar-item", { hasText: /OPM\s+\d+%/ }).waitFor();
        await item.hover();
        await person.page.locator(".monaco-hover:visible", { hasText: /Reading\sthe\sOPM\sworkspace/ }).first().waitFor();
        await person.page.keyboard.press("Escape");
        writeFileSync(done, "");
        await person.page.locator(".statusbar-item", { hasText: /OPM\s+\d+\s+\d+/ }).waitFor();
        before();
      },
    ],
    [
      "a server that is too old gets one message, and a button that helps",
      async (person) => {
        const program = join(editor.profile, "old-opm-lsp");
        writeFileSync(program, oldServer(process.execPath), { mode: 0o755 });
        const before = changeServer(editor, program);
        const message = person.messages().filter({ hasText: "is older than this extension needs" });
        await message.first().waitFor();
        await message.getByText("Open Setting").first().waitFor();
        await message.getByText("How to Install").first().waitFor();
        if ((await message.count()) !== 1) {
          throw new Error(`there are ${await message.count()} messages`);
        }
        await message.locator(".codicon-notifications-clear").first().click();
        before();
        await person.openFile("releases/staging/web.cue");
        await person.squiggles().first().waitFor();
      },
    ],
    [
      "a server that is not there gets one message, and a button that helps",
      async (person) => {
        const before = changeServer(editor, "/nowhere/opm-lsp");
        const message = person.messages().filter({ hasText: "/nowhere/opm-lsp" });
        await message.first().waitFor();
        await message.getByText("How to Install").first().waitFor();
        // Asked for again, it is still one.
        await person.command("OPM: Restart Server");
        await person.page.locator(".statusbar-item", { hasText: "OPM" }).first().waitFor();
        if ((await message.count()) !== 1) {
          throw new Error(`there are ${await message.count()} messages`);
        }
        before();
        await person.openFile("releases/staging/web.cue");
        await person.squiggles().first().waitFor();
      },
    ],
  ];
}

/** Has the user's settings name another server; returns what takes that back. */
function changeServer(editor: Editor, program: string): () => void {
  const settings = join(editor.profile, "Machine/settings.json");
  mkdirSync(join(editor.profile, "Machine"), { recursive: true });
  const before = existsSync(settings) ? readFileSync(settings, "utf8") : "{}";
  writeFileSync(settings, JSON.stringify({ "opm.server.path": program }));
  return () => writeFileSync(settings, before);
}

/** The server of the extension, for a workspace that it does not read to its end before a file is there. */
function slowServer(node: string, server: string, file: string): string {
  return `#!${node}
const { spawn } = require("node:child_process");
const { existsSync } = require("node:fs");
const server = spawn(${JSON.stringify(server)}, process.argv.slice(2), { stdio: ["inherit", "pipe", "inherit"] });
server.on("exit", (code) => (process.exitCode = code ?? 1));
if (process.argv[2] === "version") {
  server.stdout.pipe(process.stdout);
} else {
  const head = /^Content-Length: (\\d+)\\r\\n\\r\\n/;
  const held = [];
  const release = setInterval(() => {
    if (existsSync(${JSON.stringify(file)})) {
      clearInterval(release);
      held.splice(0).forEach((frame) => process.stdout.write(frame));
    }
  }, 20).unref();
  let said = Buffer.alloc(0);
  server.stdout.on("data", (data) => {
    said = Buffer.concat([said, data]);
    for (let found; (found = head.exec(said.toString("latin1"))) !== null; ) {
      const end = found[0].length + Number(found[1]);
      if (said.length < end) {
        break;
      }
      const frame = said.subarray(0, end);
      said = said.subarray(end);
      const message = JSON.parse(frame.subarray(found[0].length).toString());
      const ends = message.method === "$/progress" && message.params.value.kind === "end";
      if (ends && !existsSync(${JSON.stringify(file)})) {
        held.push(frame);
      } else {
        process.stdout.write(frame);
      }
    }
  });
}
`;
}

/** A server as it was before it had any commands. */
function oldServer(node: string): string {
  return `#!${node}
if (process.argv[2] === "version") {
  console.log("opm-lsp v0.0.1");
} else {
  let said = "";
  process.stdin.on("data", (data) => {
    said += data;
    for (let found; (found = /Content-Length: (\\d+)\\r\\n\\r\\n/.exec(said)) !== null && said.length >= found[0].length + Number(found[1]); ) {
      const message = JSON.parse(said.slice(found[0].length, found[0].length + Number(found[1])));
      said = said.slice(found[0].length + Number(found[1]));
      if (message.method === "exit") {
        process.exit();
      }
      if (message.id !== undefined) {
        const answer = JSON.stringify({ jsonrpc: "2.0", id: message.id, result: message.method === "initialize" ? { capabilities: {} } : null });
        process.stdout.write("Content-Length: " + answer.length + "\\r\\n\\r\\n" + answer);
      }
    }
  });
}
`;
}

async function atLeast(those: Locator, count: number): Promise<void> {
  await those.nth(count - 1).waitFor({ timeout: patience });
}
