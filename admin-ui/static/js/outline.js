// @ts-check
/** The headings beside the text. They jump to a section or move it. */
import { bodyField, replaceInBody, selectInBody } from "./body.js";
import { neighbour, sections, swapped } from "./markdown/outline.js";
import { word } from "./words.js";

const DELAY = 300;

export class Outline {
  #timer = 0;
  #shown = "";

  /** @param {HTMLFormElement} form @param {HTMLElement} panel */
  constructor(form, panel) {
    this.area = bodyField();
    this.panel = panel;
    this.isFixed = this.area?.readOnly ?? true;
    form.addEventListener("input", () => {
      window.clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.refresh(), DELAY);
    });
  }

  /** Redraws the list if it is visible and has changed. */
  refresh() {
    if (this.panel.hidden || !this.area) return;
    const all = sections(this.area.value);
    const shown = JSON.stringify(all.map(({ level, title, to, from }) => [level, title, to - from]));
    if (shown === this.#shown) return;
    this.#shown = shown;
    const empty = document.createElement("p");
    empty.className = "empty";
    empty.textContent = word("outline_empty");
    const list = document.createElement("ol");
    list.className = "outline";
    list.append(...all.map((_, index) => this.#row(all, index)));
    this.panel.replaceChildren(all.length === 0 ? empty : list);
  }

  /** @param {import("./markdown/outline.js").Section[]} all @param {number} index */
  #row(all, index) {
    const row = document.createElement("li");
    const section = all[index];
    if (!section) return row;
    const title = section.title || word("outline_untitled");
    row.dataset.level = String(section.level);
    const jump = button(title, "outline-jump");
    jump.addEventListener("click", () => {
      const now = sections(this.area?.value ?? "")[index];
      if (now) selectInBody(now.from, now.from);
    });
    row.append(jump);
    if (this.isFixed) return row;
    for (const [by, text, key] of /** @type {const} */ ([[-1, "↑", "outline_up"], [1, "↓", "outline_down"]])) {
      const move = button(text, "quiet");
      move.setAttribute("aria-label", word(key, { item: title }));
      move.disabled = !neighbour(all, index, by);
      move.addEventListener("click", () => this.#move(index, by));
      row.append(move);
    }
    return row;
  }

  /** @param {number} index @param {-1 | 1} by */
  #move(index, by) {
    const text = this.area?.value ?? "";
    const all = sections(text);
    const own = all[index];
    const other = neighbour(all, index, by);
    if (!own || !other) return;
    const [first, second] = by === 1 ? [own, other] : [other, own];
    const { from, to, insert, starts } = swapped(text, first, second);
    replaceInBody(from, to, insert);
    this.refresh();
    const now = sections(this.area?.value ?? "").findIndex((section) => section.from === starts[by === 1 ? 0 : 1]);
    const buttons = this.panel.querySelectorAll("li")[now]?.querySelectorAll("button");
    const same = buttons?.[by === -1 ? 1 : 2];
    (same && !same.disabled ? same : buttons?.[0])?.focus();
  }
}

/** @param {string} text @param {string} className */
function button(text, className) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = className;
  element.textContent = text;
  return element;
}
