// @ts-check
/**
 * The field for the text: the plain text area, and over it the Markdown editor once it has loaded. If the
 * editor cannot load, the text area stays.
 */
import { bodyField, bodySelection, standIn } from "./body.js";
import { recall, remember } from "./preferences.js";
import { word } from "./words.js";

/** @typedef {import("./markdown/rich.js").Rich} Rich */

/** The person's choice on this device: `rich` or `plain`. */
const CHOICE = "field";
/** The limit for one paste, in bytes: the size limit of a guide. */
const MOST_PASTED = 512 * 1024;

export class Writing {
  /** @type {Rich | undefined} */ #rich;
  #isComposing = false;
  /** The newest findings, because the field may load after them. @type {import("./markdown/findings.js").Finding[]} */
  #findings = [];

  /** @param {HTMLFormElement} form @param {HTMLTextAreaElement} area */
  constructor(form, area) {
    this.form = form;
    this.area = area;
    this.bar = /** @type {HTMLElement} */ (form.querySelector("[data-writing-bar]"));
    area.addEventListener("compositionstart", () => { this.#isComposing = true; });
    area.addEventListener("compositionend", () => { this.#isComposing = false; });
    for (const label of area.labels) label.addEventListener("click", () => this.#rich?.view.focus());
    for (const name of ["keyup", "pointerup"]) area.addEventListener(name, () => form.dispatchEvent(new Event("annai:cursor")));
    form.addEventListener("paste", (event) => this.#refuseTooMuch(event), { capture: true });
    form.addEventListener("annai:cursor", () => this.#enable());
    form.addEventListener("annai:findings", (event) => {
      if (event instanceof CustomEvent) this.#findings = event.detail;
      this.#rich?.mark(this.#findings);
    });
    this.#startBar();
    printWhole(area);
  }

  /** Shows the field that the person chose. */
  async start() {
    if (recall(CHOICE) === "plain") this.#settle();
    else await this.#open();
  }

  /** @returns {import("./preview.js").Place} */
  cursor() {
    if (this.#rich) return this.#rich.cursor();
    return { line: this.area.value.slice(0, bodySelection().from).split("\n").length, at: 0.5 };
  }

  /** Returns the place in view, if it is known. */
  middle() {
    return this.#rich?.middle();
  }

  /** @param {import("./preview.js").Place} place */
  show(place) {
    this.#rich?.show(place);
  }

  /** Puts the cursor into the text. */
  focus() {
    (this.#rich?.view ?? this.area).focus();
  }

  async #open() {
    try {
      const { Rich } = await import("./markdown/rich.js");
      await this.#untilComposed();
      this.#rich = new Rich(this.form, this.area);
      this.#rich.open();
      this.#rich.mark(this.#findings);
      this.#rich.view.scrollDOM.addEventListener("scroll", () => this.form.dispatchEvent(new Event("annai:scroll")));
      standIn(this.#rich);
    } catch {
      // The plain field stays, because it can do everything necessary.
    }
    this.#settle();
  }

  #close() {
    standIn();
    this.#rich?.close();
    this.#rich = undefined;
    this.#settle();
  }

  /** Waits for the end of a composition, because its text belongs to the input method. */
  async #untilComposed() {
    while (this.#isComposing) {
      await new Promise((resolve) => this.area.addEventListener("compositionend", resolve, { once: true }));
      await new Promise((resolve) => window.setTimeout(resolve));
    }
  }

  /** Announces the current field. */
  #settle() {
    this.form.dataset.field = this.#rich ? "rich" : "plain";
    this.#enable();
  }

  #startBar() {
    const choice = document.querySelector("[data-field-choice]");
    if (choice instanceof HTMLSelectElement) {
      choice.value = recall(CHOICE) === "plain" ? "plain" : "rich";
      choice.addEventListener("change", (event) => {
        event.stopPropagation();
        remember(CHOICE, choice.value);
        if (choice.value === "plain") this.#close();
        else void this.#open();
      });
    }
    for (const button of this.bar.querySelectorAll("button[data-run]")) {
      if (!(button instanceof HTMLButtonElement)) continue;
      // The text keeps the focus, and a phone its keyboard.
      button.addEventListener("mousedown", (event) => event.preventDefault());
      button.addEventListener("click", () => {
        const menu = button.closest("details");
        if (menu) menu.open = false;
        this.#rich?.run(/** @type {Parameters<Rich["run"]>[0]} */ (button.dataset.run));
      });
    }
  }

  /** Enables table buttons only inside a table. */
  #enable() {
    const isInTable = this.#rich?.isInTable ?? false;
    for (const button of this.bar.querySelectorAll("[data-in-table]")) if (button instanceof HTMLButtonElement) button.disabled = !isInTable;
  }

  /** @param {ClipboardEvent} event */
  #refuseTooMuch(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text.length <= MOST_PASTED / 3 || new Blob([text]).size <= MOST_PASTED) return;
    event.preventDefault();
    event.stopPropagation();
    const notice = document.createElement("p");
    notice.className = "notice notice-warn";
    notice.textContent = word("paste_too_large");
    document.getElementById("notices")?.replaceChildren(notice);
  }
}

/** @param {HTMLFormElement} form @returns {Writing | undefined} */
export function startWriting(form) {
  const area = bodyField();
  if (!area || area.readOnly) {
    form.dataset.field = "plain";
    return undefined;
  }
  const writing = new Writing(form, area);
  // After the page is usable, because this is most of its download.
  window.setTimeout(() => void writing.start());
  return writing;
}

/** Prints the whole text: the fields show a part of it. @param {HTMLTextAreaElement} area */
function printWhole(area) {
  const text = document.createElement("pre");
  text.className = "printed";
  window.addEventListener("beforeprint", () => {
    text.textContent = area.value;
    area.closest(".desk")?.before(text);
  });
  window.addEventListener("afterprint", () => text.remove());
}
