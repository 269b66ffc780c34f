// What package.json promises is there.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { requiredCommands } from "./protocol";
import { listedRules, settingNames } from "./settingNames";

interface Manifest {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category: string; readonly enablement?: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
    readonly grammars: readonly { readonly path: string }[];
    readonly languages: readonly { readonly configuration: string }[];
    readonly semanticTokenModifiers: readonly { readonly id: string }[];
    readonly walkthroughs: readonly { readonly steps: readonly { readonly description: string; readonly media: { readonly markdown: string } }[] }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope: string; readonly type: string }>> };
  };
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const contributes = manifest.contributes;
const commands = contributes.commands.map((each) => each.command);
const source = readdirSync("src")
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  .map((name) => readFileSync(`src/${name}`, "utf8"))
  .join("\n");

test("every command is one that this extension or the server has", () => {
  for (const { command, category } of contributes.commands) {
    assert.ok(source.includes(`registerCommand("${command}"`) || source.includes(`: "${command}"`), `nobody runs ${command}`);
    assert.equal(category, "OPM");
  }
});

test("commands of the server are offered only while there is one", () => {
  for (const { command, enablement } of contributes.commands) {
    if (!source.includes(`registerCommand("${command}"`)) {
      assert.equal(enablement, "opm.ready", command);
    }
  }
  assert.ok(requiredCommands.every((name) => source.includes(`"${name}"`)));
});

test("menus and the walkthrough name commands that are there", () => {
  for (const [menu, items] of Object.entries(contributes.menus)) {
    for (const { command } of items) {
      assert.ok(commands.includes(command), `${menu}: ${command}`);
    }
  }
  for (const { description } of contributes.walkthroughs.flatMap((each) => each.steps)) {
    for (const [, command = ""] of description.matchAll(/\(command:(opm\.[a-zA-Z.]+)/g)) {
      assert.ok(commands.includes(command) || /^opm\.(catalog|origin)\.focus$/.test(command), command);
    }
  }
});

test("views are filled", () => {
  for (const { id } of Object.values(contributes.views).flat()) {
    assert.ok(source.includes(`createTreeView("${id}"`), id);
  }
});

test("files that are named are there", () => {
  const named = [
    manifest.icon,
    ...Object.values(contributes.views).flat().map((each) => each.icon),
    ...contributes.grammars.map((each) => each.path),
    ...contributes.languages.map((each) => each.configuration),
    ...contributes.walkthroughs.flatMap((each) => each.steps).map((each) => each.media.markdown),
  ];
  for (const path of named) {
    assert.ok(existsSync(path), path);
  }
});

test("in an untrusted workspace nothing from its settings names a program or a place", () => {
  const { properties } = contributes.configuration;
  const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
  const naming = Object.keys(properties).filter((name) => /path|program|command|registr|source|arguments|env/i.test(name));
  assert.deepEqual(naming, ["opm.sources", "opm.server.path"]);
  assert.deepEqual([...restrictedConfigurations].sort(), [...naming].sort());
  // Not even a trusted one names the program.
  assert.equal(properties["opm.server.path"]?.scope, "machine");
});

test("settings and rules are read off the manifest", () => {
  assert.ok(settingNames(manifest).includes("besideCueLsp"));
  const codes = listedRules(manifest).map(({ code }) => code);
  assert.ok(codes.includes("release/invalid-value") && !codes.includes("release"));
});

test("the modifiers of tokens are those that are declared to the server", () => {
  const declared = /const modifiers = (\[.*\]);/.exec(readFileSync("src/abilities.ts", "utf8"))?.[1] ?? "";
  assert.deepEqual(contributes.semanticTokenModifiers.map((each) => each.id), JSON.parse(declared));
});
