// @ts-check
/** The page of a review: keys for its neighbours, common reasons, and a notice of a newer text. */
import { startComments } from "./comments.js";
import { onKeys, startSwitch } from "./shortcuts.js";

/** The interval between checks for a newer text, in milliseconds. */
const EVERY = 10_000;

const queue = document.querySelector("[data-queue]");
if (queue instanceof HTMLElement) startReview(queue);
startComments();

/** @param {HTMLElement} bar the place in the queue */
function startReview(bar) {
  const go = (/** @type {string} */ rel) => () => {
    const link = bar.querySelector(`a[rel="${rel}"]`);
    if (link instanceof HTMLAnchorElement) link.click();
  };
  onKeys({ "]": go("next"), j: go("next"), "[": go("prev"), k: go("prev"), a: goTo('[action$="/approve"] .primary'), r: goTo("#comment-reason") });
  const button = bar.querySelector("[data-shortcuts]");
  if (button instanceof HTMLButtonElement) startSwitch(button);
  const reasons = document.querySelector("select[data-fills]");
  if (reasons instanceof HTMLSelectElement) offerReasons(reasons);
  const notice = document.getElementById("review-changed");
  if (notice) watch(notice);
}

/** Returns a move of the focus to a decision button; pressing Enter there decides. @param {string} selector */
function goTo(selector) {
  return () => {
    const found = document.querySelector(selector);
    if (found instanceof HTMLElement) found.focus();
  };
}

/** @param {HTMLSelectElement} reasons */
function offerReasons(reasons) {
  const field = document.getElementById(reasons.dataset.fills ?? "");
  const row = reasons.closest("[hidden]");
  if (!(field instanceof HTMLTextAreaElement) || !(row instanceof HTMLElement)) return;
  row.hidden = false;
  reasons.addEventListener("change", () => {
    if (reasons.value === "") return;
    field.value = [field.value.trimEnd(), reasons.value].filter((text) => text !== "").join("\n");
    reasons.value = "";
    field.focus();
  });
}

/** Disables decisions once the page shows an older text. @param {HTMLElement} notice */
function watch(notice) {
  const { newest, seen } = notice.dataset;
  let isAsking = false;
  const ask = async () => {
    if (isAsking || document.hidden || !notice.hidden) return;
    isAsking = true;
    try {
      const response = await fetch(newest ?? "", { headers: { accept: "application/json" }, redirect: "error" });
      if (response.ok && (await response.json()).revision_id !== seen) stop(notice);
    } catch {
      // The server is away. It checks again when the decision arrives.
    } finally {
      isAsking = false;
    }
  };
  window.setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
  window.addEventListener("focus", ask);
}

/** @param {HTMLElement} notice */
function stop(notice) {
  notice.hidden = false;
  for (const button of document.querySelectorAll(".judge-form button")) if (button instanceof HTMLButtonElement) button.disabled = true;
  notice.scrollIntoView({ block: "center" });
}
