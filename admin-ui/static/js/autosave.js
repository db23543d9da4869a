// @ts-check
/**
 * Autosaves the text on this device with every key. It saves the private working copy on the server
 * 2 seconds after the last key, or at once on leaving.
 *
 * A save carries a rising number, and the server refuses older ones. So the newest text stays even
 * if saves arrive late or twice. Windows of one person tell each other of their saves.
 */
import { fieldsOf, fill, hasSameNames } from "./form-fields.js";
import { findOwn, forget, keep } from "./kept.js";
import { button, showNotice } from "./notice.js";
import { announce, takenForgotten } from "./taken.js";
import { windowId } from "./window.js";
import { clock, word } from "./words.js";

const DELAY = 2000;
const RETRY = [5000, 15000, 60000];
/** Browsers refuse more than 64 KiB in a request that outlives its page. */
const KEEPALIVE_LIMIT = 60 * 1024;

/** @typedef {import("./form-fields.js").Fields} Fields */
/** @typedef {"saved" | "typing" | "saving" | "trouble"} State */
/** @typedef {{ guide: string, person: string, sequence: string, was: string, fields: Fields }} SavedElsewhere */
/** @typedef {{ sequence: number, window: string | null }} Stored */

export class Autosave extends EventTarget {
  /** @type {number | undefined} */ #timer;
  /** @type {Promise<void> | undefined} */ #inFlight;
  /** @type {Promise<boolean> | undefined} */ #keeping;
  #isDirty = false;
  #isComposing = false;
  #isStopped = false;
  #isPaused = false;
  /** Whether the server refused the other keys; they wait for a correction. */
  #othersWait = false;
  /** The state's addition that says where they are meanwhile. */
  #aside = "";
  #failures = 0;
  /** The size of a text that was too large, in UTF-16 units; 0 otherwise. */
  #tooLarge = 0;
  /** The text on the server as far as this window knows; undefined while that is uncertain. @type {string | undefined} */
  #saved;
  /** The text of the newest revision; undefined where this window began with a working copy. @type {string | undefined} */
  #revision;
  /** The state's text while nothing is unsaved. */
  #settled = "";
  #windows = new BroadcastChannel("annai-saved");

