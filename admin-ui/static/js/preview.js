// @ts-check
/**
 * The live preview. The form loads into a fresh frame, which then replaces the old one at the same
 * scroll position. So nothing flickers, and "back" never leads through previews.
 * Text and preview scroll together by source line; the side that the person touched last leads.
 */

const DELAY = 700;
/** Events by which the person takes the lead, in the text or in the preview. */
const TOUCHES = ["wheel", "pointerdown", "touchstart", "keydown"];
/** The upper part of the preview within which a moving cursor does not scroll. */
const CALM = { from: 0.1, to: 0.85 };
/** The height in the preview that the text follows. */
const READING = 0.3;

/**
 * A place in the text with its height on the screen.
 * @typedef {object} Place
 * @property {number} line from 1; behind the point, the way through the line
 * @property {number} at the height in the window, 0 to 1
 */

export class Preview {
  #timer = 0;
  #followed = 0;
  #number = 0;
  #isStale = false;
  #isComposing = false;
  /** @type {"text" | "preview"} */ #leader = "text";

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLButtonElement} button
   * @param {import("./writing.js").Writing} [writing]
   */
  constructor(form, button, writing) {
    this.form = form;
    this.button = button;
    this.writing = writing;
    this.frame = /** @type {HTMLIFrameElement} */ (form.querySelector("#preview iframe"));
    form.addEventListener("input", () => {
      this.#isStale = true;
      this.#later();
    });
    form.addEventListener("compositionstart", () => { this.#isComposing = true; });
    form.addEventListener("compositionend", () => { this.#isComposing = false; });
    button.addEventListener("click", (event) => { event.preventDefault(); this.#send(); });
    for (const touch of TOUCHES) form.querySelector("#text")?.addEventListener(touch, () => { this.#leader = "text"; }, { passive: true });
    form.addEventListener("annai:cursor", () => this.#followSoon());
    form.addEventListener("annai:scroll", () => this.#followScroll());
    form.addEventListener("annai:again", () => this.#send());
    this.frame.addEventListener("load", () => this.#listen());
    this.#listen();
    this.#widthButton();
  }

  /** Updates the preview if it is visible and outdated. */
  refresh() {
    if (!this.#isStale || this.frame.offsetParent === null) return;
    if (this.#isOccupied()) this.#later();
    else this.#send();
  }

  #later() {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.refresh(), DELAY);
  }

  /** Returns whether the person composes a word, or reads or selects in the preview. */
  #isOccupied() {
    const selection = this.frame.contentDocument?.getSelection();
    return this.#isComposing || document.activeElement === this.frame || (selection !== null && selection !== undefined && !selection.isCollapsed);
  }

  #send() {
    this.#isStale = false;
    this.#number += 1;
    const old = this.frame;
    const fresh = /** @type {HTMLIFrameElement} */ (old.cloneNode(false));
    const name = `preview-frame-${this.#number}`;
    fresh.removeAttribute("src");
    fresh.name = name;
    fresh.classList.add("arriving");
    fresh.addEventListener("load", () => this.#arrived(old, fresh), { once: true });
    this.frame = fresh;
    old.after(fresh);
    this.button.formTarget = name;
    // Not requestSubmit(), because guards of submissions must not see a preview.
    const action = this.form.action;
    const target = this.form.target;
    this.form.action = this.button.formAction;
    this.form.target = name;
    this.form.submit();
    this.form.action = action;
    this.form.target = target;
  }

  /** @param {HTMLIFrameElement} old @param {HTMLIFrameElement} fresh */
  #arrived(old, fresh) {
    const top = old.contentWindow?.scrollY ?? 0;
    fresh.contentWindow?.scrollTo(0, top);
    fresh.classList.remove("arriving");
    old.remove();
    this.#listen();
    this.#followSoon();
  }

  /** Listens to the person in the frame. No script runs inside it. */
  #listen() {
    const page = this.frame.contentDocument;
    for (const touch of TOUCHES) page?.addEventListener(touch, () => { this.#leader = "preview"; }, { passive: true });
    page?.addEventListener("scroll", () => this.#lead(), { passive: true });
  }

  /** Runs once per drawn frame of the screen. */
  #followSoon() {
    window.cancelAnimationFrame(this.#followed);
    this.#followed = window.requestAnimationFrame(() => this.#followCursor());
  }

  #followCursor() {
    if (this.#leader !== "text" || this.frame.offsetParent === null || !this.writing) return;
    const { line, at } = this.writing.cursor();
    const height = this.frame.contentWindow?.innerHeight ?? 0;
    const top = this.#topOf(line);
    if (top === undefined || (top > CALM.from * height && top < CALM.to * height)) return;
    this.frame.contentWindow?.scrollBy(0, top - Math.min(CALM.to, Math.max(CALM.from, at)) * height);
  }

  #followScroll() {
    const place = this.writing?.middle();
    if (this.#leader !== "text" || this.frame.offsetParent === null || !place) return;
    const top = this.#topOf(place.line);
    const height = this.frame.contentWindow?.innerHeight ?? 0;
    if (top !== undefined) this.frame.contentWindow?.scrollBy(0, top - place.at * height);
  }

  /** Scrolls the text to the place in the preview. */
  #lead() {
    if (this.#leader !== "preview") return;
    const height = (this.frame.contentWindow?.innerHeight ?? 0) * READING;
    const marks = this.#marks();
    const index = marks.findLastIndex(({ top }) => top <= height);
    const [mark, next] = [marks[index], marks[index + 1]];
    if (!mark || !next) return;
    const way = (height - mark.top) / Math.max(1, next.top - mark.top);
    this.writing?.show({ line: mark.line + way * (next.line - mark.line), at: READING });
  }

  /** Returns the distance of a line of the text from the frame's upper edge. @param {number} line */
  #topOf(line) {
    const marks = this.#marks();
    const index = marks.findLastIndex((mark) => mark.line <= line);
    const [mark, next] = [marks[index], marks[index + 1]];
    if (!mark) return marks[0]?.top;
    if (!next) return mark.top;
    return mark.top + ((line - mark.line) / (next.line - mark.line)) * (next.top - mark.top);
  }

  /** Returns the height of each marked line, once per line, and of the end of the page. */
  #marks() {
    const page = this.frame.contentDocument;
    /** @type {{ line: number, top: number }[]} */
    const marks = [];
    for (const block of page?.querySelectorAll("[data-line]") ?? []) {
      const line = Number(block.getAttribute("data-line"));
      if (line > (marks.at(-1)?.line ?? 0)) marks.push({ line, top: block.getBoundingClientRect().top });
    }
    const last = marks.at(-1);
    if (last && page) marks.push({ line: last.line + 1, top: page.body.getBoundingClientRect().bottom });
    return marks;
  }

  #widthButton() {
    const button = this.form.querySelector("[data-preview-width]");
    if (!(button instanceof HTMLButtonElement)) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const isPhone = this.frame.classList.toggle("phone");
      button.setAttribute("aria-pressed", String(isPhone));
    });
  }
}
