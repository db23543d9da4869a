// @ts-check
/** The page of a review: its views, keys, common reasons, and a notice of a newer text. */
import { startChanges } from "./changes.js";
import { startComments } from "./comments.js";
import { onLoaded, startGrowing } from "./frames.js";
import { startPassages } from "./passages.js";
import { onKeys, startSwitch } from "./shortcuts.js";
import { Tabs } from "./tabs.js";

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
  const keys = { "]": go("next"), j: go("next"), "[": go("prev"), k: go("prev"), a: goTo("#judge-form .primary"), r: goTo("#comment-reason") };
  onKeys(keys);
  for (const frame of document.querySelectorAll("iframe[data-grows]")) {
    if (!(frame instanceof HTMLIFrameElement)) continue;
    startGrowing(frame);
    onLoaded(frame, (page) => onKeys(keys, page));
    if (frame.matches("[data-preview]")) onLoaded(frame, (page) => showOutline(frame, page));
  }
  const tabs = document.querySelector("[data-tabs]");
  if (tabs instanceof HTMLElement) startChanges(new Tabs(tabs));
  const threads = document.querySelector("[data-threads]");
  if (threads instanceof HTMLElement) startPassages(threads);
  const form = document.getElementById("judge-form");
  if (form instanceof HTMLFormElement) askForReason(form);
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

/** Sending back needs a comment, approving does not. @param {HTMLFormElement} form */
function askForReason(form) {
  const field = form.querySelector("textarea");
  if (!field) return;
  for (const button of form.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      field.required = button.matches("[data-needs-comment]");
      // On a phone the form comes to the reader, who keeps the place in the text.
      form.classList.toggle("is-asking", field.required && field.value.trim() === "");
    });
  }
  form.addEventListener("focusout", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && form.contains(relatedTarget))) form.classList.remove("is-asking");
  });
}

/** Lists the headings of a rendered text. @param {HTMLIFrameElement} frame @param {Document} page */
function showOutline(frame, page) {
  const panel = document.querySelector("[data-outline]");
  const list = panel?.querySelector("ol");
  if (!(panel instanceof HTMLElement) || !list) return;
  const rows = [...page.querySelectorAll("h1, h2, h3")].map((heading) => {
    const row = document.createElement("li");
    row.dataset.level = heading.tagName.slice(1);
    const jump = document.createElement("button");
    jump.type = "button";
    jump.className = "outline-jump";
    jump.textContent = heading.textContent;
    jump.addEventListener("click", () => {
      if (frame.offsetParent === null) document.getElementById("tab-review-preview")?.click();
      heading.scrollIntoView({ block: "start" });
    });
    row.append(jump);
    return row;
  });
  list.replaceChildren(...rows);
  panel.hidden = rows.length === 0;
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
