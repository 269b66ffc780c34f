// The page of the graph. Nodes are HTML in the colours of the theme, edges are SVG; d3 lays out the tree and moves it
// about. Every node can be reached by keyboard: arrows walk along the tree, Enter opens the document, Space folds.

import { hierarchy, tree, type HierarchyPointNode } from "d3-hierarchy";
import { select } from "d3-selection";
import { type D3ZoomEvent, zoom, zoomIdentity } from "d3-zoom";
import type { CatalogNode } from "../protocol";
import type { FromGraph, ToGraph } from "../graphMessages";
import { allNodes } from "../catalog";
import { buildGraph, columnTitles, type GraphItem, type GraphWishes, morePerClick, pageSize, parentOfMore, type Slot, slots } from "../graphModel";

declare function acquireVsCodeApi(): {
  postMessage(message: FromGraph): void;
  getState(): State | undefined;
  setState(state: State): void;
};

interface State extends GraphWishes {
  readonly focused: string;
}

/** Measures of the drawing in pixels; graph.css has the same. */
const node = { width: 230, height: 40 };
const gap = { x: 90, y: 12 };

/** A node with its place in the tree. */
interface Placed {
  readonly item: GraphItem;
  readonly slot: HierarchyPointNode<Slot>;
  readonly y: number;
}

const api = acquireVsCodeApi();
let state: State = { open: {}, limits: {}, filter: "", focused: "", ...api.getState() };
let documents: readonly CatalogNode[] | undefined;
let placed: Placed[] = [];
/** Whether the user has moved the drawing; until then it follows the size of the panel. */
let moved = false;

const stage = byId("stage");
const canvas = byId("canvas");
const nodes = byId("nodes");
const edges = document.getElementById("edges") as unknown as SVGSVGElement;
const empty = byId("empty");
const filter = byId("filter") as HTMLInputElement;

const motion = zoom<HTMLElement, unknown>()
  .scaleExtent([0.1, 2])
  .filter((event: Event) => event.type === "wheel" || !(event.target as Element).closest(".node"))
  .on("zoom", ({ transform, sourceEvent }: D3ZoomEvent<HTMLElement, unknown>) => {
    moved ||= sourceEvent !== null && sourceEvent !== undefined;
    canvas.style.transform = `translate(${transform.x}px, ${transform.y}px) scale(${transform.k})`;
  });
const surface = select<HTMLElement, unknown>(stage).call(motion).on("dblclick.zoom", null);

window.addEventListener("message", ({ data }: MessageEvent<ToGraph>) => {
  documents = data.documents;
  draw();
});
window.addEventListener("resize", () => {
  if (!moved) {
    fit();
  }
});
filter.value = state.filter;
filter.addEventListener("input", () => {
  wish({ filter: filter.value });
  fit();
});
byId("in").addEventListener("click", () => scaleBy(1.3));
byId("out").addEventListener("click", () => scaleBy(1 / 1.3));
byId("fit").addEventListener("click", () => {
  moved = false;
  fit();
});
nodes.addEventListener("keydown", onKey);
nodes.addEventListener("click", onClick);
nodes.addEventListener("focusin", ({ target }) => {
  const element = (target as Element).closest<HTMLElement>(".node");
  if (element !== null) {
    remember({ focused: element.dataset["id"] ?? "" });
    show(element);
  }
});
api.postMessage({ type: "ready" });

function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`the page has no ${id}`);
  }
  return found;
}

function remember(part: Partial<State>): void {
  state = { ...state, ...part };
  api.setState(state);
}

/** Takes over what the user asks for, and draws that. */
function wish(part: Partial<GraphWishes>): void {
  remember(part);
  draw();
}

function draw(): void {
  const before = placed.length;
  const roots = documents === undefined ? [] : buildGraph(documents, state);
  empty.hidden = roots.length > 0;
  empty.textContent =
    documents === undefined
      ? "Waiting for the language server…"
      : state.filter === ""
        ? "This workspace has no ModuleDefinition, Module or ModuleRelease."
        : "Nothing fits the filter.";
  const layout = tree<Slot>()
    .nodeSize([node.height + gap.y, node.width + gap.x])
    .separation((a, b) => (a.parent === b.parent ? 1 : 1.4));
  const top = layout(hierarchy<Slot>({ item: undefined, children: slots(roots) }, (slot) => [...slot.children]));
  placed = top.descendants().flatMap((slot) => (slot.data.item === undefined ? [] : [{ item: slot.data.item, slot, y: slot.x }]));
  drawNodes();
  drawEdges();
  const shown = placed.filter((each) => each.item.kind !== "more").length;
  byId("summary").textContent = `${shown} of ${documents === undefined ? 0 : allNodes(documents).length} shown`;
  if (before === 0 && !moved) {
    fit();
  }
}

