// The log of the server, which it writes to its standard error. Knows nothing of VS Code, so that it can be tested
// without one.

export type Level = "debug" | "info" | "warn" | "error";

/** A line of the log: a time, a level and what is to be said, with tabs between them. */
const form = /^\S+T\S+\t(debug|info|warn|error|dpanic|panic|fatal)\t(.*)$/i;

/** How severe a line is, and what it says. What has another form is the end of the server, or a stack. */
export function readLogLine(line: string): { readonly level: Level; readonly text: string } {
  const [, level = "error", text = line] = form.exec(line) ?? [];
  switch (level.toLowerCase()) {
    case "debug":
    case "info":
    case "warn":
      return { level: level.toLowerCase() as Level, text };
    default:
      return { level: "error", text };
  }
}
