// Formats the plugin's Lua as ../stylua.toml says; with --check, only names the files that differ, and fails.
// StyLua as npm has it is a library without a command line.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as stylua from "@johnnymorganz/stylua";

const plugin = join(dirname(fileURLToPath(import.meta.url)), "..");
const check = process.argv.includes("--check");

const settings = readFileSync(join(plugin, "stylua.toml"), "utf8")
  .split("\n")
  .map((line) => /^(\w+)\s*=\s*"?(\w+)"?$/.exec(line.trim()))
  .filter((match) => match !== null);

/** A new one for every file: the library frees what it is handed. */
function newConfig() {
  const config = stylua.Config.new();
  for (const [, key, value] of settings) {
    config[key] = enumOf(key)?.[value] ?? Number(value);
  }
  return config;
}

/** The library's enum for a setting: `indent_type` is in `IndentType`. */
function enumOf(key) {
  return stylua[key.replace(/(?:^|_)(\w)/g, (_, first) => first.toUpperCase())];
}

let differing = 0;
for (const entry of readdirSync(plugin, { recursive: true, encoding: "utf8" }).sort()) {
  if (!entry.endsWith(".lua") || entry.includes("node_modules")) {
    continue;
  }
  const file = join(plugin, entry);
  const before = readFileSync(file, "utf8");
  const after = stylua.formatCode(before, newConfig(), undefined, stylua.OutputVerification.Full);
  if (after === before) {
    continue;
  }
  differing++;
  if (check) {
    console.error(`${relative(process.cwd(), file)} is not formatted; run: npm run format`);
  } else {
    writeFileSync(file, after);
  }
}
process.exitCode = check && differing > 0 ? 1 : 0;