/** What a node is made from, if that is shown. */
function parentOf(each: Placed): Placed | undefined {
  const above = each.slot.ancestors().slice(1).find((slot) => slot.data.item !== undefined);
  return above === undefined ? undefined : placed.find((other) => other.slot === above);
}

/** Where a node stands: each kind in its column, from the left to the right. */
function at(each: Placed): { x: number; y: number } {
  return { x: each.item.column * (node.width + gap.x), y: each.y };
}

function drawNodes(): void {
  const before = new Map([...nodes.children].map((child) => [(child as HTMLElement).dataset["id"], child as HTMLElement]));
  const hadFocus = nodes.contains(document.activeElement);
  const elements = placed.map((each) => {
    const element = before.get(each.item.id) ?? document.createElement("div");
    update(element, each);
    return element;
  });
  nodes.replaceChildren(...elements);
  drawTitles();
  const focused = elements.find((element) => element.dataset["id"] === state.focused) ?? elements[0];
  if (focused !== undefined) {
    focused.tabIndex = 0;
    if (hadFocus) {
      focused.focus({ preventScroll: true });
    }
  }
}

/** Writes above each column what it holds. */
function drawTitles(): void {
  const top = Math.min(...placed.map((each) => at(each).y)) - node.height;
  const titles = columnTitles.map((text, column) => {
    const element = document.createElement("div");
    element.className = "title";
    element.textContent = text;
    element.style.left = `${column * (node.width + gap.x)}px`;
    element.style.top = `${top - 24}px`;
    return element;
  });
  byId("titles").replaceChildren(...(placed.length === 0 ? [] : titles));
}

function update(element: HTMLElement, each: Placed): void {
  const item = each.item;
  const { x, y } = at(each);
  element.className = `node ${item.kind} ${item.tone}`;
  element.dataset["id"] = item.id;
  element.style.left = `${x}px`;
  element.style.top = `${y - node.height / 2}px`;
  element.tabIndex = -1;
  element.setAttribute("role", "treeitem");
  element.setAttribute("aria-level", String(each.item.column + 1));
  element.setAttribute("aria-label", `${words[item.kind]} ${item.label} ${item.detail}, ${says[item.tone]}`);
  element.title = [item.label, item.detail, says[item.tone], item.hint].filter((part) => part !== "").join("\n");
  if (item.open === undefined) {
    element.removeAttribute("aria-expanded");
  } else {
    element.setAttribute("aria-expanded", String(item.open));
  }
  const label = document.createElement("span");
  label.className = "label";
  label.textContent = item.label;
  const detail = document.createElement("span");
  detail.className = "detail";
  detail.textContent = item.detail;
  element.replaceChildren(label, detail);
  if (item.open !== undefined) {
    const fold = document.createElement("span");
    fold.className = item.open ? "fold" : `fold ${item.toneBelow}`;
    fold.textContent = item.open ? "−" : String(item.size);
    element.append(fold);
  }
}

const words: Record<GraphItem["kind"], string> = {
  definition: "ModuleDefinition",
  module: "Module",
  release: "ModuleRelease",
  more: "Group:",
};

const says: Record<GraphItem["tone"], string> = {
  error: "has errors",
  warning: "has warnings",
  ok: "healthy",
  unknown: "not checked yet",
};

function drawEdges(): void {
  const paths = placed.flatMap((each) => {
    const parent = parentOf(each);
    if (parent === undefined) {
      return [];
    }
    const from = at(parent);
    const to = at(each);
    const start = from.x + node.width;
    const middle = (start + to.x) / 2;
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("class", each.item.tone);
    path.setAttribute("d", `M${start},${from.y}C${middle},${from.y} ${middle},${to.y} ${to.x},${to.y}`);
    return [path];
  });
  edges.replaceChildren(...paths);
}

