// @ts-check
/** The editor: puts its parts together. */
import { Autosave, offerKept } from "./autosave.js";
import { startCounters } from "./counters.js";
import { startForm } from "./form.js";
import { isInputMethod } from "./ime.js";
import { startPresence } from "./presence.js";
import { Preview } from "./preview.js";
import { signInAgain } from "./sign-in-again.js";
import { Tabs } from "./tabs.js";
import { fromServer } from "./trusted.js";

const CHECK_DELAY = 1500;

/** @param {HTMLFormElement} form */
export function startEditor(form) {
  const bar = form.querySelector("[data-tabs]");
  const tabs = bar instanceof HTMLElement ? new Tabs(bar) : undefined;
  startPlaces(form, tabs);
  startCounters(form);
  const button = form.querySelector("[data-preview]");
  const preview = button instanceof HTMLButtonElement ? new Preview(form, button) : undefined;
  tabs?.addEventListener("open", () => preview?.refresh());
  startPresence(form);
  if (form.dataset.readOnly === "true") return;

  startForm(form);
  const checks = new Checks(form);
  const state = document.getElementById("save-state");
  if (!state) return;
  const autosave = new Autosave(form, state);
  autosave.addEventListener("saved", () => checks.later());
  form.addEventListener("input", () => checks.later());
  void offerKept(autosave);
  const session = signInAgain(autosave.person, () => autosave.resume());
  autosave.addEventListener("signed-out", () => session.ask());
  startSaving(form, autosave);
}

/**
 * Ctrl+S saves a revision; Enter in a field never does. A save of the working copy that is
 * under way is waited for: arriving after the revision it would look like newer text.
 * @param {HTMLFormElement} form
 * @param {Autosave} autosave
 */
function startSaving(form, autosave) {
  let isReady = false;
  form.addEventListener("submit", (event) => {
    if (isReady) return;
    event.preventDefault();
    const submitter = event.submitter;
    // After this event: a form that is still firing "submit" does not submit once more.
    void autosave.stop().then(() => window.setTimeout(() => {
      isReady = true;
      form.requestSubmit(submitter instanceof HTMLElement ? submitter : null);
    }));
  });
  document.addEventListener("keydown", (event) => {
    if (isInputMethod(event)) return;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
      event.preventDefault();
      const save = document.querySelector("[data-save]");
      if (save instanceof HTMLButtonElement) form.requestSubmit(save);
    }
  });
  const stay = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
  };
  form.addEventListener("keydown", stay);
  document.getElementById("message")?.addEventListener("keydown", stay);
}

/** The panel of findings, kept up to date with what is typed. */
class Checks {
  #timer = 0;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.panel = form.querySelector("[data-checks]");
    this.count = form.querySelector("[data-check-count]");
  }

  later() {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#now(), CHECK_DELAY);
  }

  async #now() {
    if (!this.panel) return;
    try {
      const answer = await fetch(`${this.form.action}/checks`, { method: "POST", body: new FormData(this.form) });
      if (!answer.ok) return;
      const nodes = fromServer(await answer.text());
      const fragment = nodes.find((node) => node instanceof HTMLElement);
      this.panel.replaceChildren(...nodes);
      if (!(fragment instanceof HTMLElement) || !this.count) return;
      this.count.textContent = fragment.dataset.count ?? "";
      this.count.classList.toggle("count-error", fragment.dataset.errors !== "0");
    } catch {
      // Offline: the old findings stay; autosave tells the person.
    }
  }
}

/**
 * Links from findings to the line or the field that they are about.
 * @param {HTMLFormElement} form
 * @param {Tabs | undefined} tabs
 */
function startPlaces(form, tabs) {
  const scope = form.parentElement ?? form;
  scope.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-line], a[data-field]") : null;
    if (!(link instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    if (link.dataset.field !== undefined) {
      tabs?.open("settings");
      const field = document.getElementById(`field-${link.dataset.field}`);
      field?.closest("details")?.setAttribute("open", "");
      field?.focus();
      return;
    }
    const area = document.getElementById(link.hash.slice(1));
    if (area instanceof HTMLTextAreaElement) goToLine(area, Number(link.dataset.line), Number(link.dataset.column ?? 1));
  });
}

/** @param {HTMLTextAreaElement} area @param {number} line from 1 @param {number} column from 1 */
function goToLine(area, line, column) {
  const lines = area.value.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  const end = before + (lines[line - 1]?.length ?? 0);
  area.focus();
  area.setSelectionRange(Math.min(before + column - 1, end), end);
  const height = area.scrollHeight / Math.max(1, lines.length);
  area.scrollTop = Math.max(0, height * (line - 4));
}