  /**
   * Fires "saved" after a save, and "signed-out" when the session is over.
   *
   * @param {HTMLFormElement} form
   * @param {HTMLElement} stateElement
   */
  constructor(form, stateElement) {
    super();
    this.form = form;
    this.stateElement = stateElement;
    this.guide = form.dataset.guide ?? "";
    this.person = this.#field("person").value;
    this.#saved = this.print();
    if (form.dataset.changed === "false") this.#revision = this.#saved;
    // A narrow head shows the beginning alone.
    this.#settled = stateElement.title = stateElement.textContent?.trim() ?? "";
    /** What this window kept before a reload. Nothing is kept over it until it was read. */
    this.own = takenForgotten.then(() => findOwn(this.person, this.guide));
    void windowId.then((id) => { this.#field("window").value = id; });
    form.addEventListener("input", () => this.#typed());
    form.addEventListener("change", () => this.#typed());
    form.addEventListener("compositionstart", () => { this.#isComposing = true; });
    form.addEventListener("compositionend", () => { this.#isComposing = false; });
    form.addEventListener("focusout", () => this.flush());
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.flush(true); });
    window.addEventListener("pagehide", () => this.flush(true));
    window.addEventListener("online", () => this.flush());
    this.#windows.addEventListener("message", (event) => this.#savedElsewhere(event.data));
  }

  /** Saves unsaved text at once. @param {boolean} [isLeaving] */
  flush(isLeaving = false) {
    window.clearTimeout(this.#timer);
    if (!this.#isDirty || this.#isStopped || this.#isPaused || this.#inFlight) return;
    this.#inFlight = this.#send(isLeaving).finally(() => {
      this.#inFlight = undefined;
      if (this.#isDirty && this.#failures === 0) this.#schedule(DELAY);
    });
  }

  /** Pauses autosaving and waits for the running save, before a revision is saved. */
  async pause() {
    this.#isPaused = true;
    window.clearTimeout(this.#timer);
    await this.keepOnDevice();
    await this.#inFlight;
  }

  /** Goes on after a pause, or after the person signed in again. */
  resume() {
    this.#isPaused = false;
    this.#failures = 0;
    this.#isDirty = this.print() !== this.#saved;
    if (this.#isDirty) this.flush();
  }

  /**
   * Goes on from a revision that was just saved.
   *
   * @param {{ base: string, sequence: string, print: string }} revision with the saved text
   * @param {string} text said until something is typed
   */
  savedRevision({ base, sequence, print }, text) {
    const was = this.#field("base").value;
    this.#field("base").value = base;
    this.#field("sequence").value = sequence;
    /** @type {Fields} */
    const fields = JSON.parse(print).map((/** @type {[string, string]} */ [name, value]) => [name, name === "base" ? base : value]);
    this.#failures = 0;
    this.#aside = "";
    this.#saved = this.#revision = JSON.stringify(fields);
    this.#isDirty = this.#tellChange() !== this.#saved;
    this.#windows.postMessage({ guide: this.guide, person: this.person, sequence, was, fields });
    this.#settled = text;
    this.show("saved", text);
    if (this.#isDirty) void this.keepOnDevice();
    else void forget(this);
  }

  /** Says that the device's copy is sent to `path`. The copy goes once the server took it. @param {string} path */
  announce(path) {
    return announce(this.#copy(), path);
  }

  /**
   * Keeps unsaved text on this device. Typing may go on meanwhile; the newest text counts.
   *
   * @returns {Promise<boolean>} whether this device holds it
   */
  keepOnDevice() {
    if (!this.#isDirty) return Promise.resolve(true);
    this.#keeping ??= this.#keepNewest().finally(() => { this.#keeping = undefined; });
    return this.#keeping;
  }

  async #keepNewest() {
    await this.own;
    for (;;) {
      const print = this.print();
      const isKept = await keep(this.#copy());
      if (!isKept || !this.#isDirty || print === this.print()) return isKept;
    }
  }

  /** Returns the fingerprint of the shown text. */
  print() {
    return JSON.stringify(fieldsOf(this.form));
  }

  /** Says in the form whether its text differs from the newest revision, because the main button follows that. */
  #tellChange() {
    const print = this.print();
    this.form.dataset.changed = String(print !== this.#revision);
    return print;
  }

  #typed() {
    const print = this.#tellChange();
    if (this.#isStopped) return;
    this.#isDirty = print !== this.#saved || this.#inFlight !== undefined;
    if (!this.#isDirty) return this.#isBack();
    void this.keepOnDevice();
    if (this.#isPaused) return;
    if (this.#tooLarge > 0 && this.print().length < this.#tooLarge) {
      this.#tooLarge = this.#failures = 0;
      this.flush();
      return;
    }
    if (this.#failures > 0) return;
    this.show("typing", word("typing"));
    this.#schedule(DELAY);
  }

  /** Forgets the kept copy after an undo: the server has this text already. */
  #isBack() {
    window.clearTimeout(this.#timer);
    if (!this.#isPaused) this.show("saved", this.#settled);
    void (this.#othersWait ? keep(this.#copy()) : forget(this));
  }

  #copy() {
    return { person: this.person, guide: this.guide, at: Date.now(), fields: fieldsOf(this.form) };
  }

  /** @param {number} delay */
  #schedule(delay) {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => (this.#isComposing ? this.#schedule(1000) : this.flush()), delay);
  }

  /** @param {boolean} isLeaving */
  async #send(isLeaving) {
    const sequence = this.#field("sequence");
    const body = new FormData(this.form);
    const print = this.print();
    body.set("sequence", String(Number(sequence.value) + 1));
    this.#isDirty = false;
    this.show("saving", word("saving"));
    try {
      const keepalive = isLeaving && new Blob([print]).size < KEEPALIVE_LIMIT;
      const answer = await fetch(`${this.form.action}/working-copy`, { method: "POST", body, keepalive });
      if (!answer.ok) return await this.#refused(answer.status);
      /** @type {{ sequence: number, updated_at: string | null, other_keys_wait: boolean }} */
      const saved = await answer.json();
      sequence.value = String(saved.sequence);
      this.#failures = this.#tooLarge = 0;
      this.#othersWait = saved.other_keys_wait;
      this.#aside = this.#othersWait ? word((await keep(this.#copy())) ? "others_kept_here" : "others_kept_nowhere") : "";
      this.#isNow(print);
      const was = this.#field("base").value;
      this.#windows.postMessage({ guide: this.guide, person: this.person, sequence: sequence.value, was, fields: JSON.parse(print) });
      if (!this.#othersWait && print === this.print()) void forget(this);
      this.dispatchEvent(new Event("saved"));
    } catch {
      await this.#offline();
    }
  }

  /** @param {string} print the fingerprint of the text on the server */
  #isNow(print) {
    this.#saved = print;
    this.#settled = word("saved_at", { time: clock(new Date()) }) + this.#aside;
    if (!this.#isDirty) this.show("saved", this.#settled);
  }

  /**
   * Handles a save of another window. Without unsaved text, this window continues from it. With unsaved
   * text, the server will refuse this window's save, and both texts stay.
   *
   * @param {SavedElsewhere} saved
   */
  #savedElsewhere({ guide, person, sequence, was, fields }) {
    if (guide !== this.guide || person !== this.person || this.#isDirty || this.#inFlight || this.#isStopped || this.#isPaused) return;
    if (was !== this.#field("base").value || !hasSameNames(fields, fieldsOf(this.form))) return;
    const base = fields.find(([name]) => name === "base")?.[1] ?? was;
    if (base === was && Number(sequence) <= Number(this.#field("sequence").value)) return;
    this.#field("base").value = base;
    this.#field("sequence").value = sequence;
    this.#saved = JSON.stringify(fields);
    if (base !== was) this.#revision = this.#saved;
    fill(this.form, fields);
    this.#isNow(this.print());
  }

  /** @param {number} status */
  async #refused(status) {
    if (status === 503 || status === 502 || status === 504) return this.#offline();
    this.#isDirty = true;
    this.#saved = undefined;
    this.#failures += 1;
    const isKept = await this.keepOnDevice();
    if (status === 401) {
      this.trouble(word("session_over"), isKept);
      this.dispatchEvent(new Event("signed-out"));
    } else if (status === 409) {
      if (await this.isBehindItself()) this.#schedule(0);
      else this.giveWay(isKept);
    } else {
      if (status === 413) this.#tooLarge = this.print().length;
      this.trouble(status === 413 ? word("too_large") : word("refused"), isKept);
      this.#schedule(RETRY[1] ?? DELAY);
    }
  }

  /**
   * Stops saving, because another window of this person saved a newer text.
   *
   * @param {boolean} isKept whether this device holds the shown text
   */
  giveWay(isKept) {
    this.#isStopped = true;
    this.trouble(word("conflict"), isKept);
    const merge = button(word("conflict_merge"), async () => {
      await this.keepOnDevice();
      await this.announce(`${new URL(this.form.action).pathname}/windows`);
      this.form.action = `${this.form.action}/windows`;
      this.form.submit();
    });
    showNotice(word("conflict_text"), [merge]);
  }

  /** Returns the last state that the server stored; undefined without an answer. @returns {Promise<Stored | undefined>} */
  async #stored() {
    try {
      const answer = await fetch(`${this.form.action}/working-copy`);
      return answer.ok ? await answer.json() : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * Continues behind what this window itself stored, as after a reload.
   *
   * @returns {Promise<boolean>} whether the newest stored text is this window's
   */
  async isBehindItself() {
    const stored = await this.#stored();
    if (!stored || stored.window !== (await windowId)) return false;
    this.#failures = 0;
    this.#field("sequence").value = String(stored.sequence);
    return true;
  }

  /** Stops saving if another window stored a newer text than this one knows. @returns {Promise<boolean>} whether it did */
  async giveWayIfBehind() {
    const stored = await this.#stored();
    if (!stored || this.#isStopped || stored.sequence <= Number(this.#field("sequence").value)) return false;
    if (stored.window === (await windowId)) {
      this.#field("sequence").value = String(stored.sequence);
      return false;
    }
    this.giveWay(await this.keepOnDevice());
    return true;
  }

  /**
   * Adopts the text that this window kept before a reload, unless something was typed since.
   *
   * @param {Fields} fields
   * @returns {boolean} whether it did
   */
  adopt(fields) {
    const base = fields.find(([name]) => name === "base")?.[1];
    if (this.#isDirty || base !== this.#field("base").value) return false;
    fill(this.form, fields);
    void this.giveWayIfBehind();
    return true;
  }

  /** Handles a missing response: the server may or may not have the text. */
  async #offline() {
    this.#isDirty = true;
    this.#saved = undefined;
    const delay = RETRY[Math.min(this.#failures, RETRY.length - 1)] ?? DELAY;
    this.#failures += 1;
    this.trouble(word("offline"), await this.keepOnDevice());
    this.#schedule(delay);
  }

  /**
   * Says that the text is not on the server, and where it is instead.
   *
   * @param {string} text
   * @param {boolean} isKept whether this device holds it
   */
  trouble(text, isKept) {
    this.show("trouble", text + (isKept ? word("kept_here") : word("kept_nowhere")));
  }

  /** @param {State} state @param {string} text */
  show(state, text) {
    this.stateElement.dataset.state = state;
    if (this.stateElement.textContent !== text) this.stateElement.textContent = this.stateElement.title = text;
  }

  /** @param {string} name */
  #field(name) {
    return /** @type {HTMLInputElement} */ (this.form.elements.namedItem(name));
  }
}
