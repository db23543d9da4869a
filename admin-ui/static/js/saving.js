// @ts-check
/**
 * Saves a revision without leaving the page: cursor, scroll position, undo history and panels stay.
 * A save without an answer waits and is sent again as it was, so that the server finds its own revision
 * if it has one.
 */
import { forget } from "./kept.js";
import { showNotice } from "./notice.js";
import { signInAgain } from "./sign-in-again.js";
import { fromServer } from "./trusted.js";
import { clock, word } from "./words.js";

const RETRY = [5000, 15000, 60000];
/** The answers of a server that is away. */
const AWAY = [502, 503, 504];

/** @typedef {{ body: FormData, print: string, failures: number }} Attempt */

export class Saving {
  /** @type {Promise<boolean> | undefined} */ #running;
  /** The save that nobody answered yet. @type {Attempt | undefined} */ #waiting;
  #timer = 0;
  /** What the newest revision of this window holds, as `Autosave.print` tells it. */
  #saved = "";

  /**
   * @param {HTMLFormElement} form
   * @param {import("./autosave.js").Autosave} autosave
   */
  constructor(form, autosave) {
    this.form = form;
    this.autosave = autosave;
    window.addEventListener("online", () => { if (this.#waiting) void this.#run(); });
  }

  /** Whether a save waits for an answer. */
  get isWaiting() {
    return this.#waiting !== undefined;
  }

  /**
   * Saves the text as it is now. A save that waits is sent first.
   *
   * @returns {Promise<boolean>} whether the shown text is a revision now
   */
  async save() {
    if (!this.#running) return this.#run();
    const isSaved = await this.#running;
    // What was typed since that save began is meant to be saved too.
    return isSaved && this.#saved !== this.autosave.print() ? this.#run() : isSaved;
  }

  #run() {
    this.#running ??= this.#saveAll().finally(() => { this.#running = undefined; });
    return this.#running;
  }

  async #saveAll() {
    window.clearTimeout(this.#timer);
    this.autosave.show("saving", word("saving"));
    this.form.dispatchEvent(new Event("annai:saving"));
    const first = this.#waiting;
    const attempt = first ?? this.#attempt();
    await this.autosave.pause();
    // The running autosave may have raised it.
    if (!first) attempt.body.set("sequence", this.#sequence().value);
    let isSaved = await this.#send(attempt);
    // What was typed while the first save waited was meant to be saved with it.
    if (isSaved && first && first.print !== this.autosave.print()) isSaved = await this.#send(this.#attempt());
    if (!this.#waiting) this.autosave.resume();
    this.form.dispatchEvent(new CustomEvent("annai:saved", { detail: isSaved }));
    return isSaved;
  }

  #sequence() {
    return /** @type {HTMLInputElement} */ (this.form.elements.namedItem("sequence"));
  }

  /** @returns {Attempt} */
  #attempt() {
    const body = new FormData(this.form);
    body.set("then", "stay");
    return { body, print: this.autosave.print(), failures: 0 };
  }

  /** @param {Attempt} attempt @returns {Promise<boolean>} whether it became a revision */
  async #send(attempt) {
    this.#waiting = attempt;
    const answer = await fetch(this.form.action, { method: "POST", body: attempt.body }).catch(() => undefined);
    const page = await answer?.text().catch(() => undefined);
    if (!answer || page === undefined || AWAY.includes(answer.status)) return this.#later(attempt);
    if (answer.status === 401) return this.#signedOut(attempt);
    const around = find(fromServer(page), "[data-around]");
    if (answer.status === 409 && !around) return this.#behind(attempt);
    this.#waiting = undefined;
    if (answer.status === 412) return this.#merge();
    if (!around) return this.#refused(reasonIn(page));
    this.#show(around);
    return answer.ok ? this.#done(attempt, around) : this.#refused();
  }

  /** @param {Attempt} attempt */
  async #later(attempt) {
    const delay = RETRY[Math.min(attempt.failures, RETRY.length - 1)];
    attempt.failures += 1;
    this.autosave.trouble(word("saves_later"), await this.autosave.keepOnDevice());
    this.#timer = window.setTimeout(() => void this.#run(), delay);
    return false;
  }

  /** @param {Attempt} attempt */
  async #signedOut(attempt) {
    this.autosave.trouble(word("session_over"), await this.autosave.keepOnDevice());
    if (await signInAgain()) return this.#send(attempt);
    this.#waiting = undefined;
    return false;
  }

