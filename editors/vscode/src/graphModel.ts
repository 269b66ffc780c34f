// What the graph shows of a catalog: never more than fits, however large that is. Knows neither VS Code nor a
// browser, so that it can be tested without either.

import type { Range } from "vscode-languageclient";
import { rolledHealth } from "./catalog";
import { type CatalogNode, type Kind, type Severity, title } from "./protocol";

/** How a node looks: by the worst of what is wrong with it. Who has but hints and remarks is healthy. */
export type Tone = "error" | "warning" | "ok" | "unknown";

/** A node of the graph: a document, or those of its siblings that are not shown one by one. */
export interface GraphItem {
  readonly id: string;
  readonly kind: Kind | "more";
  readonly label: string;
  readonly detail: string;
  /** A sentence where something is to be explained, else "". */
  readonly hint: string;
  readonly tone: Tone;
  /** The worst of what is made from it. */
  readonly toneBelow: Tone;
  /** In which column it stands, from 0: that of its kind. */
  readonly column: number;
  /** Where the document stands; undefined for "more". */
  readonly place: { readonly uri: string; readonly range: Range } | undefined;
  /** How many documents are made from it directly, shown or not. */
  readonly size: number;
  /** Whether the nodes below are shown; undefined if there are none. */
  readonly open: boolean | undefined;
  readonly children: readonly GraphItem[];
}

/** What the user has asked for. */
export interface GraphWishes {
  /** By id: nodes that the user has opened or closed. */
  readonly open: Readonly<Record<string, boolean>>;
  /** By id: how many nodes below one are shown. */
  readonly limits: Readonly<Record<string, number>>;
  /** Only documents whose name or version holds this, and what they are made from; "" for all. */
  readonly filter: string;
}

/** How many nodes are shown side by side before the user asks for more, and how many more then. */
export const pageSize = 12;
export const morePerClick = 50;
/** How many nodes there may be before further ones stay closed until the user opens them. */
export const budget = 150;

/** The id of the list of all roots, for {@link GraphWishes.limits}. */
export const rootId = "";

/** What each column holds. */
export const columnTitles = ["Definitions", "Modules", "Releases"];

const columns: Record<Kind, number> = { definition: 0, module: 1, release: 2 };

interface Branch {
  readonly id: string;
  readonly node: CatalogNode;
  /** By the worst of what is wrong with it and all below it. */
  readonly worst: Tone;
  readonly below: Branch[];
}

/** The graph of a catalog as far as it is to be shown. */
export function buildGraph(documents: readonly CatalogNode[], wishes: GraphWishes): GraphItem[] {
  const words = wishes.filter.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const roots = branches(documents, rootId, words);
  const open = whatIsOpen(roots, wishes);
  return items(roots, rootId, wishes, open);
}

/** How many documents there are that fit the filter, in branches. */
function branches(nodes: readonly CatalogNode[], within: string, words: readonly string[]): Branch[] {
  const out: Branch[] = [];
  const seen = new Map<string, number>();
  for (const node of nodes) {
    const name = `${within}/${node.kind}:${title(node)}`;
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    const id = count === 0 ? name : `${name}#${count}`;
    const fits = words.every((word) => title(node).toLowerCase().includes(word));
    const below = branches(node.children ?? [], id, fits ? [] : words);
    if (fits || below.length > 0) {
      out.push({ id, node, worst: toneOf(rolledHealth(node).worst, node), below });
    }
  }
  return out;
}

/** The tone of a severity; where that is undefined, of a node about which nothing is reported. */
function toneOf(worst: Severity | undefined, node: CatalogNode): Tone {
  switch (worst) {
    case "error":
    case "warning":
      return worst;
    case undefined:
      return node.health !== undefined || node.external === true ? "ok" : "unknown";
    default:
      return "ok";
  }
}

