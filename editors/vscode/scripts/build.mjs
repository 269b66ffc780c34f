// Bundles the extension into dist/extension.js; with --test, the tests into dist/test.
import { readdirSync, rmSync } from "node:fs";
import { build } from "esbuild";

const test = process.argv.includes("--test");
const outdir = test ? "dist/test" : "dist";
const entryPoints = test
  ? readdirSync("src")
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => `src/${name}`)
  : ["src/extension.ts"];

rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints,
  outdir,
  bundle: true,
  platform: "node",
  format: "cjs",
  // What VS Code 1.91, the oldest version that package.json allows, runs extensions with.
  target: "node20",
  // VS Code itself provides this module.
  external: ["vscode"],
  minify: !test,
  sourcemap: test ? "inline" : false,
  logLevel: "warning",
});
