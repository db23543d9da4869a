// @ts-check
/**
 * Threads beside the text. A thread begins on a selection or a field and is found again while the
 * text changes. The server computes every place, because only it reads texts.
 */
import { bodySelection, selectInBody } from "./body.js";
import { startMentions } from "./mentions.js";
import { word } from "./words.js";

const DELAY = 1500;
/** The length of the surroundings sent with a quotation, in UTF-16 units; the server keeps less. */
const CONTEXT = 64;

/** The panel on every page: people can be mentioned, and an address opens its thread. */
export function startComments() {
  const panel = document.querySelector("[data-threads]");
  if (!(panel instanceof HTMLElement)) return;
  const names = /** @type {HTMLTemplateElement | null} */ (panel.querySelector("#people"))?.content.querySelectorAll("span");
  const people = [...(names ?? [])].map((name) => name.textContent ?? "");
  for (const area of panel.querySelectorAll("textarea[data-mentions]")) if (area instanceof HTMLTextAreaElement) startMentions(area, people);
  const show = () => showThread(panel);
  window.addEventListener("hashchange", show);
  show();
}

/** @param {HTMLElement} panel */
function showThread(panel) {
  const id = window.location.hash.slice(1);
  const thread = id.startsWith("thread-") ? document.getElementById(id) : null;
  if (!thread || !panel.contains(thread)) return;
  panel.dispatchEvent(new Event("annai:show", { bubbles: true }));
  const folded = thread.closest("details");
  if (folded) folded.open = true;
  thread.scrollIntoView({ block: "nearest" });
}

/**
 * Connects the panel to the text beside it.
 * @param {HTMLFormElement} form the editor's
 * @param {import("./tabs.js").Tabs | undefined} tabs
 */
export function startQuoting(form, tabs) {
  const panel = form.querySelector("[data-threads]");
  if (!(panel instanceof HTMLElement)) return;
  const places = new Places(form, panel);
  panel.addEventListener("annai:show", () => tabs?.open("comments"));
  panel.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-quoted]") : null;
    if (!(link instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    void places.refresh().then(() => goTo(link));
  });
  if (!panel.querySelector(".comment-form")) return;
  const quotation = new NewQuotation(panel);
  const begin = () => { tabs?.open("comments"); document.getElementById("comment")?.focus(); };
  selectionButton(form, () => { quotation.take(); begin(); });
  fieldButtons(form, (key) => { quotation.drop(); quotation.field.value = key; begin(); });
}

/** @param {HTMLAnchorElement} link */
function goTo(link) {
  const { from, to } = link.dataset;
  if (from !== undefined && to !== undefined) selectInBody(Number(from), Number(to));
}

/**
 * Connects the button that quotes the selected words.
 * @param {HTMLFormElement} form
 * @param {() => void} act
 */
function selectionButton(form, act) {
  const button = form.querySelector("[data-quote-body]");
  if (!(button instanceof HTMLButtonElement)) return;
  button.hidden = false;
  // Keeps the selection when the button is pressed with the mouse.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", act);
}

/**
 * Adds a button beside the name of every field.
 * @param {HTMLFormElement} form
 * @param {(key: string) => void} act
 */
function fieldButtons(form, act) {
  for (const label of form.querySelectorAll("#settings .label-row > label")) {
    if (!(label instanceof HTMLLabelElement)) continue;
    const key = label.htmlFor.replace(/^field-/, "");
    const button = smallButton(word("comment_field"));
    button.setAttribute("aria-label", word("comment_field_label", { label: label.firstChild?.textContent?.trim() ?? key }));
    button.dataset.commentField = key;
    button.addEventListener("click", () => act(key));
    label.after(button);
  }
}

/** @param {string} text */
function smallButton(text) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet small";
  button.textContent = text;
  return button;
}

/** The quotation for the next comment. */
export class NewQuotation {
  /** @param {HTMLElement} panel */
  constructor(panel) {
    this.shown = /** @type {HTMLElement} */ (panel.querySelector("[data-new-quote]"));
    this.button = /** @type {HTMLElement} */ (panel.querySelector("[data-drop-quote]"));
    this.fieldRow = /** @type {HTMLElement} */ (panel.querySelector("[data-new-field]"));
    this.field = /** @type {HTMLSelectElement} */ (this.fieldRow.querySelector("select"));
    this.inputs = /** @type {NodeListOf<HTMLInputElement>} */ (panel.querySelectorAll("[data-quotation]"));
    this.button.addEventListener("click", () => this.drop());
    // The form was filled from a copy on this device.
    for (const input of this.inputs) {
      if (input.name === "quote") input.addEventListener("annai:filled", () => { if (input.value !== "") this.#show(input.value, true); });
    }
  }

  /** Quotes a stretch of a text: by default the selection in the body, if any. */
  take({ from, to, text } = bodySelection()) {
    const quote = text.slice(from, to);
    if (quote.trim() === "") {
      this.drop(word("nothing_selected"));
      return;
    }
    /** @type {Record<string, string>} */
    const parts = { quote, prefix: text.slice(Math.max(0, from - CONTEXT), from), suffix: text.slice(to, to + CONTEXT) };
    for (const input of this.inputs) input.value = parts[input.name] ?? "";
    this.#show(quote, true);
  }

  /** Removes the quotation. @param {string} [hint] shown instead */
  drop(hint = "") {
    for (const input of this.inputs) input.value = "";
    this.#show(hint, false);
  }

  /** @param {string} text @param {boolean} isQuote */
  #show(text, isQuote) {
    this.shown.textContent = text;
    this.shown.hidden = text === "";
    this.button.hidden = !isQuote;
    this.fieldRow.hidden = isQuote;
  }
}

/** The places of the quotations in the current text. */
class Places {
  #timer = 0;
  #isStale = false;

  /** @param {HTMLFormElement} form @param {HTMLElement} panel */
  constructor(form, panel) {
    this.form = form;
    this.panel = panel;
    if (form.dataset.readOnly === "true" || !panel.querySelector("a[data-quoted]")) return;
    form.addEventListener("input", (event) => {
      if (event.target instanceof Node && panel.contains(event.target)) return;
      this.#isStale = true;
      window.clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.refresh(), DELAY);
    });
  }

  async refresh() {
    if (!this.#isStale) return;
    window.clearTimeout(this.#timer);
    this.#isStale = false;
    try {
      const answer = await fetch(`${this.form.action}/threads/places`, { method: "POST", body: new FormData(this.form) });
      if (!answer.ok) throw new Error(String(answer.status));
      /** @type {{ thread_id: string, state: string, body: [number, number] | null }[]} */
      const places = await answer.json();
      for (const place of places) this.#show(place);
    } catch {
      // Offline, or malformed just now: the known places stay until the next request.
      this.#isStale = true;
    }
  }

  /** @param {{ thread_id: string, state: string, body: [number, number] | null }} place */
  #show(place) {
    const thread = document.getElementById(`thread-${place.thread_id}`);
    const link = thread?.querySelector("a[data-quoted]");
    if (!thread || !(link instanceof HTMLAnchorElement)) return;
    for (const note of thread.querySelectorAll("[data-state]")) {
      if (note instanceof HTMLElement) note.hidden = note.dataset.state !== place.state;
    }
    delete link.dataset.from;
    delete link.dataset.to;
    if (place.body) [link.dataset.from, link.dataset.to] = place.body.map(String);
  }
}
