// Runs a suite inside VS Code's extension host, where the whole API is at hand.

import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { Editor, installedExtension, type Options, type Places } from "./editor.ts";
import type { Report } from "./report.ts";

/** How long a suite may take in all; each of its checks has a deadline of its own. */
const suiteDeadline = 20 * 60_000;

/** Bundles the suites as an extension that contributes nothing, beside the one that is tested. */
export async function bundleSuites(places: Places, suites: readonly string[]): Promise<string> {
  const home = join(places.scratch, "tests");
  mkdirSync(home, { recursive: true });
  const manifest = {
    name: "opm-lsp-tests",
    publisher: "open-platform-model",
    version: "0.0.0",
    engines: { vscode: "^1.91.0" },
    main: "./nothing.js",
    // Else they would not run in a workspace that is not trusted.
    capabilities: { untrustedWorkspaces: { supported: true } },
  };
  writeFileSync(join(home, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(home, "nothing.js"), "");
  await build({
    entryPoints: suites.map((suite) => join(import.meta.dirname, `../host/${suite}.ts`)),
    outdir: home,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode"],
    sourcemap: "inline",
    logLevel: "warning",
  });
  return home;
}

/** Runs one suite in a VS Code of its own, and hands out its logs. */
export async function runSuite(places: Places, browser: Browser, report: Report, suite: string, options: Partial<Options> = {}): Promise<string[]> {
  console.log(`# in the extension host: ${suite}`);
  const results = join(places.scratch, `${suite}.results`);
  appendFileSync(results, "");
  const server = join(installedExtension(places), "server/opm-lsp");
  const editor = await Editor.start(places, {
    name: `host-${suite}`,
    ...options,
    tests: { OPM_LSP_TEST_RESULTS: results, OPM_LSP_TEST_SERVER: server, ...options.tests },
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const chatter: string[] = [];
  try {
    const page = await context.newPage();
    page.on("console", (message) => chatter.push(message.text()));
    const ended = Promise.withResolvers<number>();
    const timer = setTimeout(() => ended.reject(new Error("it did not come to its end in time")), suiteDeadline);
    await page.exposeFunction("codeAutomationLog", (kind: string, args: unknown[]) => void chatter.push(`${kind} ${JSON.stringify(args)}`));
    await page.exposeFunction("codeAutomationExit", (code: number) => ended.resolve(code));
    const tests = join(places.scratch, "tests");
    await page.goto(
      editor.url([
        ["extensionDevelopmentPath", editor.remote(tests)],
        ["extensionTestsPath", editor.remote(join(tests, `${suite}.js`))],
      ]),
    );
    await ended.promise.finally(() => clearTimeout(timer));
  } catch (error) {
    report.notOk(`${suite} runs`, String(error));
  } finally {
    await context.close();
    await editor.stop();
  }
  if (!tell(report, suite, results)) {
    console.log(chatter.slice(-30).join("\n").replace(/^/gm, "    "));
    console.log(editor.logs().slice(-60).join("\n").replace(/^/gm, "    "));
  }
  return editor.logs();
}

/** Takes over what the suite wrote down; only its last line tells that it came to its end. */
function tell(report: Report, suite: string, results: string): boolean {
  const lines = existsSync(results) ? readFileSync(results, "utf8").split("\n").filter((line) => line !== "") : [];
  let good = true;
  for (const line of lines) {
    const result = JSON.parse(line) as { name?: string; failure?: string };
    if (result.name === undefined) {
      continue;
    }
    if (result.failure === undefined) {
      report.ok(result.name);
    } else {
      good = false;
      report.notOk(result.name, result.failure);
    }
  }
  if (!lines.some((line) => line === '{"finished":true}')) {
    good = false;
    report.notOk(`${suite} comes to its end`, "the last check that it names is the last that it finished");
  }
  return good;
}
