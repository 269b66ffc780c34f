// Packs the extension into a .vsix. The licence stands once in the repository, at its root; the package needs a
// copy. Arguments are passed on to vsce, e.g. --out.
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { createVSIX } from "@vscode/vsce";

const licence = join("..", "..", "LICENSE");
if (!existsSync(licence)) {
  console.error("package: there is no LICENSE at the root of the repository; package from a checkout of it.");
  process.exit(1);
}
copyFileSync(licence, "LICENSE");

const out = process.argv[2];
// The bundle holds all that is needed, so no node_modules go in.
await createVSIX({ dependencies: false, ...(out === undefined ? {} : { packagePath: out }) });
