// @ts-check
/** The editor: puts its parts together. */
import { Autosave } from "./autosave.js";
import { selectLine } from "./body.js";
import { Checks } from "./checks.js";
import { startComments, startQuoting } from "./comments.js";
import { startCounters } from "./counters.js";
import { startForm } from "./form.js";
import { isInputMethod } from "./ime.js";
import { offerKept } from "./offers.js";
import { showNotice } from "./notice.js";
import { Outline } from "./outline.js";
import { startPresence } from "./presence.js";
import { Preview } from "./preview.js";
import { startReading } from "./reading.js";
import { Saving } from "./saving.js";
import { onKeys, startHelp } from "./shortcuts.js";
import { signInAgain } from "./sign-in-again.js";
import { Tabs } from "./tabs.js";
import { word } from "./words.js";
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
  if (form.dataset.readOnly === "true") {
    startReading(form);
    return;
  }

  startForm(form);
  const checks = new Checks(form);
  const state = document.getElementById("save-state");
  if (!state) return;
  const autosave = new Autosave(form, state);
  autosave.addEventListener("saved", () => checks.later());
  form.addEventListener("input", () => checks.later());
  void offerKept(autosave);
  autosave.addEventListener("signed-out", () => void signInAgain().then((isSignedIn) => isSignedIn && autosave.resume()));
  startSaving(form, autosave, () => writing?.focus());
}

/**
 * Saves a revision on Ctrl+S and on the button; Enter in a field never does. Submitting saves first, and
 * then leaves the page.
 * @param {HTMLFormElement} form
 * @param {Autosave} autosave
 * @param {() => void} focus puts the cursor into the text
 */
function startSaving(form, autosave, focus) {
  const saving = new Saving(form, autosave);
  const message = document.getElementById("message");
  let isReady = false;
  form.addEventListener("submit", (event) => {
    if (isReady) return;
    event.preventDefault();
    const { submitter } = event;
    const text = message instanceof HTMLInputElement ? message.value : "";
    void saving.save().then((isSaved) => {
      if (!(submitter instanceof HTMLButtonElement) || submitter.value !== "submit") return;
      if (saving.isWaiting) tellWhenSaved(form);
      if (!isSaved) return;
      // The review gets the message too.
      if (message instanceof HTMLInputElement) message.value = text;
      isReady = true;
      form.requestSubmit(submitter);
    });
    // What is typed next belongs to the text, and never to a shortcut.
    if (document.activeElement === document.body || document.activeElement?.matches("[data-save]")) focus();
  });
  document.querySelector("[data-save]")?.addEventListener("mousedown", (event) => event.preventDefault());
  const discard = document.querySelector("form[data-discard]");
  if (discard instanceof HTMLFormElement) startDiscarding(discard, autosave);
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

/** Gives up the copy on this device together with the server's. @param {HTMLFormElement} form @param {Autosave} autosave */
function startDiscarding(form, autosave) {
  let isReady = false;
  form.addEventListener("submit", async (event) => {
    if (isReady) return;
    event.preventDefault();
    await autosave.pause();
    await autosave.announce(new URL(form.action).pathname);
    isReady = true;
    form.requestSubmit();
  });
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

/** Says that a text was saved later than asked, and not submitted. @param {HTMLFormElement} form */
function tellWhenSaved(form) {
  const tell = (/** @type {Event} */ event) => {
    if (!(event instanceof CustomEvent) || !event.detail) return;
    form.removeEventListener("annai:saved", tell);
    showNotice(word("not_submitted"), []);
  };
  form.addEventListener("annai:saved", tell);
}
