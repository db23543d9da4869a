// @ts-check
/** Suggests people to mention after an `@`. */
import { isInputMethod } from "./ime.js";
import { word } from "./words.js";

const MOST = 8;
let lists = 0;

/**
 * @param {HTMLTextAreaElement} area
 * @param {string[]} people
 */
export function startMentions(area, people) {
  if (people.length > 0) new Mentions(area, people);
}

class Mentions {
  #chosen = 0;

  /** @param {HTMLTextAreaElement} area @param {string[]} people */
  constructor(area, people) {
    this.area = area;
    this.people = people;
    this.list = document.createElement("ul");
    this.list.id = `mentions-${(lists += 1)}`;
    this.list.className = "mention-list";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", word("mention_list"));
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", this.list.id);
    area.after(this.list);
    area.addEventListener("input", (event) => { if (!(event instanceof InputEvent && event.isComposing)) this.#look(); });
    area.addEventListener("compositionend", () => this.#look());
    area.addEventListener("keydown", (event) => this.#key(event));
    area.addEventListener("blur", () => this.#close());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target instanceof Element ? event.target.closest("li") : null;
      if (option) this.#take(option.textContent ?? "");
    });
  }

  /** Returns the typed part of a name, if any. @returns {string | undefined} */
  get #typed() {
    const before = this.area.value.slice(0, this.area.selectionStart);
    return /(?:^|[^A-Za-z0-9])[@＠]([^@＠\n]{0,30})$/u.exec(before)?.[1];
  }

  #look() {
    const typed = this.#typed;
    const found = typed === undefined ? [] : this.people.filter((name) => name !== typed && name.toLowerCase().includes(typed.toLowerCase()));
    this.#chosen = 0;
    this.list.replaceChildren(...found.slice(0, MOST).map((name, index) => {
      const option = document.createElement("li");
      option.id = `${this.list.id}-${index}`;
      option.setAttribute("role", "option");
      option.textContent = name;
      return option;
    }));
    this.list.hidden = found.length === 0;
    this.#mark();
  }

  #mark() {
    const options = [...this.list.children];
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === this.#chosen)));
    const chosen = this.list.hidden ? undefined : options[this.#chosen];
    if (chosen) this.area.setAttribute("aria-activedescendant", chosen.id);
    else this.area.removeAttribute("aria-activedescendant");
  }

  #close() {
    this.list.hidden = true;
    this.#mark();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.list.hidden || isInputMethod(event)) return;
    const count = this.list.children.length;
    if (event.key === "ArrowDown") this.#chosen = (this.#chosen + 1) % count;
    else if (event.key === "ArrowUp") this.#chosen = (this.#chosen + count - 1) % count;
    else if (event.key === "Enter" || event.key === "Tab") this.#take(this.list.children[this.#chosen]?.textContent ?? "");
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
    this.#mark();
  }

  /** @param {string} name */
  #take(name) {
    const end = this.area.selectionStart;
    this.area.setRangeText(`${name} `, end - (this.#typed?.length ?? 0), end, "end");
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
    this.#close();
  }
}
