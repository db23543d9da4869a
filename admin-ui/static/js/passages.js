// @ts-check
/**
 * Selected words of a diff or a preview become the quotation of a comment. A quotation is a stretch of
 * the source, so the words are looked for there without their markup.
 */
import { NewQuotation } from "./comments.js";
import { onLoaded } from "./frames.js";
import { word } from "./words.js";

/** Letters of Markdown that a rendered text lacks, and white space. */
const MARKUP = /[\s*_~`#>|[\]()!\\-]/u;
/** Stretches of the source that a rendered text lacks. */
const HIDDEN = /\]\([^)\s]*\)|^[ \t]*\d+[.)][ \t]|^[ \t]*`{3,}.*$/gmu;
/** Parts of a diff that are not in the new text. */
const FOREIGN = "del, .diff-mark, .diff-removed, .unseen, summary";

/**
 * Returns the stretch of `source` that a reader sees as `selected`, the one nearest to `line`.
 *
 * @param {string} source
 * @param {string} selected
 * @param {number} line from 1
 * @returns {{ from: number, to: number } | undefined}
 */
export function findPassage(source, selected, line) {
  const hidden = [...source.matchAll(HIDDEN)].map((match) => ({ from: match.index, to: match.index + match[0].length }));
  let letters = "";
  /** @type {number[]} */
  const places = [];
  let [skipped, at] = [0, 0];
  for (const letter of source) {
    while ((hidden[skipped]?.to ?? Infinity) <= at) skipped += 1;
    if (at < (hidden[skipped]?.from ?? Infinity) && !MARKUP.test(letter)) {
      letters += letter;
      for (let unit = 0; unit < letter.length; unit += 1) places.push(at + unit);
    }
    at += letter.length;
  }
  const wanted = [...selected].filter((letter) => !MARKUP.test(letter)).join("");
  if (wanted === "") return undefined;
  /** @type {{ from: number, to: number, far: number } | undefined} */
  let best;
  for (let found = letters.indexOf(wanted); found >= 0; found = letters.indexOf(wanted, found + 1)) {
    const from = places[found] ?? 0;
    const to = (places[found + wanted.length - 1] ?? 0) + 1;
    const far = Math.abs(source.slice(0, from).split("\n").length - line);
    if (!best || far < best.far) best = { from, to, far };
  }
  return best && { from: best.from, to: best.to };
}

/** Starts the button beside a selection. @param {HTMLElement} panel the comments */
export function startPassages(panel) {
  const views = document.querySelector("[data-source]");
  if (!(views instanceof HTMLElement) || !panel.querySelector(".comment-form")) return;
  const passages = new Passages(views, panel);
  for (const view of views.querySelectorAll(".diff-body")) passages.listen(document, view);
  for (const frame of views.querySelectorAll("iframe")) {
    onLoaded(frame, (page) => passages.listen(page, page.body, frame));
  }
}

class Passages {
  /** @type {Promise<string> | undefined} */ #source;

  /** @param {HTMLElement} views @param {HTMLElement} panel the comments */
  constructor(views, panel) {
    this.address = views.dataset.source ?? "";
    this.panel = panel;
    this.quotation = new NewQuotation(panel);
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "passage-button";
    this.button.textContent = word("passage");
    this.button.hidden = true;
    document.body.append(this.button);
    // Keeps the selection when the button is pressed with the mouse.
    this.button.addEventListener("mousedown", (event) => event.preventDefault());
    this.button.addEventListener("click", () => void this.#take());
    /** @type {{ text: string, line: number } | undefined} */
    this.selected = undefined;
  }

  /** @param {Document} page @param {Element} view @param {HTMLIFrameElement} [frame] */
  listen(page, view, frame) {
    page.addEventListener("selectionchange", () => this.#show(page, view, frame));
  }

  /** Shows the button below the selection. @param {Document} page @param {Element} view @param {HTMLIFrameElement} [frame] */
  #show(page, view, frame) {
    const selection = page.getSelection();
    const range = selection && selection.rangeCount > 0 && !selection.isCollapsed ? selection.getRangeAt(0) : undefined;
    if (!range || !view.contains(range.commonAncestorContainer)) {
      if (!range) this.button.hidden = true;
      return;
    }
    const text = wordsOf(range);
    if (text.trim() === "") return;
    const start = range.startContainer;
    const element = start.nodeType === Node.ELEMENT_NODE ? /** @type {Element} */ (start) : start.parentElement;
    this.selected = { text, line: Number(element?.closest("[data-line]")?.getAttribute("data-line") ?? 1) };
    const place = range.getBoundingClientRect();
    const outer = frame?.getBoundingClientRect() ?? { left: 0, top: 0 };
    this.button.hidden = false;
    this.button.style.left = `${outer.left + place.left + window.scrollX}px`;
    this.button.style.top = `${outer.top + place.bottom + window.scrollY + 6}px`;
  }

  async #take() {
    const selected = this.selected;
    this.button.hidden = true;
    if (!selected) return;
    const source = await (this.#source ??= bodyAt(this.address));
    const found = findPassage(source, selected.text, selected.line);
    if (found) this.quotation.take({ ...found, text: source });
    else this.quotation.drop(word("passage_lost"));
    this.panel.dispatchEvent(new Event("annai:show", { bubbles: true }));
    document.getElementById("comment")?.focus();
  }
}

/** Returns the words of a selection that are in the new text. @param {Range} range */
function wordsOf(range) {
  const part = range.cloneContents();
  for (const foreign of part.querySelectorAll(FOREIGN)) foreign.remove();
  return part.textContent ?? "";
}

/** Returns the body of the revision. @param {string} address of its source */
async function bodyAt(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(String(answer.status));
  const source = (await answer.text()).replaceAll("\r\n", "\n");
  return source.replace(/^---\w*\n[\s\S]*?\n---\n/u, "");
}
