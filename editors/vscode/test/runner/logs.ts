// What must not stand in a log after ordinary work.

const harmless = [
  // Of VS Code itself, on a machine without a marketplace.
  /open-vsx\.org|ENOTFOUND|marketplace|gallery/i,
  // Of VS Code itself, when it asks for the rest of a tree that is being renewed, and when the window closes meanwhile.
  /No tree item with id|Unable to refresh tree view \S+ Canceled/,
];

// What the server logs is one level in the output channel; its own level stands behind its time.
const ofServer = /\[\w+\] \S+Z\t(debug|info|warn)\t/;

/** The lines that tell of an error. The logs must hold lines at all, or nothing was looked at. */
export function errorsIn(lines: readonly string[]): string[] {
  return lines.filter(
    (line) => !ofServer.test(line) && /\[error\]|\bpanic\b|"level":"(error|dpanic|panic|fatal)"|\bERROR\b/.test(line) && !harmless.some((pattern) => pattern.test(line)),
  );
}