  /** Goes on behind this window's own working copy, or leaves the choice to the person. @param {Attempt} attempt */
  async #behind(attempt) {
    if (attempt.failures === 0 && (await this.autosave.isBehindItself())) {
      attempt.failures = 1;
      attempt.body.set("sequence", this.#sequence().value);
      return this.#send(attempt);
    }
    this.#waiting = undefined;
    this.autosave.giveWay(await this.autosave.keepOnDevice());
    return false;
  }

  /** Opens the merge with what somebody else saved. The refused save left the text in the working copy. */
  async #merge() {
    const seen = Number(this.#sequence().value);
    if ((await this.autosave.isBehindItself()) && Number(this.#sequence().value) > seen) await forget(this.autosave);
    this.form.submit();
    return false;
  }

  /**
   * @param {Attempt} attempt
   * @param {HTMLElement} around
   */
  #done({ print }, around) {
    this.#saved = print;
    const { base = "", sequence = "0", number = "", unchanged, latest } = around.dataset;
    // A malformed file may have become a form, which is another page.
    if (this.form.elements.namedItem("source")) window.location.assign(this.form.action);
    const text = word(unchanged === undefined ? "revision_saved" : "revision_unchanged", { number, time: clock(new Date()) });
    this.autosave.savedRevision({ base, sequence, print }, text);
    document.querySelector("[data-discard]")?.remove();
    const comments = document.querySelector("#comment-form [name=revision_id]");
    if (comments instanceof HTMLInputElement) comments.value = base;
    const message = document.getElementById("message");
    // A save without a change keeps no message.
    if (message instanceof HTMLInputElement && unchanged === undefined) {
      message.value = "";
      this.form.dispatchEvent(new Event("annai:taken"));
    }
    this.form.dispatchEvent(new CustomEvent("annai:revision", { detail: { base, latest: Number(latest) } }));
    return true;
  }

  /** @param {string} [reason] shown where the answer has no notice of its own */
  async #refused(reason) {
    if (reason !== undefined) showNotice(reason, []);
    this.autosave.trouble(word("refused"), await this.autosave.keepOnDevice());
    return false;
  }

  /** Replaces the parts around the text. @param {HTMLElement} around */
  #show(around) {
    this.#sequence().value = around.dataset.sequence ?? this.#sequence().value;
    const head = around.querySelector(".guide-head");
    if (head) document.querySelector(".guide-head")?.replaceWith(head);
    for (const part of around.querySelectorAll("[data-part]")) {
      document.querySelector(`main [data-part="${part.getAttribute("data-part")}"]`)?.replaceChildren(...part.childNodes);
    }
    for (const error of this.form.querySelectorAll(".field > .field-error")) {
      document.getElementById(error.id.replace(/-error$/, ""))?.removeAttribute("aria-invalid");
      error.remove();
    }
    for (const error of around.querySelectorAll("[data-of]")) {
      const field = document.getElementById(error.getAttribute("data-of") ?? "");
      field?.setAttribute("aria-invalid", "true");
      field?.setAttribute("aria-describedby", `${error.id} ${field.id}-help`);
      field?.closest(".field")?.append(error);
    }
  }
}

/** @param {Node[]} nodes @param {string} selector @returns {HTMLElement | undefined} */
function find(nodes, selector) {
  const found = nodes.filter((node) => node instanceof HTMLElement).map((node) => (node.matches(selector) ? node : node.querySelector(selector)));
  return found.find((element) => element instanceof HTMLElement) ?? undefined;
}

/** Returns the text of an error page. @param {string} page */
function reasonIn(page) {
  return find(fromServer(page), ".error-page > p:not(.error-status)")?.textContent?.trim() ?? word("refused");
}
