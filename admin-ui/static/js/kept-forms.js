// @ts-check
/**
 * Keeps what people type into forms. A form with `data-kept` has a copy of its fields on this device
 * until the server took it, and is filled from that copy when it is opened again. A form with
 * `data-fresh` asks for the password in place. Passwords are never kept.
 */
import { findOthers, findOwn, forget, keep, onceGone } from "./kept.js";
import { ready, renew } from "./session.js";
import { announce, findRefused, takenForgotten } from "./taken.js";
import { word } from "./words.js";

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */
/** @typedef {import("./kept.js").Kept} Kept */

/** Kinds of inputs that hold nothing typed, or a secret. */
const NEVER = ["button", "file", "hidden", "image", "password", "reset", "submit"];

const person = document.documentElement.dataset.person ?? "";
/** @type {WeakMap<HTMLFormElement, SentForm>} */
const forms = new WeakMap();

async function start() {
  document.addEventListener("submit", (event) => {
    if (event.target instanceof HTMLFormElement) forms.get(event.target)?.submitted(event);
  }, { capture: true });
  const kept = [...document.querySelectorAll("form[data-kept], form[data-fresh]")]
    .filter((form) => form instanceof HTMLFormElement)
    .map((form) => new SentForm(form));
  for (const type of ["input", "change"]) document.addEventListener(type, (event) => formOf(event.target)?.typed());
  await takenForgotten;
  for (const form of kept) await form.restore();
  const error = document.querySelector(".error-page");
  if (error) await leadBack(error);
  document.documentElement.dataset.filled = "";
}

/** Says on an error page that the sent form is kept, and leads back to it. @param {Element} error */
async function leadBack(error) {
  const refused = await findRefused();
  if (!refused?.page) return;
  const line = document.createElement("p");
  line.className = "notice notice-info";
  const link = document.createElement("a");
  link.href = refused.page;
  link.textContent = word("form_back");
  line.append(word("form_refused"), " ", link);
  error.querySelector(".buttons")?.before(line);
}

/** @param {EventTarget | null} target */
function formOf(target) {
  if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)) return undefined;
  return target.form ? forms.get(target.form) : undefined;
}

