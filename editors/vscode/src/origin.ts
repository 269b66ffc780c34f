// What the view of a value's origin says. Knows nothing of VS Code, so that it can be tested without one.

import type { Range } from "vscode-languageclient";
import { escapeMarkdown } from "./markdown";
import { type Origin, type OriginLayer, title } from "./protocol";

/** A line of the view. */
export interface OriginItem {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  /** The id of a colour of the theme. */
  readonly colour: string | undefined;
  /** Markdown. */
  readonly tooltip: string;
  readonly place: { readonly uri: string; readonly range: Range } | undefined;
  readonly children: readonly OriginItem[];
}

const states: Record<OriginLayer["state"], { readonly icon: string; readonly colour: string; readonly says: string }> = {
  wins: { icon: "pass-filled", colour: "charts.green", says: "effective" },
  beaten: { icon: "circle-slash", colour: "disabledForeground", says: "beaten" },
  refused: { icon: "error", colour: "problemsErrorIcon.foreground", says: "not allowed" },
  constrains: { icon: "symbol-ruler", colour: "symbolIcon.rulerForeground", says: "" },
};

/** The lines about a value: what it is, its layers from the highest, then what it holds and what it feeds. */
export function originItems(origin: Origin): OriginItem[] {
  const head = item({
    id: "head",
    label: origin.path,
    description: origin.effective === undefined ? origin.says : `${origin.effective} — ${origin.says}`,
    icon: "symbol-field",
    tooltip: [origin.doc ?? "", escapeMarkdown(origin.says)].filter((part) => part !== "").join("\n\n"),
  });
  const items = [head, ...origin.layers.map(layerItem)];
  group(items, "values", "Holds", "symbol-struct", (origin.values ?? []).map((value) => [value.label, value.layer === undefined ? value.is : `${value.is} — ${value.layer}`]));
  group(items, "feeds", "Feeds", "arrow-right", (origin.feeds ?? []).map((field) => [field, ""]));
  group(items, "governed", "Governed by", "lock", (origin.governed ?? []).map((scope) => [scope, ""]));
  return items;
}

function layerItem(layer: OriginLayer, index: number): OriginItem {
  const { icon, colour, says } = states[layer.state];
  const of = `${layer.document.kind} ${title(layer.document)}`;
  return item({
    id: `layer ${index}`,
    label: layer.says,
    // What is cut off in a narrow side bar is what matters least.
    description: says === "" ? of : `${says} · ${of}`,
    icon,
    colour,
    tooltip: `**${layer.document.kind}** ${escapeMarkdown(title(layer.document))}${says === "" ? "" : `: ${says}`}`,
    ...(layer.uri === undefined || layer.range === undefined ? {} : { place: { uri: layer.uri, range: layer.range } }),
  });
}

function group(items: OriginItem[], id: string, label: string, icon: string, lines: readonly (readonly [string, string])[]): void {
  if (lines.length > 0) {
    const children = lines.map(([name, description], index) => item({ id: `${id} ${index}`, label: name, description, icon: "dash", tooltip: escapeMarkdown(description === "" ? name : `${name}: ${description}`) }));
    items.push(item({ id, label, description: String(lines.length), icon, tooltip: "", children }));
  }
}

function item(said: Pick<OriginItem, "id" | "label" | "description" | "icon" | "tooltip"> & Partial<OriginItem>): OriginItem {
  return { colour: undefined, place: undefined, children: [], ...said };
}
