// @ts-check
/**
 * Autosaves the text on this device with every key. It saves the private working copy on the server
 * 2 seconds after the last key, or at once on leaving.
 *
 * A save carries a rising number, and the server refuses older ones. So the newest text stays even
 * if saves arrive late or twice. Windows of one person tell each other of their saves.
 */
import { fieldsOf, fill, isSameForm, isSameText } from "./form-fields.js";
import { findOthers, forget, keep, onceGone } from "./kept.js";
import { word } from "./words.js";

/** Every screen shows times in the zone of the server's setting. */
const TIME_ZONE = document.documentElement.dataset.timeZone ?? "UTC";
const DELAY = 2000;
const RETRY = [5000, 15000, 60000];
/** Browsers refuse more than 64 KiB in a request that outlives its page. */
const KEEPALIVE_LIMIT = 60 * 1024;

/** @typedef {import("./form-fields.js").Fields} Fields */
/** @typedef {"saved" | "typing" | "saving" | "trouble"} State */
/** @typedef {{ guide: string, person: string, sequence: string, fields: Fields }} SavedElsewhere */

export class Autosave extends EventTarget {
  /** @type {number | undefined} */ #timer;
  /** @type {Promise<void> | undefined} */ #inFlight;
  /** @type {Promise<boolean> | undefined} */ #keeping;
  #isDirty = false;
  #isComposing = false;
  #isStopped = false;
  /** Whether the server refused the other keys; they wait for a correction. */
  #othersWait = false;
  /** The state's addition that says where they are meanwhile. */
  #aside = "";
  #failures = 0;
  /** The text on the server as far as this window knows; undefined while that is uncertain. @type {string | undefined} */
  #saved;
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
    this.#saved = this.#print();
    this.#settled = stateElement.textContent ?? "";
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
    if (!this.#isDirty || this.#isStopped || this.#inFlight) return;
    this.#inFlight = this.#send(isLeaving).finally(() => {
      this.#inFlight = undefined;
      if (this.#isDirty && this.#failures === 0) this.#schedule(DELAY);
    });
  }

  /** Ends autosaving and waits for the running save, before a revision is saved. */
  async stop() {
    this.#isStopped = true;
    window.clearTimeout(this.#timer);
    await this.keepOnDevice();
    await this.#inFlight;
  }

  /** Resumes after the person signed in again. */
  resume() {
    this.#failures = 0;
    this.#isDirty = true;
    this.flush();
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
    for (;;) {
      const print = this.#print();
      const isKept = await keep(this.#copy());
      if (!isKept || !this.#isDirty || print === this.#print()) return isKept;
    }
  }

  #print() {
    return JSON.stringify(fieldsOf(this.form));
  }

  #typed() {
    if (this.#isStopped) return;
    this.#isDirty = this.#print() !== this.#saved || this.#inFlight !== undefined;
    if (!this.#isDirty) return this.#isBack();
    void this.keepOnDevice();
    if (this.#failures > 0) return;
    this.#show("typing", word("typing"));
    this.#schedule(DELAY);
  }

  /** Forgets the kept copy after an undo: the server has this text already. */
  #isBack() {
    window.clearTimeout(this.#timer);
    this.#show("saved", this.#settled);
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
    const print = this.#print();
    body.set("sequence", String(Number(sequence.value) + 1));
    this.#isDirty = false;
    this.#show("saving", word("saving"));
    try {
      const keepalive = isLeaving && new Blob([print]).size < KEEPALIVE_LIMIT;
      const answer = await fetch(`${this.form.action}/working-copy`, { method: "POST", body, keepalive });
      if (!answer.ok) return await this.#refused(answer.status);
      /** @type {{ sequence: number, updated_at: string | null, other_keys_wait: boolean }} */
      const saved = await answer.json();
      sequence.value = String(saved.sequence);
      this.#failures = 0;
      this.#othersWait = saved.other_keys_wait;
      this.#aside = this.#othersWait ? word((await keep(this.#copy())) ? "others_kept_here" : "others_kept_nowhere") : "";
      this.#isNow(print);
      this.#windows.postMessage({ guide: this.guide, person: this.person, sequence: sequence.value, fields: JSON.parse(print) });
      if (!this.#othersWait && print === this.#print()) void forget(this);
      this.dispatchEvent(new Event("saved"));
    } catch {
      await this.#offline();
    }
  }

  /** @param {string} print the fingerprint of the text on the server */
  #isNow(print) {
    this.#saved = print;
    this.#settled = word("saved_at", { time: clock(new Date()) }) + this.#aside;
    if (!this.#isDirty) this.#show("saved", this.#settled);
  }

  /**
   * Handles a save of another window. Without unsaved text, this window continues from it. With unsaved
   * text, the server will refuse this window's save, and both texts stay.
   *
   * @param {SavedElsewhere} saved
   */
  #savedElsewhere({ guide, person, sequence, fields }) {
    if (guide !== this.guide || person !== this.person || this.#isDirty || this.#inFlight || this.#isStopped) return;
    if (Number(sequence) <= Number(this.#field("sequence").value) || !isSameForm(fields, fieldsOf(this.form))) return;
    this.#field("sequence").value = sequence;
    this.#saved = JSON.stringify(fields);
    fill(this.form, fields);
    this.#isNow(this.#print());
  }

  /** @param {number} status */
  async #refused(status) {
    if (status === 503 || status === 502 || status === 504) return this.#offline();
    this.#isDirty = true;
    this.#saved = undefined;
    this.#failures += 1;
    const isKept = await this.keepOnDevice();
    if (status === 401) {
      this.#trouble(word("session_over"), isKept);
      this.dispatchEvent(new Event("signed-out"));
    } else if (status === 409) {
      this.#giveWay(isKept);
    } else {
      this.#trouble(status === 413 ? word("too_large") : word("refused"), isKept);
      this.#schedule(RETRY[1] ?? DELAY);
    }
  }

  /**
   * Stops saving, because another window of this person saved a newer text.
   *
   * @param {boolean} isKept whether this device holds the shown text
   */
  #giveWay(isKept) {
    this.#isStopped = true;
    this.#trouble(word("conflict"), isKept);
    const reload = button(word("conflict_reload"), () => window.location.reload());
    showNotice(word("conflict_text"), [reload]);
  }

  /** Stops saving if the server holds a newer text than this window knows. @returns {Promise<boolean>} whether it did */
  async giveWayIfBehind() {
    try {
      const answer = await fetch(`/api/v1/guides/${this.guide}/working-copy`);
      /** @type {{ sequence: number }} */
      const stored = answer.ok ? await answer.json() : { sequence: 0 };
      if (this.#isStopped || stored.sequence <= Number(this.#field("sequence").value)) return false;
    } catch {
      return false;
    }
    this.#giveWay(await this.keepOnDevice());
    return true;
  }

  /** Handles a missing response: the server may or may not have the text. */
  async #offline() {
    this.#isDirty = true;
    this.#saved = undefined;
    const delay = RETRY[Math.min(this.#failures, RETRY.length - 1)] ?? DELAY;
    this.#failures += 1;
    this.#trouble(word("offline"), await this.keepOnDevice());
    this.#schedule(delay);
  }

  /**
   * Says that the text is not on the server, and where it is instead.
   *
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

  /** @param {string} name */
  #field(name) {
    return /** @type {HTMLInputElement} */ (this.form.elements.namedItem(name));
  }
}

/** @param {Date} at */
function clock(at) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: TIME_ZONE }).format(at);
}

/** @param {string} text @param {() => void} act */
function button(text, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", act);
  return button;
}

/**
 * @param {string} text
 * @param {HTMLElement[]} parts shown below it
 * @returns {HTMLElement}
 */
function showNotice(text, parts) {
  const notice = document.createElement("div");
  notice.className = "notice notice-warn";
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  const row = document.createElement("div");
  row.className = "buttons";
  row.append(...parts);
  notice.append(paragraph, row);
  document.getElementById("notices")?.append(notice);
  return notice;
}

/**
 * Offers unsaved texts that closed windows left on this device. Windows that close while this one is
 * open follow later.
 *
 * @param {Autosave} autosave
 */
export async function offerKept(autosave) {
  const { gone, open } = await findOthers(autosave.person, autosave.guide);
  for (const kept of gone) await offer(autosave, kept);
  autosave.form.dataset.offered = "";
  for (const kept of open) void onceGone(kept).then((left) => left && offerLate(autosave, left));
}

/**
 * Offers the text of a window that closed just now. Its last save may have reached the server unnoticed.
 *
 * @param {Autosave} autosave
 * @param {import("./kept.js").Kept} kept
 */
async function offerLate(autosave, kept) {
  if (!(await autosave.giveWayIfBehind())) await offer(autosave, kept);
}

/**
 * Offers one kept text, or forgets it if this window shows the same text.
 *
 * @param {Autosave} autosave
 * @param {import("./kept.js").Kept} kept
 */
async function offer(autosave, kept) {
  const { form } = autosave;
  if (isSameText(kept.fields, fieldsOf(form))) {
    await forget(kept);
    return;
  }
  const at = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short", timeZone: TIME_ZONE }).format(kept.at);
  const use = button(word("local_restore"), async () => {
    notice.remove();
    fill(form, kept.fields);
    if (await autosave.keepOnDevice()) await forget(kept);
  });
  const drop = button(word("local_forget"), () => {
    notice.remove();
    void forget(kept);
  });
  const notice = showNotice(word("local_newer", { time: at }), [use, drop, asText(kept.fields)]);
}

/** Shows the text for reading or copying. @param {Fields} fields */
function asText(fields) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = word("local_show");
  const text = document.createElement("textarea");
  text.readOnly = true;
  text.rows = 8;
  text.ariaLabel = word("local_show");
  text.value = fields.find(([name]) => name === "body" || name === "source")?.[1] ?? "";
  details.append(summary, text);
  return details;
}