/** Opens nodes level by level as long as they fit; what the user has said counts first. */
function whatIsOpen(roots: readonly Branch[], wishes: GraphWishes): Set<string> {
  const open = new Set<string>();
  let shown = Math.min(roots.length, limitOf(rootId, wishes));
  let level = roots.slice(0, limitOf(rootId, wishes));
  while (level.length > 0) {
    const next: Branch[] = [];
    for (const branch of level) {
      const size = Math.min(branch.below.length, limitOf(branch.id, wishes));
      const wish = wishes.open[branch.id];
      if (size > 0 && (wish ?? shown + size <= budget)) {
        open.add(branch.id);
        shown += size;
        next.push(...worstFirst(branch.below).slice(0, size));
      }
    }
    level = next;
  }
  return open;
}

function limitOf(id: string, wishes: GraphWishes): number {
  return wishes.limits[id] ?? pageSize;
}

const tones: readonly Tone[] = ["error", "warning", "ok", "unknown"];

/** The worst of some tones. */
function worstOf(list: readonly Tone[]): Tone {
  return tones.find((tone) => list.includes(tone)) ?? "ok";
}

/** Those with the worst tone first, otherwise in their order. */
function worstFirst(list: readonly Branch[]): Branch[] {
  return [...list].sort((a, b) => tones.indexOf(a.worst) - tones.indexOf(b.worst));
}

function items(list: readonly Branch[], parent: string, wishes: GraphWishes, open: ReadonlySet<string>): GraphItem[] {
  const limit = limitOf(parent, wishes);
  // Where all fit, they keep their order; where some must go, the worst stay.
  const ordered = list.length <= limit ? list : worstFirst(list);
  const out = ordered.slice(0, limit).map((branch) => item(branch, wishes, open));
  const rest = ordered.slice(limit);
  if (rest.length > 0) {
    out.push(more(rest, parent));
  }
  return out;
}

function item(branch: Branch, wishes: GraphWishes, open: ReadonlySet<string>): GraphItem {
  const { node, id, below } = branch;
  const isOpen = open.has(id);
  return {
    id,
    kind: node.kind,
    label: node.name || "(no name)",
    detail: detailOf(node),
    hint: node.stray ?? "",
    tone: toneOf(node.health?.worst, node),
    toneBelow: worstOf(below.map((each) => each.worst)),
    column: columns[node.kind],
    place: { uri: node.uri, range: node.range },
    size: below.length,
    open: below.length === 0 ? undefined : isOpen,
    children: isOpen ? items(below, id, wishes, open) : [],
  };
}

function detailOf(node: CatalogNode): string {
  const said = [node.namespace ?? node.version];
  if (node.stray !== undefined) {
    said.push(node.kind === "release" ? "no Module" : "no definition");
  }
  if (node.newer !== undefined) {
    said.push(node.kind === "release" ? `→ ${node.newer}` : `newer: ${node.newer}`);
  }
  return said.filter((part) => part !== undefined).join(" · ");
}

function more(rest: readonly Branch[], parent: string): GraphItem {
  const tone = worstOf(rest.map((branch) => branch.worst));
  const broken = rest.filter((branch) => branch.worst === "error").length;
  return {
    id: `${parent}/…`,
    kind: "more",
    label: `${rest.length} more`,
    detail: broken > 0 ? `${broken} with errors` : "",
    hint: "",
    tone,
    toneBelow: tone,
    column: Math.min(...rest.map((branch) => columns[branch.node.kind])),
    place: undefined,
    size: rest.length,
    open: undefined,
    children: [],
  };
}

/** A node of the layout: one of the graph, or, without an item, the room beside one whose column is further on. */
export interface Slot {
  readonly item: GraphItem | undefined;
  readonly children: readonly Slot[];
}

/** The nodes with room between them, so that each is as deep in the tree as its column is far. */
export function slots(list: readonly GraphItem[], column = 0): Slot[] {
  return list.map((item) =>
    item.column > column
      ? { item: undefined, children: slots([item], column + 1) }
      : { item, children: slots(item.children, column + 1) },
  );
}

/** The id of the node whose list a node "more" ends. */
export function parentOfMore(id: string): string {
  return id.replace(/\/…$/, "");
}
