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

/**
 * @param {HTMLDialogElement} help lists all keys, and holds the switch
 * @param {Record<string, () => void>} acts what each key does
 */
export function startShortcuts(help, acts) {
  const box = help.querySelector("input[data-single-keys]");
  if (box instanceof HTMLInputElement) {
    box.checked = areOn();
    box.addEventListener("change", () => remember(CHOICE, box.checked ? "on" : "off"));
  }
  const open = () => help.showModal();
  for (const button of document.querySelectorAll("button[data-help]")) button.addEventListener("click", open);
  help.querySelector("[data-close]")?.addEventListener("click", () => help.close());
  document.addEventListener("keydown", (event) => {
    if (isInputMethod(event) || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.closest(FIELDS)) return;
    const act = event.key === "?" ? open : acts[event.key];
    if (!act || !areOn()) return;
    event.preventDefault();
    act();
  });
}

const areOn = () => recall(CHOICE) !== "off";
