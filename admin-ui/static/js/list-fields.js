// @ts-check
/**
 * Lists in the front matter form: words as tokens, related guides as an ordered list. Without
 * scripts they are text areas with one item per line, and that is what the form sends.
 */
import { core, fold } from "./fold.js";
import { textOfRole } from "./form-fields.js";
import { isInputMethod } from "./ime.js";
import { Suggestions } from "./suggestions.js";
import { word } from "./words.js";

/** @typedef {import("./suggestions.js").Suggestion} Suggestion */
/** @typedef {{ slug: string, title: string, state: string }} Known */

/** Separators between the items of a pasted text. `・` is not one, because it occurs inside words. */
const BETWEEN = /[\n\t,，、]/u;
/** The largest list with tokens. A longer one is easier to edit as text. */
const MOST_SHOWN = 200;
const MOST_SUGGESTED = 8;

/** @param {HTMLFormElement} form */
export function startLists(form) {
  for (const source of form.querySelectorAll("textarea[data-list]")) {
    if (!(source instanceof HTMLTextAreaElement) || source.readOnly || itemsOf(source.value).length > MOST_SHOWN) continue;
    if (source.dataset.list === "guides") new GuideList(source, form);
    else new WordList(source);
  }
}

/** @param {string} text */
const itemsOf = (text) => text.split("\n").map((item) => item.trim()).filter((item) => item !== "");

/** A list with an input below it for new items. */
class List {
  /** @param {HTMLTextAreaElement} source @param {"ul" | "ol"} element @param {string} className */
  constructor(source, element, className) {
    this.source = source;
    this.max = Number(source.dataset.maxItems ?? Infinity);
    this.label = source.labels?.[0]?.textContent?.trim() ?? "";
    this.list = document.createElement(element);
    this.list.className = className;
    this.input = document.createElement("input");
    this.input.autocomplete = "off";
    this.input.dir = "auto";
    this.status = document.createElement("p");
    this.status.className = "unseen";
    this.status.setAttribute("role", "status");
    this.#build();
    this.suggestions = new Suggestions(this.input, this.status, (text) => this.suggest(text), (chosen) => this.chosen(chosen));
    this.input.after(this.suggestions.list);
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || isInputMethod(event)) return;
      event.preventDefault();
      this.add(this.input.value);
    });
    source.addEventListener("annai:filled", () => this.draw());
    this.draw();
  }

  /** @returns {string[]} */
  get items() {
    return itemsOf(this.source.value);
  }

  /** @param {string[]} items */
  put(items) {
    this.source.value = items.join("\n");
    this.draw();
    this.source.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #build() {
    const { source, input } = this;
    const help = source.parentElement?.querySelector(".one-per-line");
    if (help instanceof HTMLElement) help.hidden = true;
    source.hidden = true;
    input.id = source.id;
    source.id = `${source.id}-lines`;
    for (const name of ["aria-describedby", "aria-invalid"]) {
      const value = source.getAttribute(name);
      if (value !== null) input.setAttribute(name, value);
    }
    const add = button(word("add"), word("add_label", { label: this.label }));
    add.addEventListener("click", () => { this.add(input.value); input.focus(); });
    const parted = () => { if (/[,，、]$/u.test(input.value)) this.add(input.value); };
    // An unfinished word is not an item yet, so it must not be sent.
    input.addEventListener("input", (event) => {
      event.stopPropagation();
      if (!(event instanceof InputEvent && event.isComposing)) parted();
    });
    input.addEventListener("compositionend", parted);
    input.addEventListener("paste", (event) => {
      const text = event.clipboardData?.getData("text") ?? "";
      if (!BETWEEN.test(text)) return;
      event.preventDefault();
      this.add(text);
    });
    const row = document.createElement("div");
    row.className = "token-add";
    const field = document.createElement("div");
    field.className = "combobox";
    field.append(input);
    row.append(field, add);
    source.before(this.list, row, this.status);
  }

  /**
   * Adds items up to the limit. Items already in the list stay in place.
   * @param {string} text one item or several
   */
  add(text) {
    const items = this.items;
    const wanted = text.split(BETWEEN).map((item) => item.trim()).filter((item) => item !== "" && !items.includes(item));
    const added = [...new Set(wanted)].slice(0, Math.max(0, this.max - items.length));
    this.input.value = "";
    this.suggestions.close();
    if (added.length > 0) this.put([...items, ...added]);
    this.status.textContent = added.length < wanted.length ? word("at_most", { max: this.max }) : added.length > 0 ? word("added", { item: added.join(", ") }) : "";
    this.added(added);
  }

  /** @param {number} index */
  remove(index) {
    const items = this.items;
    const [item] = items.splice(index, 1);
    this.put(items);
    this.status.textContent = word("removed", { item: item ?? "" });
    const next = this.list.children[Math.min(index, items.length - 1)]?.querySelector("button:last-of-type");
    (next instanceof HTMLElement ? next : this.input).focus();
  }

  draw() {
    const items = this.items;
    this.list.hidden = items.length === 0;
    this.list.replaceChildren(...items.map((item, index) => this.row(item, index, items.length)));
  }

  /** @param {string} item @param {number} index */
  removeButton(item, index) {
    const remove = button("×", word("remove", { item }));
    remove.addEventListener("click", () => this.remove(index));
    return remove;
  }

  /** @param {Suggestion} chosen */
  chosen(chosen) {
    this.add(chosen.value);
  }

  /** @param {string[]} _items the new items */
  added(_items) {}

  /** @param {string} _text @returns {Promise<Suggestion[]>} */
  async suggest(_text) {
    return [];
  }

  /** @param {string} _item @param {number} _index @param {number} _count @returns {HTMLElement} */
  row(_item, _index, _count) {
    return document.createElement("li");
  }
}

