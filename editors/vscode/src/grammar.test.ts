// The colours of CUE, with and without another extension's grammar.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createOnigScanner, createOnigString, loadWASM } from "vscode-oniguruma";
import { type IGrammar, INITIAL, parseRawGrammar, Registry } from "vscode-textmate";

const own = "source.cue.opm";

/** The grammar as VS Code would put it together, where another extension brings the other or none. */
async function load(other?: object): Promise<IGrammar> {
  const wasm = readFileSync("node_modules/vscode-oniguruma/release/onig.wasm");
  await loadWASM({ data: wasm });
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: (scope) => {
      if (scope === own) {
        return Promise.resolve(parseRawGrammar(readFileSync("syntaxes/cue.tmLanguage.json", "utf8"), "cue.json"));
      }
      return Promise.resolve(scope === "source.cue" && other !== undefined ? parseRawGrammar(JSON.stringify(other), "other.json") : null);
    },
  });
  const grammar = await registry.loadGrammar(own);
  assert.ok(grammar !== null);
  return grammar;
}

/** Each piece of the lines with the innermost scope that it has; blanks are left out. */
function scopes(grammar: IGrammar, text: string): string[] {
  const out: string[] = [];
  let stack = INITIAL;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    for (const { startIndex, endIndex, scopes } of tokens) {
      const piece = line.slice(startIndex, endIndex).trim();
      if (piece !== "") {
        out.push(`${piece} ${(scopes.at(-1) ?? "").replace(/\.cue$/, "")}`);
      }
    }
  }
  return out;
}

test("a document has its colours", async () => {
  const found = scopes(
    await load(),
    `package web // a comment
import traits "traits.opm.dev/v1alpha1"
#Module & {
	replicas?: uint & >=1 & <=10 | *3
	"cost-center": true
	tag: "v\\(values.n)-x\\n"
	memory: 64Mi
	if values.a != _|_ {b: [...string]}
}`,
  );
  for (const piece of [
    "package keyword.other.package",
    "web entity.name.namespace",
    "a comment comment.line.double-slash",
    "import keyword.control.import",
    "#Module entity.name.type",
    "& keyword.operator.unification",
    "replicas variable.other.member",
    "uint support.type",
    ">= keyword.operator.comparison",
    "10 constant.numeric",
    "* keyword.operator.default",
    '"cost-center" variable.other.member.quoted',
    "true constant.language",
    "values variable.other",
    "\\n constant.character.escape",
    "64Mi constant.numeric",
    "if keyword.control",
    "_|_ constant.language.bottom",
    "... keyword.operator.ellipsis",
    "string support.type",
  ]) {
    assert.ok(found.includes(piece), `${piece} is not among\n${found.join("\n")}`);
  }
});

test("strings end where they end", async () => {
  const grammar = await load();
  for (const text of ['a: "x" + b', 'a: #"x"y"# + b', 'a: """\n\t"x" \\(y)\n\t""" + b', "a: 'x' + b", 'a: "\\("\\(x)")" + b', 'a: "open\n+ b', '#"x \\#(y) "# + b']) {
    assert.equal(scopes(grammar, text).at(-1), "b variable.other", text);
  }
});

test("a comment that suppresses a rule shows what", async () => {
  const found = scopes(await load(), "replicas: 1 // opm:ignore curation/value-narrowed — nobody runs one");
  assert.ok(found.includes("opm:ignore keyword.other.directive.opm"), found.join("\n"));
  assert.ok(found.includes("curation/value-narrowed support.constant.rule.opm"), found.join("\n"));
});

test("another extension's grammar counts first, and only what that leaves is filled in", async () => {
  const other = {
    scopeName: "source.cue",
    patterns: [
      { match: "\\b(package|uint)\\b", name: "theirs.keyword.cue" },
      { begin: '"', end: '"', name: "theirs.string.cue" },
    ],
  };
  const found = scopes(await load(other), 'package web\na: uint | *"x 3"');
  assert.deepEqual(found, [
    "package theirs.keyword",
    "web variable.other",
    "a variable.other.member",
    ": punctuation.separator.key-value",
    "uint theirs.keyword",
    "| keyword.operator.unification",
    "* keyword.operator.default",
    '" theirs.string',
    "x 3 theirs.string",
    '" theirs.string',
  ]);
});
