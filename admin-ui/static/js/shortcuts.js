// @ts-check
/** Keys that act by themselves, without a modifier: only where nothing is typed, and only if wanted. */
import { isInputMethod } from "./ime.js";

const KEPT = "annai-shortcuts";

const areWanted = () => window.localStorage.getItem(KEPT) !== "off";

/**
 * Calls back for the keys named, until the person turns shortcuts off.
 * @param {Record<string, () => void>} keys
 */
export function onKeys(keys) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || isInputMethod(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys[event.key];
    if (!act || isTyping(event.target) || !areWanted()) return;
    event.preventDefault();
    act();
  });
}

/** @param {EventTarget | null} target */
const isTyping = (target) => target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));

/** The button that turns them off and on. @param {HTMLButtonElement} button */
export function startSwitch(button) {
  const show = () => button.setAttribute("aria-pressed", String(areWanted()));
  button.hidden = false;
  button.addEventListener("click", () => {
    window.localStorage.setItem(KEPT, areWanted() ? "off" : "on");
    show();
  });
  show();
}
