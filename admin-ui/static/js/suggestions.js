// @ts-check
/**
 * A list of suggestions below an input: an ARIA combobox. During a composition it does not search, and it
 * leaves all keys to the input method.
 */
import { isInputMethod } from "./ime.js";
import { word } from "./words.js";

/** @typedef {{ value: string, label: string, note?: string }} Suggestion */

export class Suggestions {
  /** @type {Suggestion[]} */ #shown = [];
  #active = -1;
  #asked = 0;

  /**
   * @param {HTMLInputElement} input
   * @param {HTMLElement} status tells screen readers the number of suggestions
   * @param {(text: string) => Promise<Suggestion[]>} find
   * @param {(suggestion: Suggestion) => void} choose
   */
  constructor(input, status, find, choose) {
    this.input = input;
    this.status = status;
    this.find = find;
    this.choose = choose;
    this.list = document.createElement("ul");
    this.list.id = `${input.id}-suggestions`;
    this.list.className = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", word("suggestions"));
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
    input.setAttribute("aria-expanded", "false");
    input.addEventListener("input", (event) => {
      if (!(event instanceof InputEvent && event.isComposing)) void this.#look();
    });
    input.addEventListener("compositionend", () => void this.#look());
    // A press into an empty field shows the usual choices. The focus alone does not: it comes with Tab too.
    input.addEventListener("click", () => { if (input.value === "") void this.#look(); });
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("blur", () => this.close());
    // Not "click", because the input would lose the focus first.
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target instanceof Element ? event.target.closest("li") : null;
      const chosen = option ? this.#shown[[...this.list.children].indexOf(option)] : undefined;
      if (chosen) this.#take(chosen);
    });
  }

  close() {
    this.#asked += 1;
    this.#show([]);
  }

  async #look() {
    this.#asked += 1;
    const asked = this.#asked;
    const found = await this.find(this.input.value.trim());
    // The person typed on or left meanwhile.
    if (asked === this.#asked && document.activeElement === this.input) this.#show(found);
  }

  /** @param {Suggestion[]} found */
  #show(found) {
    this.#shown = found;
    this.list.replaceChildren(...found.map((suggestion, index) => this.#option(suggestion, index)));
    this.list.hidden = found.length === 0;
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.#activate(-1);
    if (found.length === 0) return;
    this.list.scrollIntoView({ block: "nearest" });
    this.status.textContent = word("suggested", { count: found.length });
  }

  /** @param {Suggestion} suggestion @param {number} index */
  #option({ value, label, note }, index) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${index}`;
    option.setAttribute("role", "option");
    const name = document.createElement("bdi");
    name.textContent = label;
    option.append(name);
    if (value !== label) {
      const code = document.createElement("code");
      code.textContent = value;
      option.append(" ", code);
    }
    if (note) option.append(`（${note}）`);
    return option;
  }

  /** @param {number} index */
  #activate(index) {
    this.#active = index;
    [...this.list.children].forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === index));
      if (at === index) option.scrollIntoView({ block: "nearest" });
    });
    if (index < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `${this.list.id}-${index}`);
  }

  /** @param {Suggestion} suggestion */
  #take(suggestion) {
    this.close();
    this.choose(suggestion);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (isInputMethod(event) || event.altKey) return;
    const count = this.#shown.length;
    const chosen = this.#shown[this.#active];
    if (event.key === "ArrowDown" && count === 0) void this.#look();
    else if (event.key === "ArrowDown") this.#activate((this.#active + 1) % count);
    else if (event.key === "ArrowUp" && count > 0) this.#activate((this.#active <= 0 ? count : this.#active) - 1);
    else if (event.key === "Escape" && count > 0) this.close();
    else if (event.key === "Enter" && chosen) {
      event.stopImmediatePropagation();
      this.#take(chosen);
    } else return;
    event.preventDefault();
  }
}
