// @ts-check
/**
 * Shortcuts without a modifier key. They work only outside fields. People can switch them off, because
 * speech input and slips of a finger trigger them too.
 */
import { recall, remember } from "./preferences.js";
import { isInputMethod } from "./ime.js";

/** `off`, or absent. */
const CHOICE = "single-keys";

/** Elements in which a key is text. */
const FIELDS = "input, select, textarea, [contenteditable]:not([contenteditable='false']), dialog";

const areOn = () => recall(CHOICE) !== "off";

/** @param {boolean} on */
const turn = (on) => remember(CHOICE, on ? "on" : "off");

/**
 * Calls the act of a pressed key, unless shortcuts are off.
 *
 * @param {Record<string, () => void>} acts by key
 * @param {Document} [target] of a frame, where keys would get lost
 */
export function onKeys(acts, target = document) {
  target.addEventListener("keydown", (event) => {
    if (isInputMethod(event) || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.closest(FIELDS)) return;
    const act = acts[event.key];
    if (!act || !areOn()) return;
    event.preventDefault();
    act();
  });
}

/** The button that turns them off and on. @param {HTMLButtonElement} button */
export function startSwitch(button) {
  const show = () => button.setAttribute("aria-pressed", String(areOn()));
  button.hidden = false;
  button.addEventListener("click", () => {
    turn(!areOn());
    show();
  });
  show();
}

/**
 * Connects the dialog that lists all keys and has the switch.
 *
 * @param {HTMLDialogElement} help
 * @returns {() => void} opens it
 */
export function startHelp(help) {
  const box = help.querySelector("input[data-single-keys]");
  if (box instanceof HTMLInputElement) {
    box.checked = areOn();
    box.addEventListener("change", () => turn(box.checked));
  }
  const open = () => help.showModal();
  for (const button of document.querySelectorAll("button[data-help]")) button.addEventListener("click", open);
  help.querySelector("[data-close]")?.addEventListener("click", () => help.close());
  return open;
}
