// @ts-check
/**
 * Keeps what is typed: in the private working copy on the server 2 seconds after the last key,
 * and at once on leaving; on this device right away.
 */
import { find, forget, keep } from "./kept.js";
import { word } from "./words.js";

/** Times are those of Tokyo everywhere in this product. */
const TIME_ZONE = "Asia/Tokyo";
const DELAY = 2000;
const DEVICE_DELAY = 400;
const RETRY = [5000, 15000, 60000];
/** Browsers refuse more than 64 KiB in a request that outlives its page. */
const KEEPALIVE_LIMIT = 60 * 1024;

/** @typedef {"saved" | "typing" | "saving" | "trouble"} State */

/**
 * @param {HTMLFormElement} form
 * @returns {[string, string][]}
 */
export function fieldsOf(form) {
  /** @type {[string, string][]} */
  const fields = [];
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "sequence" && name !== "message") fields.push([name, value.replaceAll("\r\n", "\n")]);
  }
  return fields;
}

export class Autosave {
  /** @type {number | undefined} */ #timer;
  /** @type {number | undefined} */ #deviceTimer;
  /** @type {Promise<void> | undefined} */ #inFlight;
  #isDirty = false;
  #isComposing = false;
  #isStopped = false;
  #failures = 0;
  #saved = "";

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement} stateElement
   * @param {() => void} onSaved
   */
  constructor(form, stateElement, onSaved) {
    this.form = form;
    this.stateElement = stateElement;
    this.onSaved = onSaved;
    this.guide = form.dataset.guide ?? "";
    this.#saved = this.#print();
    form.addEventListener("input", () => this.#typed());
    form.addEventListener("change", () => this.#typed());
    form.addEventListener("compositionstart", () => { this.#isComposing = true; });
    form.addEventListener("compositionend", () => { this.#isComposing = false; });
    form.addEventListener("focusout", () => this.flush());
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.flush(true); });
    window.addEventListener("pagehide", () => this.flush(true));
    window.addEventListener("online", () => this.flush());
  }

  /** Saves what is typed, if anything, now. @param {boolean} [isLeaving] */
  flush(isLeaving = false) {
    window.clearTimeout(this.#timer);
    if (!this.#isDirty || this.#isStopped) return;
    void this.#keepOnDevice();
    if (this.#inFlight) return;
    this.#inFlight = this.#send(isLeaving).finally(() => {
      this.#inFlight = undefined;
      if (this.#isDirty && this.#failures === 0) this.#schedule(DELAY);
    });
  }

  /** Ends autosaving and waits for the save that is under way: a revision is about to be saved. */
  async stop() {
    this.#isStopped = true;
    window.clearTimeout(this.#timer);
    await this.#keepOnDevice();
    await this.#inFlight;
  }

  /** Goes on after the person signed in again. */
  resume() {
    this.#failures = 0;
    this.#isDirty = true;
    this.flush();
  }

  /** Whether the page holds text that the server does not have. */
  get isDirty() {
    return this.#isDirty;
  }

  #print() {
    return JSON.stringify(fieldsOf(this.form));
  }

  #typed() {
    if (this.#isStopped) return;
    this.#isDirty = this.#print() !== this.#saved || this.#inFlight !== undefined;
    if (!this.#isDirty) return;
    if (this.#failures === 0) this.#show("typing", word("typing"));
    window.clearTimeout(this.#deviceTimer);
    this.#deviceTimer = window.setTimeout(() => void this.#keepOnDevice(), DEVICE_DELAY);
    if (this.#failures === 0) this.#schedule(DELAY);
  }

  /** @param {number} delay */
  #schedule(delay) {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => (this.#isComposing ? this.#schedule(1000) : this.flush()), delay);
  }

  /** @returns {Promise<boolean>} whether this device holds what the server lacks */
  async #keepOnDevice() {
    window.clearTimeout(this.#deviceTimer);
    return !this.#isDirty || keep({ guide: this.guide, at: Date.now(), fields: fieldsOf(this.form) });
  }

  /** @param {boolean} isLeaving */
  async #send(isLeaving) {
    const sequence = this.#sequenceField();
    const body = new FormData(this.form);
    const print = this.#print();
    body.set("sequence", String(Number(sequence.value) + 1));
    this.#isDirty = false;
    this.#show("saving", word("saving"));
    try {
      const keepalive = isLeaving && new Blob([print]).size < KEEPALIVE_LIMIT;
      const answer = await fetch(`${this.form.action}/working-copy`, { method: "POST", body, keepalive });
      if (!answer.ok) return this.#refused(answer.status);
      /** @type {{ sequence: number, updated_at: string | null }} */
      const saved = await answer.json();
      sequence.value = String(saved.sequence);
      this.#saved = print;
      this.#failures = 0;
      this.#show("saved", word("saved_at", { time: clock(new Date()) }));
      if (print === this.#print()) void forget(this.guide);
      this.onSaved();
    } catch {
      this.#offline();
    }
  }

  /** @param {number} status */
  async #refused(status) {
    if (status === 503 || status === 502 || status === 504) return this.#offline();
    this.#isDirty = true;
    this.#failures += 1;
    const isKept = await this.#keepOnDevice();
    if (status === 401) {
      this.#trouble(word("session_over"), isKept);
      const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("session-over"));
      if (dialog && !dialog.open) dialog.showModal();
    } else if (status === 409) {
      this.#isStopped = true;
      this.#trouble(word("conflict"), isKept);
      this.#notice(word("conflict_text"), word("conflict_reload"));
    } else {
      this.#trouble(status === 413 ? word("too_large") : word("refused"), isKept);
      this.#schedule(RETRY[1] ?? DELAY);
    }
  }

  async #offline() {
    this.#isDirty = true;
    const delay = RETRY[Math.min(this.#failures, RETRY.length - 1)] ?? DELAY;
    this.#failures += 1;
    this.#trouble(word("offline"), await this.#keepOnDevice());
    this.#schedule(delay);
  }

  /**
   * Says that the server lacks the text, and where the text is instead.
   * @param {string} text
   * @param {boolean} isKept whether this device holds it
   */
  #trouble(text, isKept) {
    this.#show("trouble", text + (isKept ? word("kept_here") : word("kept_nowhere")));
  }

  /** @param {State} state @param {string} text */
  #show(state, text) {
    this.stateElement.dataset.state = state;
    if (this.stateElement.textContent !== text) this.stateElement.textContent = text;
  }

  /** @param {string} text @param {string} action */
  #notice(text, action) {
    const reload = document.createElement("button");
    reload.type = "button";
    reload.textContent = action;
    reload.addEventListener("click", () => window.location.reload());
    showNotice(text, [reload]);
  }

  #sequenceField() {
    return /** @type {HTMLInputElement} */ (this.form.elements.namedItem("sequence"));
  }
}

/** @param {Date} at */
function clock(at) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: TIME_ZONE }).format(at);
}

