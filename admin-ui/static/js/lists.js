// @ts-check
/**
 * Lists in the front matter form: words as tokens, related guides as an ordered list. Without
 * scripts they are text areas with one item per line, and that is what the form sends.
 */
import { isInputMethod } from "./ime.js";
import { word } from "./words.js";

/** @typedef {{ title: string, state: string }} Known */

let isComplete = true;

/** @param {HTMLFormElement} form */
export function startLists(form) {
  const known = knownGuides();
  for (const source of form.querySelectorAll("textarea[data-list]")) {
    if (source instanceof HTMLTextAreaElement && !source.readOnly) new ListField(source, known);
  }
}

/** @returns {Map<string, Known>} */
function knownGuides() {
  const template = /** @type {HTMLTemplateElement | null} */ (document.getElementById("known-guides"));
  /** @type {Map<string, Known>} */
  const known = new Map();
  for (const item of template?.content.querySelectorAll("span") ?? []) {
    known.set(item.dataset.slug ?? "", { title: item.textContent ?? "", state: item.dataset.state ?? "" });
  }
  // Beyond a few thousand guides not all are listed; what is not listed may well be there.
  isComplete = template?.dataset.complete === "true";
  return known;
}

class ListField {
  /** @param {HTMLTextAreaElement} source @param {Map<string, Known>} known */
  constructor(source, known) {
    this.source = source;
    this.known = known;
    this.isGuides = source.dataset.list === "guides";
    this.max = Number(source.dataset.maxItems ?? Infinity);
    this.label = source.labels?.[0]?.textContent?.trim() ?? "";
    this.list = document.createElement(this.isGuides ? "ol" : "ul");
    this.list.className = this.isGuides ? "picked" : "tokens";
    this.input = document.createElement("input");
    this.status = document.createElement("p");
    this.status.className = "unseen";
    this.status.setAttribute("role", "status");
    this.#build();
    this.#draw();
    source.addEventListener("annai:filled", () => this.#draw());
  }

  /** @returns {string[]} */
  get items() {
    return this.source.value.split("\n").map((item) => item.trim()).filter((item) => item !== "");
  }

  set items(items) {
    this.source.value = items.join("\n");
    this.#draw();
    this.source.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #build() {
    const { source, input } = this;
    const help = source.parentElement?.querySelector(".one-per-line");
    if (help instanceof HTMLElement) help.hidden = true;
    source.hidden = true;
    input.id = source.id;
    source.id = `${source.id}-lines`;
    input.autocomplete = "off";
    for (const name of ["aria-describedby", "aria-invalid"]) {
      const value = source.getAttribute(name);
      if (value !== null) input.setAttribute(name, value);
    }
    const add = button(word("add"), word("add_label", { label: this.label }));
    add.addEventListener("click", () => { this.#add(input.value); input.focus(); });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || isInputMethod(event)) return;
      event.preventDefault();
      this.#add(input.value);
    });
    input.addEventListener("paste", (event) => {
      const text = event.clipboardData?.getData("text") ?? "";
      if (!/[\n,、\t]/u.test(text)) return;
      event.preventDefault();
      this.#add(text);
    });
    // What is half typed when the person goes elsewhere is not an item; it must not be sent.
    input.addEventListener("input", (event) => event.stopPropagation());
    const row = document.createElement("div");
    row.className = "token-add";
    row.append(input, add);
    source.before(this.list, row, this.status);
    if (this.isGuides) this.#suggest();
  }

  #suggest() {
    const list = document.createElement("datalist");
    list.id = `${this.input.id}-known`;
    for (const [slug, guide] of this.known) {
      if (guide.state === "missing") continue;
      const option = document.createElement("option");
      option.value = slug;
      option.label = guide.title;
      list.append(option);
    }
    this.input.setAttribute("list", list.id);
    this.source.before(list);
  }

  /** @param {string} text one item, or several pasted */
  #add(text) {
    const wanted = text.split(/[\n,、\t]/u).map((item) => item.trim()).filter((item) => item !== "");
    const items = this.items;
    for (const item of wanted) if (!items.includes(item)) items.push(item);
    this.input.value = "";
    if (items.length > this.max) {
      this.status.textContent = word("at_most", { max: this.max });
      items.length = this.max;
    } else if (wanted.length > 0) {
      this.status.textContent = word("added", { item: wanted.join(", ") });
    }
    this.items = items;
  }

  /** @param {number} index */
  #remove(index) {
    const items = this.items;
    const [item] = items.splice(index, 1);
    this.items = items;
    this.status.textContent = word("removed", { item: item ?? "" });
    const next = this.list.children[Math.min(index, items.length - 1)]?.querySelector("button:last-of-type");
    (next instanceof HTMLElement ? next : this.input).focus();
  }

  /** @param {number} index @param {number} by */
  #move(index, by) {
    const items = this.items;
    const [item] = items.splice(index, 1);
    if (item === undefined) return;
    items.splice(index + by, 0, item);
    this.items = items;
    const buttons = this.list.children[index + by]?.querySelectorAll("button");
    const same = buttons?.[by < 0 ? 0 : 1];
    const usable = same && !same.disabled ? same : buttons?.[by < 0 ? 1 : 0];
    usable?.focus();
  }

  #draw() {
    const items = this.items;
    this.list.hidden = items.length === 0;
    this.list.replaceChildren(...items.map((item, index) => (this.isGuides ? this.#guide(item, index, items.length) : this.#token(item, index))));
  }

  /** @param {string} item @param {number} index */
  #token(item, index) {
    const token = document.createElement("li");
    token.className = "token";
    token.append(item, this.#removeButton(item, index));
    return token;
  }

  /** @param {string} slug @param {number} index @param {number} count */
  #guide(slug, index, count) {
    const row = document.createElement("li");
    const name = document.createElement("span");
    const guide = this.known.get(slug);
    const isMissing = guide ? guide.state === "missing" : isComplete;
    name.className = isMissing ? "name broken" : "name";
    const note = isMissing ? `（${word("unknown_guide")}）` : guide?.state === "draft" ? `（${word("not_public")}）` : "";
    const code = document.createElement("code");
    code.textContent = slug;
    name.append(guide?.title ? `${guide.title} ` : "", code, note);
    const up = button("↑", word("move_up", { item: slug }));
    const down = button("↓", word("move_down", { item: slug }));
    up.disabled = index === 0;
    down.disabled = index === count - 1;
    up.addEventListener("click", () => this.#move(index, -1));
    down.addEventListener("click", () => this.#move(index, 1));
    row.append(name, up, down, this.#removeButton(slug, index));
    return row;
  }

  /** @param {string} item @param {number} index */
  #removeButton(item, index) {
    const remove = button("×", word("remove", { item }));
    remove.addEventListener("click", () => this.#remove(index));
    return remove;
  }
}

/** @param {string} text @param {string} label */
function button(text, label) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = text;
  element.setAttribute("aria-label", label);
  return element;
}
