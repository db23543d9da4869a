// @ts-check
/**
 * Shows who else has the guide open and whether somebody saved it. Nothing waits for it, and without a
 * stream it stays silent.
 */
import { clusters } from "./measure.js";
import { word } from "./words.js";

/** @typedef {{ name: string, is_editing: boolean }} OtherPerson */
/** @typedef {{ revision_id: string, number: number, by: string }} NewestRevision */

/** The time after which a hidden tab closes its connection, because browsers have few. */
const HIDDEN = 30_000;
/** The pause before another try after a refusal. */
const REFUSED = 60_000;
const MOST_SHOWN = 4;

/** @param {HTMLFormElement} form */
export function startPresence(form) {
  const place = document.getElementById("presence");
  if (place) new Presence(form, place);
}

class Presence {
  /** @type {EventSource | undefined} */ #source;
  /** @type {Set<string>} */ #announced = new Set();
  #timer = 0;
  #isOver = false;
  #isSaving = false;
  /** @type {NewestRevision | undefined} */ #held;

  /** @param {HTMLFormElement} form @param {HTMLElement} place */
  constructor(form, place) {
    this.place = place;
    this.latest = Number(place.dataset.latest);
    this.people = document.createElement("ul");
    this.people.className = "people-here";
    this.people.setAttribute("aria-label", word("presence"));
    this.people.hidden = true;
    this.saved = document.createElement("p");
    this.saved.className = "saved-by-other";
    this.saved.setAttribute("role", "status");
    this.status = document.createElement("p");
    this.status.className = "unseen";
    this.status.setAttribute("role", "status");
    place.append(this.people, this.saved, this.status);
    document.addEventListener("visibilitychange", () => this.#look());
    window.addEventListener("pagehide", () => this.#close());
    window.addEventListener("pageshow", () => this.#look());
    // A save of this page is not news: what arrives meanwhile waits for its number.
    form.addEventListener("annai:saving", () => { this.#isSaving = true; });
    form.addEventListener("annai:revision", (event) => { if (event instanceof CustomEvent) this.#goOn(event.detail); });
    form.addEventListener("annai:saved", () => { this.#isSaving = false; this.#showHeld(); });
    this.#look();
  }

  #look() {
    window.clearTimeout(this.#timer);
    if (document.hidden) this.#timer = window.setTimeout(() => this.#close(), HIDDEN);
    else this.#open();
  }

  #open() {
    if (this.#source || this.#isOver) return;
    const source = new EventSource(this.place.dataset.url ?? "");
    this.#source = source;
    source.addEventListener("people", (event) => this.#showPeople(JSON.parse(event.data)));
    source.addEventListener("revision", (event) => this.#showRevision(JSON.parse(event.data)));
    source.addEventListener("over", () => { this.#isOver = true; this.#close(); });
    source.addEventListener("error", () => {
      this.#showPeople([]);
      // The browser reconnects by itself after a broken connection, but not after a refusal.
      if (source.readyState !== EventSource.CLOSED || this.#source !== source) return;
      this.#source = undefined;
      this.#timer = window.setTimeout(() => this.#look(), REFUSED);
    });
  }

  #close() {
    window.clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = undefined;
    this.#showPeople([]);
  }

  /** @param {OtherPerson[]} people */
  #showPeople(people) {
    this.people.hidden = people.length === 0;
    this.people.replaceChildren(...people.slice(0, MOST_SHOWN).map(person));
    if (people.length > MOST_SHOWN) {
      const more = document.createElement("li");
      more.textContent = word("presence_more", { count: people.length - MOST_SHOWN });
      this.people.append(more);
    }
    const fresh = people.filter(({ name }) => !this.#announced.has(name));
    for (const { name } of fresh) this.#announced.add(name);
    if (fresh.length > 0) this.status.textContent = fresh.map(({ name }) => word("presence_here", { name })).join(" ");
  }

  /** Goes on from a revision that this page saved. @param {{ base: string, latest: number }} revision */
  #goOn({ base, latest }) {
    this.latest = latest;
    this.saved.replaceChildren();
    this.place.dataset.diff = (this.place.dataset.diff ?? "").replace(/from=[^&]*/, `from=${base}`);
  }

  #showHeld() {
    const held = this.#held;
    this.#held = undefined;
    if (held) this.#showRevision(held);
  }

  /** @param {NewestRevision} revision */
  #showRevision(revision) {
    const { revision_id, number, by } = revision;
    if (this.#isSaving) this.#held = revision;
    if (this.#isSaving || number <= this.latest) return;
    this.latest = number;
    const link = document.createElement("a");
    link.href = `${this.place.dataset.diff}${encodeURIComponent(revision_id)}`;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = word("presence_compare");
    this.saved.replaceChildren(word("presence_saved", { name: by, number }), " ", link);
  }
}

/** @param {OtherPerson} person */
function person({ name, is_editing }) {
  const item = document.createElement("li");
  item.className = is_editing ? "person-here person-editing" : "person-here";
  const avatar = document.createElement("span");
  avatar.className = "avatar";
  avatar.setAttribute("aria-hidden", "true");
  avatar.textContent = clusters(name)[0] ?? "";
  const text = document.createElement("bdi");
  text.textContent = word(is_editing ? "presence_editing" : "presence_viewing", { name });
  item.title = text.textContent;
  item.append(avatar, text);
  return item;
}
