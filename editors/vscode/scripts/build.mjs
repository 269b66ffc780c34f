// Bundles the extension into dist/extension.js and the page of the graph into dist/webview, beside the licences of what
// is in them; with --test, the tests into dist/test.
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const test = process.argv.includes("--test");
const common = { bundle: true, metafile: true, minify: !test, sourcemap: test ? "inline" : false, logLevel: "warning" };
// What VS Code 1.91, the oldest version that package.json allows, runs extensions with, and shows pages with.
const node = { ...common, platform: "node", format: "cjs", target: "node20", external: ["vscode"] };
const browser = { ...common, platform: "browser", format: "iife", target: "chrome122" };

if (test) {
  rmSync("dist/test", { recursive: true, force: true });
  const tests = readdirSync("src").filter((name) => name.endsWith(".test.ts"));
  await build({ ...node, entryPoints: tests.map((name) => `src/${name}`), outdir: "dist/test" });
} else {
  rmSync("dist", { recursive: true, force: true });
  const extension = await build({ ...node, entryPoints: ["src/extension.ts"], outdir: "dist" });
  const page = await build({ ...browser, entryPoints: ["src/webview/graph.ts"], outdir: "dist/webview" });
  copyFileSync("src/webview/graph.css", "dist/webview/graph.css");
  writeFileSync("dist/ThirdPartyNotices.txt", notices([extension.metafile, page.metafile]));
}

/** The licences of the packages that went into bundles. */
function notices(metafiles) {
  const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs));
  const directories = inputs.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  const texts = [...new Set(directories)].sort().map((directory) => {
    const { name, version } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
    const licence = readdirSync(directory).find((file) => /^licen[cs]e/i.test(file));
    if (licence === undefined) {
      throw new Error(`${directory} has no licence beside it, so it must not be packed`);
    }
    return `${name} ${version}\n\n${readFileSync(join(directory, licence), "utf8").trim()}\n`;
  });
  return `The extension contains these libraries.\n\n${texts.join(`\n${"-".repeat(80)}\n\n`)}`;
}
