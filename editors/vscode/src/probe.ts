// Finds out whether a program is a language server that this extension can work with, before it is started as one:
// what goes wrong then is said in one sentence. Knows nothing of VS Code, so that it can be tested without one.

import { execFile } from "node:child_process";
import { requiredCommands } from "./protocol";

/** How long a program may take to say its version, in milliseconds. */
const patience = 20_000;

/** The outcome: the version that the program says it has, or a sentence about what is wrong with it. */
export type Probe = { readonly version: string } | { readonly broken: string };

/** Asks a program for its version. */
export function probe(program: string): Promise<Probe> {
  return new Promise((resolve) => {
    // No folder of the user's as working directory, and no shell.
    execFile(program, ["version"], { timeout: patience, windowsHide: true }, (error, stdout) => {
      const version = /^opm-lsp (\S+)/.exec(stdout)?.[1];
      if (version !== undefined && error === null) {
        resolve({ version });
      } else if (error !== null && typeof error.code === "string") {
        resolve({ broken: `The program ${program} cannot be started on this machine (${error.code}).` });
      } else {
        resolve({ broken: `The program ${program} is not the language server opm-lsp.` });
      }
    });
  });
}

/** A sentence if a server that announces these commands is too old for this extension. */
export function tooOld(program: string, version: string, announced: readonly string[]): string | undefined {
  return requiredCommands.every((name) => announced.includes(name))
    ? undefined
    : `The language server ${program} (version ${version}) is older than this extension needs.`;
}
