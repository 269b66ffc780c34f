// Places: where something stands, and how to get there.

import * as vscode from "vscode";
import type { Range } from "vscode-languageclient";
import type { CatalogItem } from "./catalog";
import type { Place } from "./protocol";

/** Opens a file at a range of it. */
export async function goTo(at: { readonly uri: string; readonly range: Range }, column?: vscode.ViewColumn): Promise<void> {
  const { start, end } = at.range;
  await vscode.window.showTextDocument(vscode.Uri.parse(at.uri), {
    selection: new vscode.Range(start.line, start.character, end.line, end.character),
    ...(column === undefined ? {} : { viewColumn: column }),
  });
}

/** The place of the cursor in the active editor, if that shows a CUE file. */
export function placeOfCursor(): Place | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || editor.document.languageId !== "cue" || editor.document.uri.scheme !== "file") {
    return undefined;
  }
  return placeOf(editor.document.uri, editor.selection.active);
}

/** A place as the server knows it. */
export function placeOf(uri: vscode.Uri, position: { readonly line: number; readonly character: number }): Place {
  // The same form in which the client names documents to the server.
  return { textDocument: { uri: uri.toString() }, position: { line: position.line, character: position.character } };
}

/**
 * What a command is about, from what VS Code passes to it: a line of the catalog; or, from a menu, a file; or nothing
 * from the palette, and then it is the cursor. What is none of that was made by the server and goes back as it is.
 */
export function subjectOf(args: readonly unknown[]): unknown[] {
  const [first] = args;
  if (isCatalogItem(first)) {
    return first.node === undefined ? [] : [{ textDocument: { uri: first.node.uri }, position: first.node.range.start } satisfies Place];
  }
  if (first === undefined || first === null || first instanceof vscode.Uri) {
    const cursor = placeOfCursor();
    if (first instanceof vscode.Uri && cursor?.textDocument.uri !== first.toString()) {
      return [placeOf(first, { line: 0, character: 0 })];
    }
    return cursor === undefined ? [] : [cursor];
  }
  return [...args];
}

function isCatalogItem(value: unknown): value is CatalogItem {
  return typeof value === "object" && value !== null && "node" in value && "children" in value;
}