/** Shows all of the graph; of a large one as much as can still be read, from its top. */
function fit(): void {
  if (placed.length === 0) {
    return;
  }
  const tops = placed.map((each) => at(each).y);
  const top = Math.min(...tops) - node.height - 36;
  const height = Math.max(...tops) + node.height - top;
  const width = Math.max(...placed.map((each) => at(each).x)) + node.width;
  const margin = 24;
  const room = { width: stage.clientWidth - 2 * margin, height: stage.clientHeight - 2 * margin };
  const whole = Math.min(1, room.width / width, room.height / height);
  const scale = whole >= 0.6 ? whole : Math.min(1, Math.max(0.6, room.width / width));
  const x = margin + Math.max(0, (room.width - width * scale) / 2);
  const y = margin + Math.max(0, (room.height - height * scale) / 2) - top * scale;
  surface.call(motion.transform, zoomIdentity.translate(x, y).scale(scale));
}

function scaleBy(factor: number): void {
  moved = true;
  surface.call(motion.scaleBy, factor);
}

/** Moves the drawing so that a node is in sight. */
function show(element: HTMLElement): void {
  const box = element.getBoundingClientRect();
  const around = stage.getBoundingClientRect();
  const dx = Math.max(0, around.left + 16 - box.left) - Math.max(0, box.right - around.right + 16);
  const dy = Math.max(0, around.top + 16 - box.top) - Math.max(0, box.bottom - around.bottom + 16);
  // The browser scrolls a focused element into view by itself, which would shift what d3 has placed.
  stage.scrollTo(0, 0);
  if (dx !== 0 || dy !== 0) {
    moved = true;
    const scale = canvas.getBoundingClientRect().width / canvas.offsetWidth || 1;
    surface.call(motion.translateBy, dx / scale, dy / scale);
  }
}

function find(element: Element | null): Placed | undefined {
  const id = (element as HTMLElement | null)?.dataset["id"];
  return placed.find((each) => each.item.id === id);
}

function onClick(event: MouseEvent): void {
  const target = event.target as Element;
  const each = find(target.closest(".node"));
  if (each !== undefined) {
    target.closest<HTMLElement>(".node")?.focus();
    if (target.closest(".fold") !== null) {
      fold(each);
    } else {
      open(each);
    }
  }
}

/** Opens the document of a node, or shows more of a group. */
function open(each: Placed): void {
  const item = each.item;
  if (item.place !== undefined) {
    api.postMessage({ type: "open", ...item.place });
  } else {
    const parent = parentOfMore(item.id);
    wish({ limits: { ...state.limits, [parent]: (state.limits[parent] ?? pageSize) + morePerClick } });
  }
}

function fold(each: Placed, to = each.item.open !== true): void {
  if (each.item.open !== undefined && each.item.open !== to) {
    wish({ open: { ...state.open, [each.item.id]: to } });
  }
}

function onKey(event: KeyboardEvent): void {
  const each = find((event.target as Element).closest(".node"));
  if (each === undefined || event.altKey || event.ctrlKey || event.metaKey) {
    return;
  }
  const column = placed.filter((other) => other.item.column === each.item.column).sort((a, b) => a.y - b.y);
  const index = column.indexOf(each);
  switch (event.key) {
    case "Enter":
      open(each);
      break;
    case " ":
      fold(each);
      break;
    case "ArrowUp":
      focus(column[index - 1]);
      break;
    case "ArrowDown":
      focus(column[index + 1]);
      break;
    case "ArrowLeft":
      if (each.item.open === true && event.shiftKey) {
        fold(each, false);
      } else {
        focus(parentOf(each));
      }
      break;
    case "ArrowRight":
      if (each.item.open === false) {
        fold(each, true);
      } else {
        focus(placed.find((other) => parentOf(other) === each));
      }
      break;
    case "Home":
      focus(column[0]);
      break;
    case "End":
      focus(column.at(-1));
      break;
    default:
      return;
  }
  event.preventDefault();
}

function focus(each: Placed | undefined): void {
  if (each !== undefined) {
    const element = [...nodes.children].find((child) => (child as HTMLElement).dataset["id"] === each.item.id) as HTMLElement;
    for (const other of nodes.querySelectorAll<HTMLElement>(".node[tabindex='0']")) {
      other.tabIndex = -1;
    }
    element.tabIndex = 0;
    element.focus({ preventScroll: true });
  }
}
