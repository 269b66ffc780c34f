// Finds the language server. Knows nothing of VS Code, so that it can be tested without one.

import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** What the search depends on; all of it, so that a test can lay it out. */
export interface Surroundings {
  /** The setting `opm.server.path`; empty when the user has set nothing. */
  readonly configured: string;
  /** The directory of the extension. */
  readonly extensionPath: string;
  /** The user's home directory, for a leading `~/` in the setting. */
  readonly home: string;
  readonly path: string | undefined;
  readonly platform: NodeJS.Platform;
}

export type Search =
  | { readonly found: string }
  /** A sentence that says what was looked for, for the user to act on. */
  | { readonly missing: string };

/**
 * The server to start: the one that the user names, else the one packed into the extension, else the one that
 * `make build` left when the extension runs from a checkout, else the one on the PATH.
 */
export function findServer(around: Surroundings): Search {
  const configured = around.configured.trim();
  if (configured !== "") {
    // Who names a program wants that one: starting another in its stead would hide the mistake.
    const program = configured.replace(/^~(?=[/\\])/, () => around.home);
    if (!isAbsolute(program)) {
      return { missing: `The setting opm.server.path must be an absolute path, but is "${configured}".` };
    }
    return isProgram(program)
      ? { found: program }
      : { missing: `The setting opm.server.path names "${configured}", which is not a program that can be run.` };
  }

  const name = around.platform === "win32" ? "opm-lsp.exe" : "opm-lsp";
  const directories = [
    join(around.extensionPath, "server"),
    join(around.extensionPath, "..", "..", "bin"),
    // A relative entry would name a directory of the workspace, whose programs nobody has agreed to run.
    ...(around.path ?? "").split(delimiter).filter(isAbsolute),
  ];
  const found = directories.map((directory) => join(directory, name)).find(isProgram);
  return found === undefined
    ? { missing: "The language server opm-lsp was not found: not in the extension, and not on the PATH." }
    : { found };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
