// @ts-check
/**
 * Keys without a modifier, for people whose hands stay on the keyboard. They work outside of
 * fields only, and can be switched off: speech and slips of a finger type them too.
 */
import { recall, remember } from "./device.js";
import { isInputMethod } from "./ime.js";

/** `off`, or nothing. */
const CHOICE = "single-keys";

/** Where a key is text. */
const FIELDS = "input, select, textarea, [contenteditable]:not([contenteditable='false']), dialog";

const areOn = () => recall(CHOICE) !== "off";

/** @param {boolean} on */
const turn = (on) => remember(CHOICE, on ? "on" : "off");

/**
 * Calls back for the keys named, until the person turns shortcuts off.
 *
 * @param {Record<string, () => void>} acts what each key does
 */
export function onKeys(acts) {
  document.addEventListener("keydown", (event) => {
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
 * The dialog that lists all keys and holds the switch.
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
