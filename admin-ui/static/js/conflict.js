// @ts-check
/** The conflict screen: counts open places, lets keys choose, and guards against leaving by accident. */
import { isInputMethod } from "./ime.js";
import { word } from "./words.js";

const CHOICES = ["mine", "theirs", "both", "own", "combined"];

const conflicts = document.querySelector("form[data-conflicts]");
if (conflicts instanceof HTMLFormElement) startConflict(conflicts);

/** @param {HTMLFormElement} form */
function startConflict(form) {
  const places = [...form.querySelectorAll("[data-conflict]")].filter((place) => place instanceof HTMLElement);
  const remaining = form.querySelector("[data-remaining]");
  const count = () => {
    const left = places.filter((place) => !place.querySelector(":checked")).length;
    if (remaining) remaining.textContent = left > 0 ? word("conflict_remaining", { count: left }) : word("conflict_done");
  };
  form.addEventListener("change", count);
  form.addEventListener("input", (event) => {
    if (!(event.target instanceof HTMLTextAreaElement)) return;
    choose(event.target.closest("[data-conflict]"), "own");
    count();
  });
  form.addEventListener("keydown", (event) => {
    if (isInputMethod(event) || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    const at = places.findIndex((place) => place.contains(document.activeElement));
    const choice = CHOICES[Number(event.key) - 1];
    if (event.key === "j" || event.key === "k") {
      const next = places[event.key === "j" ? at + 1 : Math.max(at - 1, 0)];
      next?.focus();
      next?.scrollIntoView({ block: "nearest" });
    } else if (choice !== undefined && at >= 0) {
      choose(places[at], choice);
      if (choice === "own") places[at]?.querySelector("textarea")?.focus();
      count();
    } else return;
    event.preventDefault();
  });
  stay();
  count();
}

/** @param {Element | null | undefined} place @param {string} choice */
function choose(place, choice) {
  const button = place?.querySelector(`[value="${choice}"]`);
  if (button instanceof HTMLInputElement) button.checked = true;
}

/** @param {EventTarget | null} target */
function isWriting(target) {
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type !== "radio");
}

/** Asks before leaving, because nothing is saved yet. */
function stay() {
  let isMeant = false;
  const mean = (/** @type {Event} */ event) => { isMeant ||= !event.defaultPrevented; };
  document.addEventListener("submit", mean);
  for (const link of document.querySelectorAll("a[data-leave]")) link.addEventListener("click", mean);
  window.addEventListener("beforeunload", (event) => { if (!isMeant) event.preventDefault(); });
  window.addEventListener("pageshow", () => { isMeant = false; });
}