/**
 * @param {string} text
 * @param {HTMLButtonElement[]} buttons
 * @returns {HTMLElement}
 */
function showNotice(text, buttons) {
  const notice = document.createElement("div");
  notice.className = "notice notice-warn";
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  const row = document.createElement("p");
  row.className = "buttons";
  row.append(...buttons);
  notice.append(paragraph, row);
  document.getElementById("notices")?.append(notice);
  return notice;
}

/**
 * Offers text that this device kept and the server does not have.
 * @param {HTMLFormElement} form
 * @param {(fields: [string, string][]) => void} fill
 */
export async function offerKept(form, fill) {
  const guide = form.dataset.guide ?? "";
  const kept = await find(guide);
  if (!kept) return;
  const text = (/** @type {[string, string][]} */ fields) => JSON.stringify(fields.filter(([name]) => name !== "base"));
  const savedAt = Date.parse(document.getElementById("save-state")?.dataset.savedAt ?? "") || 0;
  if (text(kept.fields) === text(fieldsOf(form)) || kept.at < savedAt) {
    await forget(guide);
    return;
  }
  const use = document.createElement("button");
  const drop = document.createElement("button");
  use.type = drop.type = "button";
  use.textContent = word("local_restore");
  drop.textContent = word("local_forget");
  const at = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short", timeZone: TIME_ZONE }).format(kept.at);
  const notice = showNotice(word("local_newer", { time: at }), [use, drop]);
  use.addEventListener("click", () => { notice.remove(); fill(kept.fields); });
  drop.addEventListener("click", () => { notice.remove(); void forget(guide); });
}