/** A form that survives the way to the server. */
class SentForm {
  #isRestored = false;
  #isTyped = false;
  #isSending = false;
  #isCleared = false;
  /** @type {HTMLElement | undefined} */ #note;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.person = person;
    /** The form's address, by which its copy is found again. */
    this.guide = `form ${new URL(form.action).pathname}`;
    this.isKept = form.dataset.kept !== undefined;
    /** The names of the kept fields; empty for all. */
    this.names = (form.dataset.kept ?? "").split(" ").filter((name) => name !== "");
    this.initial = this.#values();
    forms.set(form, this);
    form.addEventListener("annai:taken", () => { this.initial = this.#values(); void this.#forget(); });
    window.addEventListener("pageshow", () => { this.#isSending = false; });
  }

  typed() {
    if (!this.isKept) return;
    this.#isTyped = true;
    void renew();
    if (this.#isRestored) void this.#keep();
  }

  /** Fills the form from its newest copy. A window that closes while this one is open leaves its copy later. */
  async restore() {
    if (!this.isKept) return;
    const own = await findOwn(this.person, this.guide);
    const { gone, open } = await findOthers(this.person, this.guide);
    const [newest, ...older] = [...(own ? [own] : []), ...gone].sort((one, other) => other.at - one.at);
    if (newest) await this.#use(newest, newest === own);
    for (const copy of older) if (copy !== own && isSame(copy, newest)) await forget(copy);
    this.#isRestored = true;
    if (this.#isTyped) void this.#keep();
    for (const copy of open) void onceGone(copy).then((left) => { if (left && !newest) void this.#use(left, false); });
  }

  /** @param {Kept} copy @param {boolean} isOwn whether it has the place of this window's next copy */
  async #use(copy, isOwn) {
    if (JSON.stringify(copy.fields) === JSON.stringify(this.#values())) return;
    if (this.#isTyped || copy.of !== this.form.dataset.keptOf) {
      const aside = isOwn ? { ...copy, place: crypto.getRandomValues(new Uint32Array(4)).join("-") } : copy;
      if (isOwn) await keep(aside);
      this.#say(word("form_left"), () => forget(aside), copy);
      return;
    }
    this.#fill(copy.fields);
    await this.#keep();
    if (!isOwn) await forget(copy);
    this.#say(word("form_restored"), () => { this.#fill(this.initial); void this.#forget(); });
  }

  /** @param {SubmitEvent} event */
  submitted(event) {
    // The editor sends its own form.
    if (this.#isCleared || event.defaultPrevented || this.form.dataset.editor !== undefined) return;
    event.preventDefault();
    if (!this.#isSending) void this.#send(event.submitter);
  }

  /** @param {HTMLElement | null} submitter */
  async #send(submitter) {
    this.#isSending = true;
    if (this.isKept) await this.#keep();
    const state = await ready(this.form.dataset.fresh !== undefined);
    if (state !== "ready") {
      this.#isSending = false;
      if (state === "away") this.#say(word("offline") + (this.isKept ? word("kept_here") : ""));
      return;
    }
    const action = submitter?.getAttribute("formaction") ?? this.form.action;
    if (this.isKept) await announce(this.#copy(), new URL(action, window.location.href).pathname);
    this.#isCleared = true;
    this.form.requestSubmit(submitter);
    this.#isCleared = false;
  }

  #keep() {
    const copy = this.#copy();
    return JSON.stringify(copy.fields) === JSON.stringify(this.initial) ? this.#forget() : keep(copy);
  }

  async #forget() {
    this.#note?.remove();
    await forget(this);
  }

  #copy() {
    const { person, guide } = this;
    return { person, guide, at: Date.now(), fields: this.#values(), page: window.location.pathname + window.location.search, of: this.form.dataset.keptOf };
  }

  /** @returns {Field[]} */
  #fields() {
    /** @type {Field[]} */
    const fields = [];
    for (const field of this.form.elements) {
      if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement)) continue;
      if (field.name === "" || (this.names.length > 0 && !this.names.includes(field.name))) continue;
      const isTyped = !NEVER.includes(field.type) || field.dataset.quotation !== undefined;
      if (isTyped && !field.autocomplete.includes("password")) fields.push(field);
    }
    return fields;
  }

  /** @returns {[string, string][]} */
  #values() {
    return this.#fields().filter((field) => !isChoice(field) || field.checked).map(({ name, value }) => [name, value]);
  }

  /** @param {[string, string][]} values */
  #fill(values) {
    const left = [...values];
    for (const field of this.#fields()) {
      const at = left.findIndex(([name, value]) => name === field.name && (!isChoice(field) || value === field.value));
      if (isChoice(field)) field.checked = at >= 0;
      else if (at >= 0) field.value = left[at]?.[1] ?? "";
      if (at >= 0) left.splice(at, 1);
      if (field.value !== "") field.closest("details")?.setAttribute("open", "");
      field.dispatchEvent(new Event("annai:filled"));
    }
    this.form.dispatchEvent(new Event("change"));
  }

  /**
   * Says a quiet line at the first field that people write into.
   *
   * @param {string} text
   * @param {() => unknown} [drop] throws the copy away
   * @param {Kept} [copy] shown for reading
   */
  #say(text, drop, copy) {
    this.#note?.remove();
    const note = document.createElement("p");
    note.className = "help kept-note";
    note.setAttribute("role", "status");
    note.append(text);
    if (copy) note.append(" ", copy.fields.map(([, value]) => value).filter((value) => value !== "").join(" / "));
    if (drop) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "quiet small";
      button.textContent = word("local_forget");
      button.addEventListener("click", () => { note.remove(); void drop(); });
      note.append(" ", button);
    }
    const fields = this.#fields();
    const first = fields.find((field) => !isChoice(field) && field.type !== "hidden" && !(field instanceof HTMLSelectElement)) ?? fields[0];
    const place = first?.closest(".with-mentions, .check, .roles") ?? first ?? this.form.lastElementChild;
    place?.after(note);
    this.#note = note;
  }
}

/** @param {Field} field @returns {field is HTMLInputElement} */
function isChoice(field) {
  return field.type === "checkbox" || field.type === "radio";
}

/** @param {Kept} one @param {Kept | undefined} other */
const isSame = (one, other) => JSON.stringify(one.fields) === JSON.stringify(other?.fields);

if (person !== "") void start();
