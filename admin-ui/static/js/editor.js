// @ts-check
/** The editor: puts its parts together. */
import { Autosave, offerKept } from "./autosave.js";
import { selectLine } from "./body.js";
import { Checks } from "./checks.js";
import { startComments, startQuoting } from "./comments.js";
import { startCounters } from "./counters.js";
import { startForm } from "./form.js";
import { isInputMethod } from "./ime.js";
import { Outline } from "./outline.js";
import { startPresence } from "./presence.js";
import { Preview } from "./preview.js";
import { onKeys, startHelp } from "./shortcuts.js";
import { signInAgain } from "./sign-in-again.js";
import { Tabs } from "./tabs.js";
import { startWriting } from "./writing.js";

const form = document.querySelector("form[data-editor]");
if (form instanceof HTMLFormElement) startEditor(form);
// After the editor, whose tabs open the thread that the address names.
startComments();

/** @param {HTMLFormElement} form */
function startEditor(form) {
  const bar = form.querySelector("[data-tabs]");
  for (const part of form.querySelectorAll("[data-needs-script]")) if (part instanceof HTMLElement) part.hidden = false;
  const tabs = bar instanceof HTMLElement ? new Tabs(bar) : undefined;
  startPlaces(form, tabs);
  startCounters(form);
  const writing = startWriting(form);
  const button = form.querySelector("[data-preview]");
  const preview = button instanceof HTMLButtonElement ? new Preview(form, button, writing) : undefined;
  const panel = document.getElementById("outline");
  const outline = panel ? new Outline(form, panel) : undefined;
  tabs?.addEventListener("open", () => { preview?.refresh(); outline?.refresh(); });
  const help = document.getElementById("help");
  if (help instanceof HTMLDialogElement) {
    onKeys({ "?": startHelp(help), e: () => writing?.focus(), o: () => tabs?.show("outline"), p: () => tabs?.show("preview") });
  }
  startPresence(form);
  startQuoting(form, tabs);
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
 * Saves a revision on Ctrl+S; Enter in a field never does. It first waits for a running save of the
 * working copy. That save would look like newer text if it arrived after the revision.
 * @param {HTMLFormElement} form
 * @param {Autosave} autosave
 */
function startSaving(form, autosave) {
  let isReady = false;
  form.addEventListener("submit", (event) => {
    if (isReady) return;
    event.preventDefault();
    const submitter = event.submitter;
    // After this event, because a form that is firing "submit" cannot submit again.
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

/**
 * Links findings to their line or field.
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
    if (area instanceof HTMLTextAreaElement) selectLine(area, Number(link.dataset.line), Number(link.dataset.column ?? 1));
  });
}
