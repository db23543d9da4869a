// @ts-check
/** The panel of findings. It follows the text; each finding has a link to its place and sometimes a fix. */
import { bodyField, replaceInBody, selectInBody } from "./body.js";
import { fromServer } from "./trusted.js";
import { word } from "./words.js";

const CHECK_DELAY = 1500;

/**
 * A finding in the event `annai:findings` of the form. Offsets are UTF-16 units of the body.
 * @typedef {{ level: "error" | "warn" | "hint", code: string, message: string, from: number | null, to: number | null }} Finding
 */

/** @typedef {{ edits: [number, number, string][] } | { field: string, value: string }} Fix */

export class Checks {
  #timer = 0;
  /** @type {AbortController | undefined} */
  #asking;
  /** The form at the time of the findings. */
  #checked;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.panel = form.querySelector("[data-checks]");
    this.status = form.querySelector("[data-checks-status]");
    this.count = form.querySelector("[data-check-count]");
    this.#checked = new FormData(form);
    this.panel?.addEventListener("click", (event) => this.#click(event));
    this.#tell();
  }

  later() {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#now(), CHECK_DELAY);
  }

  async #now() {
    window.clearTimeout(this.#timer);
    this.#asking?.abort();
    if (!this.panel) return;
    const asking = new AbortController();
    this.#asking = asking;
    const body = new FormData(this.form);
    try {
      const answer = await fetch(`${this.form.action}/checks`, { method: "POST", body, signal: asking.signal });
      if (!answer.ok) return;
      const nodes = fromServer(await answer.text());
      if (asking.signal.aborted) return;
      const hadFocus = this.panel.contains(document.activeElement);
      this.panel.replaceChildren(...nodes);
      if (hadFocus && this.panel instanceof HTMLElement) this.panel.focus();
      this.#checked = body;
      this.#show(nodes.find((node) => node instanceof HTMLElement));
      this.#tell();
    } catch {
      // Offline: the old findings stay; autosave tells the person.
    }
  }

  /** @param {Node | undefined} fragment */
  #show(fragment) {
    if (!(fragment instanceof HTMLElement) || !this.count) return;
    const count = fragment.querySelector("template");
    if (count) this.count.replaceChildren(count.content);
    count?.remove();
  }

  /** Publishes the findings for the marks in the text, and enables the fixes. */
  #tell() {
    const items = [...(this.panel?.querySelectorAll("[data-code]") ?? [])].filter((item) => item instanceof HTMLElement);
    for (const button of this.panel?.querySelectorAll("button[data-fix]") ?? []) if (button instanceof HTMLElement) button.hidden = false;
    /** @param {string | undefined} offset */
    const number = (offset) => (offset === undefined ? null : Number(offset));
    const detail = items.map((item) => /** @type {Finding} */ ({
      level: item.dataset.level,
      code: item.dataset.code,
      message: item.querySelector(".message")?.textContent ?? "",
      from: number(item.dataset.from),
      to: number(item.dataset.to),
    }));
    this.form.dispatchEvent(new CustomEvent("annai:findings", { detail }));
  }

  /** @param {Event} event */
  #click(event) {
    if (!(event.target instanceof Element)) return;
    const button = event.target.closest("button[data-fix]");
    if (button instanceof HTMLElement) {
      this.#fix(/** @type {Fix} */ (JSON.parse(button.dataset.fix ?? "{}")));
      return;
    }
    const item = event.target.closest("a") ? event.target.closest("[data-from]") : null;
    if (!(item instanceof HTMLElement)) return;
    event.preventDefault();
    event.stopPropagation();
    selectInBody(Number(item.dataset.from), Number(item.dataset.to));
  }

  /** @param {Fix} fix */
  #fix(fix) {
    const isDone = "edits" in fix ? this.#inBody(fix.edits) : this.#inField(fix.field, fix.value);
    if (this.status) this.status.textContent = word(isDone ? "fixed" : "fix_outdated");
    void this.#now();
  }

  /**
   * Changes the body, unless the text changed meanwhile and the offsets no longer fit.
   * @param {[number, number, string][]} edits
   */
  #inBody(edits) {
    const end = edits.at(-1)?.[1] ?? 0;
    const checked = String(this.#checked.get("body") ?? "");
    if (bodyField()?.value.slice(0, end) !== checked.slice(0, end)) return false;
    for (const [from, to, text] of edits.toReversed()) replaceInBody(from, to, text);
    return true;
  }

  /** @param {string} key @param {string} value */
  #inField(key, value) {
    const name = `field.${key}`;
    const field = this.form.elements.namedItem(name);
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement)) return false;
    if (field.value !== this.#checked.get(name)) return false;
    field.value = value;
    field.dispatchEvent(new Event("annai:filled"));
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  }
}