/** Words, such as tags. Suggestions from other guides come first, the most used at the top. */
class WordList extends List {
  /** @type {Promise<string[]> | undefined} */ #known;

  /** @param {HTMLTextAreaElement} source */
  constructor(source) {
    super(source, "ul", "tokens");
    this.notice = document.createElement("p");
    this.notice.className = "help near-miss";
    this.notice.setAttribute("role", "status");
    this.source.before(this.notice);
    this.input.addEventListener("focus", () => void this.#words());
  }

  #words() {
    this.#known ??= json(`/admin/guides/words/${encodeURIComponent(this.source.dataset.key ?? "")}`).then((words) => (Array.isArray(words) ? words : []));
    return this.#known;
  }

  /** @override @param {string} text */
  async suggest(text) {
    const wanted = fold(text);
    const items = new Set(this.items);
    const found = (await this.#words()).filter((known) => !items.has(known) && fold(known).includes(wanted));
    return found.slice(0, MOST_SUGGESTED).map((known) => ({ value: known, label: known }));
  }

  /** @override @param {string[]} items */
  added(items) {
    this.notice.replaceChildren();
    for (const item of items) void this.#compare(item);
  }

  /** Points out the usual spelling of a word. @param {string} item */
  async #compare(item) {
    const same = core(item);
    const others = this.items.filter((other) => other !== item);
    const usual = [...(await this.#words()), ...others].find((known) => core(known) === same);
    if (usual === undefined || usual === item || !this.items.includes(item)) return;
    const change = button(word("use_usual", { item: usual }), word("use_usual", { item: usual }));
    change.className = "quiet";
    change.addEventListener("click", () => {
      this.put([...new Set(this.items.map((other) => (other === item ? usual : other)))]);
      this.notice.replaceChildren();
      this.input.focus();
    });
    this.notice.append(word("near_miss", { item, usual }), " ", change, " ");
  }

  /** @override @param {string} item @param {number} index */
  row(item, index) {
    const token = document.createElement("li");
    token.className = "token";
    const name = document.createElement("bdi");
    name.textContent = item;
    token.append(name, this.removeButton(item, index));
    return token;
  }
}

/** Guides, in the order in which readers see them. */
class GuideList extends List {
  /** @type {number | undefined} the row that is being dragged */ dragged;
  /** @type {Map<string, Known> | undefined} */ guides;

  /** @param {HTMLTextAreaElement} source @param {HTMLFormElement} form */
  constructor(source, form) {
    super(source, "ol", "picked");
    this.form = form;
    this.list.addEventListener("dragover", (event) => { if (this.dragged !== undefined) event.preventDefault(); });
    this.list.addEventListener("drop", (event) => {
      const onto = event.target instanceof Element ? event.target.closest("li") : null;
      if (this.dragged === undefined || !onto) return;
      event.preventDefault();
      this.move(this.dragged, [...this.list.children].indexOf(onto));
    });
  }

  /** Known guides by slug: those of the page and those found since. @returns {Map<string, Known>} */
  get known() {
    this.guides ??= knownGuides();
    return this.guides;
  }

  /** @override @param {string} text */
  async suggest(text) {
    const found = await json(`/admin/guides/find?q=${encodeURIComponent(text)}`);
    if (!Array.isArray(found)) return [];
    /** @type {Known[]} */
    const guides = found;
    const own = textOfRole(this.form, "slug");
    const items = new Set(this.items);
    for (const guide of guides) this.known.set(guide.slug, guide);
    return guides
      .filter(({ slug }) => slug !== own && !items.has(slug))
      .map(({ slug, title, state }) => ({ value: slug, label: title || slug, ...(noteOf(state) ? { note: noteOf(state) } : {}) }));
  }

  /** @param {number} from @param {number} to */
  move(from, to) {
    const items = this.items;
    const [item] = items.splice(from, 1);
    if (item === undefined || to < 0 || to > items.length) return;
    items.splice(to, 0, item);
    this.put(items);
    this.status.textContent = word("moved", { item, place: to + 1 });
  }

  /** Moves an item by a key or a button and keeps the focus on it. @param {number} index @param {number} by */
  #step(index, by) {
    this.move(index, index + by);
    const buttons = this.list.children[index + by]?.querySelectorAll("button");
    const same = buttons?.[by < 0 ? 0 : 1];
    const usable = same && !same.disabled ? same : buttons?.[by < 0 ? 1 : 0];
    usable?.focus();
  }

  /** @override @param {string} slug @param {number} index @param {number} count */
  row(slug, index, count) {
    const row = document.createElement("li");
    const name = document.createElement("span");
    const guide = this.known.get(slug);
    const isMissing = guide ? guide.state === "missing" : isComplete();
    name.className = isMissing ? "name broken" : "name";
    const note = isMissing ? word("unknown_guide") : noteOf(guide?.state ?? "");
    const code = document.createElement("code");
    code.textContent = slug;
    name.append(guide?.title ? `${guide.title} ` : "", code, note && `（${note}）`);
    const up = button("↑", word("move_up", { item: slug }));
    const down = button("↓", word("move_down", { item: slug }));
    up.disabled = index === 0;
    down.disabled = index === count - 1;
    up.addEventListener("click", () => this.#step(index, -1));
    down.addEventListener("click", () => this.#step(index, 1));
    row.append(name, up, down, this.removeButton(slug, index));
    row.draggable = true;
    row.addEventListener("dragstart", (event) => {
      this.dragged = index;
      event.dataTransfer?.setData("text/plain", slug);
    });
    row.addEventListener("dragend", () => { this.dragged = undefined; });
    row.addEventListener("keydown", (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!event.altKey || by === undefined || isInputMethod(event)) return;
      event.preventDefault();
      if (index + by >= 0 && index + by < count) this.#step(index, by);
    });
    return row;
  }
}

/** Returns the note beside a guide that readers do not see under this slug. @param {string} state */
function noteOf(state) {
  if (state === "draft") return word("not_public");
  return state === "unpublished" || state === "moved" ? word(`guide_${state}`) : "";
}

const template = () => /** @type {HTMLTemplateElement | null} */ (document.getElementById("known-guides"));

/** Returns whether the page lists all guides. Beyond a few thousand it does not, and an unlisted guide may exist. */
const isComplete = () => template()?.dataset.complete === "true";

/** @returns {Map<string, Known>} */
function knownGuides() {
  /** @type {Map<string, Known>} */
  const known = new Map();
  for (const { dataset, textContent } of template()?.content.querySelectorAll("span") ?? []) {
    const slug = dataset.slug ?? "";
    known.set(slug, { slug, title: textContent ?? "", state: dataset.state ?? "" });
  }
  return known;
}

/**
 * Fetches JSON from our server; undefined on failure, because typing works without suggestions.
 * @param {string} address
 * @returns {Promise<unknown>}
 */
async function json(address) {
  try {
    const answer = await fetch(address);
    return answer.ok && !answer.redirected ? await answer.json() : undefined;
  } catch {
    return undefined;
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
