// Bundles the extension into dist/extension.js and the page of the graph into dist/webview; with --test, the tests
// into dist/test.
import { copyFileSync, readdirSync, rmSync } from "node:fs";
import { build } from "esbuild";

const test = process.argv.includes("--test");
const common = { bundle: true, minify: !test, sourcemap: test ? "inline" : false, logLevel: "warning" };
// What VS Code 1.91, the oldest version that package.json allows, runs extensions with, and shows pages with.
const node = { ...common, platform: "node", format: "cjs", target: "node20", external: ["vscode"] };
const browser = { ...common, platform: "browser", format: "iife", target: "chrome122" };

if (test) {
  rmSync("dist/test", { recursive: true, force: true });
  const tests = readdirSync("src").filter((name) => name.endsWith(".test.ts"));
  await build({ ...node, entryPoints: tests.map((name) => `src/${name}`), outdir: "dist/test" });
} else {
  rmSync("dist", { recursive: true, force: true });
  await build({ ...node, entryPoints: ["src/extension.ts"], outdir: "dist" });
  await build({ ...browser, entryPoints: ["src/webview/graph.ts"], outdir: "dist/webview" });
  copyFileSync("src/webview/graph.css", "dist/webview/graph.css");
}
