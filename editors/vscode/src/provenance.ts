// The comments in which an effective configuration says where each value comes from. Knows nothing of VS Code, so that
// it can be tested without one.

/** One such comment. */
export interface Provenance {
  /** Relative to the top of the workspace, with forward slashes. */
  readonly file: string;
  /** The line that the value comes from, from 1. */
  readonly target: number;
  /** Where the name of the file and the line stand, in UTF-16 units from the start of the text. */
  readonly start: number;
  readonly end: number;
}

/** The provenances in a text, in order. */
export function provenances(text: string): Provenance[] {
  const out: Provenance[] = [];
  for (const match of text.matchAll(/\/\/ (?:definition|module|release) (([^\n:]+):(\d+))/g)) {
    const [whole, place = "", file = "", line = "1"] = match;
    const start = match.index + whole.length - place.length;
    out.push({ file, target: Number(line), start, end: start + place.length });
  }
  return out;
}
