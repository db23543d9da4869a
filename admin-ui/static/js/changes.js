// @ts-check
/** Leads from change to change in the open view, and counts them. */
import { onLoaded } from "./frames.js";
import { onKeys } from "./shortcuts.js";
import { word } from "./words.js";

/** The changes in a page of ours. */
const STOPS = ".diff-fields > dd, .diff-block:is(.diff-added, .diff-removed, .diff-changed), .diff-moved, .diff-table tr:not(.diff-same)";
/** The changes in a rendered text. */
const RENDERED = "ins.diff, del.diff, .diff-moved";
/** The parts of a rendered text that hold one change, however many marks it has. */
const PARTS = "p, li, h1, h2, h3, h4, h5, h6, td, th, pre, .diff-moved";

export class Changes {
  #at = -1;

  /**
   * @param {HTMLElement} bar
   * @param {import("./tabs.js").Tabs | undefined} tabs
   */
  constructor(bar, tabs) {
    this.bar = bar;
    this.tabs = tabs;
    this.output = bar.querySelector("output");
    for (const button of bar.querySelectorAll("[data-step]")) {
      if (button instanceof HTMLButtonElement) button.addEventListener("click", () => this.go(Number(button.dataset.step)));
    }
    tabs?.addEventListener("open", () => this.#begin());
    for (const frame of document.querySelectorAll("iframe[data-rendered]")) {
      if (frame instanceof HTMLIFrameElement) onLoaded(frame, () => this.#begin());
    }
    bar.hidden = false;
    this.#begin();
  }

  /** The acts of the keys. */
  get keys() {
    return { n: () => this.go(1), p: () => this.go(-1) };
  }

  /** Goes to the next or the previous change. @param {number} step */
  go(step) {
    const stops = this.#stops();
    if (stops.length === 0) return;
    stops[this.#at]?.classList.remove("diff-here");
    this.#at = Math.min(Math.max(this.#at + step, 0), stops.length - 1);
    const stop = stops[this.#at];
    if (!stop) return;
    for (let fold = stop.closest("details"); fold; fold = fold.parentElement?.closest("details") ?? null) {
      if (fold !== stop) fold.open = true;
    }
    stop.classList.add("diff-here");
    stop.scrollIntoView({ block: "center" });
    this.#say(stops.length);
  }

  #begin() {
    for (const stop of this.#stops()) stop.classList.remove("diff-here");
    this.#at = -1;
    this.#say(this.#stops().length);
  }

  /** @param {number} count */
  #say(count) {
    if (!this.output) return;
    if (count === 0) this.output.textContent = word("no_changes");
    else if (this.#at < 0) this.output.textContent = word("changes", { count });
    else this.output.textContent = word("change_at", { at: this.#at + 1, count });
    this.bar.hidden = this.#isWithoutChanges();
  }

  /** Returns whether the open view shows a text without its changes. */
  #isWithoutChanges() {
    const panel = this.tabs?.current ? document.getElementById(this.tabs.current) : null;
    return panel?.querySelector("iframe[data-preview]") !== null && panel !== null;
  }

  /** Returns the changes of the open view, from top to bottom. */
  #stops() {
    const view = this.tabs?.current ? document.getElementById(this.tabs.current) : document;
    const frame = view?.querySelector("iframe[data-rendered]");
    if (frame instanceof HTMLIFrameElement && this.tabs) return rendered(frame.contentDocument);
    const found = [...(view?.querySelectorAll(STOPS) ?? [])];
    // A change inside a moved section belongs to the section: the tab counts it once.
    return found.filter((stop) => !stop.parentElement?.closest(".diff-moved"));
  }
}

/** @param {Document | null} page */
function rendered(page) {
  const parts = [...(page?.querySelectorAll(RENDERED) ?? [])].map((mark) => mark.closest(PARTS) ?? mark);
  return [...new Set(parts)];
}

/** Starts the bar of a page. @param {import("./tabs.js").Tabs | undefined} tabs */
export function startChanges(tabs) {
  const bar = document.querySelector("[data-change-bar]");
  if (!(bar instanceof HTMLElement)) return;
  const changes = new Changes(bar, tabs);
  onKeys(changes.keys);
  for (const frame of document.querySelectorAll("iframe[data-rendered]")) {
    if (frame instanceof HTMLIFrameElement) onLoaded(frame, (page) => onKeys(changes.keys, page));
  }
}
