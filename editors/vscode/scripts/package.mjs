// Packs the extension into .vsix files.
//
//   node scripts/package.mjs <directory> <target>...
//
// A target is a platform as VS Code calls it, such as linux-x64: that package has the server inside, compiled for it.
// "host" is the platform of this machine. "universal" has none, and finds the server on the PATH or by a setting.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { createVSIX } from "@vscode/vsce";

/** The platforms that get a package of their own, and what Go calls them. */
const platforms = {
  "linux-x64": { GOOS: "linux", GOARCH: "amd64" },
  "linux-arm64": { GOOS: "linux", GOARCH: "arm64" },
  "darwin-x64": { GOOS: "darwin", GOARCH: "amd64" },
  "darwin-arm64": { GOOS: "darwin", GOARCH: "arm64" },
  "win32-x64": { GOOS: "windows", GOARCH: "amd64" },
  "win32-arm64": { GOOS: "windows", GOARCH: "arm64" },
};

const [directory, ...wanted] = process.argv.slice(2);
const targets = wanted.flatMap((name) =>
  name === "all" ? [...Object.keys(platforms), "universal"] : [name === "host" ? `${process.platform}-${process.arch}` : name],
);
if (directory === undefined || targets.length === 0 || targets.some((name) => name !== "universal" && !(name in platforms))) {
  fail(`which packages? Say a directory, and host, all, universal, or some of ${Object.keys(platforms).join(", ")}.`);
}
// The licence stands once in the repository, at its root; the package needs a copy.
const root = resolve("..", "..");
if (!existsSync(join(root, "LICENSE"))) {
  fail("there is no LICENSE at the root of the repository; package from a checkout of it.");
}
copyFileSync(join(root, "LICENSE"), "LICENSE");

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const out = resolve(directory);
mkdirSync(out, { recursive: true });
for (const target of targets) {
  rmSync("server", { recursive: true, force: true });
  if (target !== "universal") {
    buildServer(target);
  }
  await createVSIX({
    // The bundle holds all that is needed, so no node_modules go in.
    dependencies: false,
    packagePath: join(out, `opm-lsp-${target}.vsix`),
    ...(target === "universal" ? {} : { target }),
    // The page of the extension is read elsewhere, too, where its pictures and links have to be found.
    baseContentUrl: "https://github.com/open-platform-model/opm-lsp/blob/HEAD/editors/vscode",
    baseImagesUrl: "https://github.com/open-platform-model/opm-lsp/raw/HEAD/editors/vscode",
  });
}
// Run from a checkout, the extension would find a server here that no later build replaces.
rmSync("server", { recursive: true, force: true });

/** Compiles the server into the extension. */
function buildServer(target) {
  const { GOOS, GOARCH } = platforms[target];
  const program = resolve("server", GOOS === "windows" ? "opm-lsp.exe" : "opm-lsp");
  const flags = ["-trimpath", "-ldflags", `-s -w -X main.release=v${version}`, "-o", program];
  execFileSync("go", ["build", ...flags, "./cmd/opm-lsp"], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, GOOS, GOARCH, CGO_ENABLED: "0" },
  });
  chmodSync(program, 0o755);
}

function fail(sentence) {
  console.error(`package: ${sentence}`);
  process.exit(1);
}
