// Runs the tests of the extension and prints how many passed. Arguments: what install.sh installed, and the parts to run.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { lookBeside } from "./beside.ts";
import { installExtension, killAll, type Places } from "./editor.ts";
import { bundleSuites, runSuite } from "./inhost.ts";
import { errorsIn } from "./logs.ts";
import { takeLooks } from "./looks.ts";
import { Report } from "./report.ts";
import { takeScreenshots } from "./screenshots.ts";
import { walk } from "./walk.ts";

const suites = ["features", "untrusted", "session"] as const;
/** Pictures are only taken when they are asked for. */
const pictures = ["screenshots", "looks"];
const parts = [...suites, "person", "beside", ...pictures];

const [tools, ...asked] = process.argv.slice(2);
if (tools === undefined) {
  throw new Error("main.ts wants the directory that install.sh prints; run.sh passes it");
}
const unknown = asked.filter((part) => !parts.includes(part));
if (unknown.length > 0) {
  throw new Error(`there is no part ${unknown.join(", ")}; there are ${parts.join(", ")}`);
}
const wanted = (part: string) => (asked.length === 0 && !pictures.includes(part)) || asked.includes(part);

const repository = join(import.meta.dirname, "../../../..");
const vsix = process.env["OPM_LSP_TEST_VSIX"] ?? join(repository, "bin/opm-lsp.vsix");
if (!existsSync(vsix)) {
  throw new Error(`there is no ${vsix}; "make vscode" builds it`);
}
const scratch = mkdtempSync(join(tmpdir(), "opm-lsp-vscode-"));
const places: Places = { tools, repository, vsix, scratch };

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    killAll();
    rmSync(scratch, { recursive: true, force: true });
    process.exit(1);
  });
}

const report = new Report();
const browser = await chromium.launch({
  executablePath: join(tools, "bin/chromium"),
  args: ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"],
  env: { ...process.env, HOME: scratch },
});
try {
  await report.check("the package installs in an empty VS Code", () => installExtension(places));
  if (suites.some(wanted)) {
    await bundleSuites(places, suites);
  }
  if (wanted("features")) {
    await runSuite(places, browser, report, "features");
  }
  if (wanted("untrusted")) {
    await runSuite(places, browser, report, "untrusted", {
      trust: true,
      settings: { "security.workspace.trust.enabled": true, "security.workspace.trust.startupPrompt": "never" },
      prepare: (workspace) => {
        const program = join(workspace, "program");
        writeFileSync(program, `#!/bin/sh\ntouch '${join(workspace, "started")}'\n`, { mode: 0o755 });
        mkdirSync(join(workspace, ".vscode"));
        writeFileSync(join(workspace, ".vscode/settings.json"), JSON.stringify({ "opm.server.path": program, "opm.sources": ["/tmp/elsewhere"] }));
      },
    });
  }
  if (wanted("session")) {
    const minutes = process.env["OPM_LSP_TEST_MINUTES"];
    const logs = await runSuite(places, browser, report, "session", minutes === undefined ? {} : { tests: { OPM_LSP_TEST_MINUTES: minutes } });
    await report.check("no log of that session tells of an error", () => mustBeQuiet(logs));
  }
  if (wanted("person")) {
    const logs = await walk(places, browser, report);
    // The walk asks for these, of a server that is not there and of one that is too old.
    const askedFor = /\/nowhere\/opm-lsp|is older than this extension needs/;
    await report.check("no log of that walk tells of an error", () => mustBeQuiet(logs.filter((line) => !askedFor.test(line))));
  }
  if (wanted("beside")) {
    await lookBeside(places, browser, report);
  }
  if (wanted("screenshots")) {
    await report.check("pictures for the page of the extension", () => takeScreenshots(places, browser, join(repository, "editors/vscode/images")));
  }
  if (wanted("looks")) {
    await report.check("pictures of everything, in bin/looks", () => takeLooks(places, browser, join(repository, "bin/looks")));
  }
} finally {
  await browser.close();
  killAll();
  if (process.env["OPM_LSP_TEST_KEEP"] === undefined) {
    rmSync(scratch, { recursive: true, force: true });
  } else {
    console.log(`# kept: ${scratch}`);
  }
}

function mustBeQuiet(logs: readonly string[]): void {
  if (!logs.some((line) => line.startsWith("OPM.log") && line.includes("starting"))) {
    throw new Error(`the server's own log is not among the ${logs.length} lines`);
  }
  const errors = errorsIn(logs);
  if (errors.length > 0) {
    throw new Error(errors.slice(0, 40).join("\n"));
  }
}

process.exitCode = report.close() ? 0 : 1;
