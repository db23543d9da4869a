// @ts-check
/**
 * The live preview. The form is sent to a fresh frame, which takes the old one's place and its
 * scroll position once it is there: nothing flickers, and "back" never leads through previews.
 */

const DELAY = 700;

export class Preview {
  #timer = 0;
  #number = 0;
  #isStale = false;

  /** @param {HTMLFormElement} form @param {HTMLButtonElement} button */
  constructor(form, button) {
    this.form = form;
    this.button = button;
    this.frame = /** @type {HTMLIFrameElement} */ (form.querySelector("#preview iframe"));
    form.addEventListener("input", () => {
      this.#isStale = true;
      window.clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.refresh(), DELAY);
    });
    button.addEventListener("click", (event) => { event.preventDefault(); this.#send(); });
    this.#widthButton();
  }

  /** Brings the preview up to date, if it can be seen and is not. */
  refresh() {
    if (this.#isStale && this.frame.offsetParent !== null) this.#send();
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
    // Not requestSubmit(): a preview is no submission, nothing that guards those must see it.
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
