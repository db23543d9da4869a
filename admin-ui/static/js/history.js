// @ts-check
/** The history of a guide: a click on a revision shows its difference to the one before; two clicks with Shift show a range. */
import { word } from "./words.js";

const timeline = document.querySelector("[data-timeline]");
if (timeline instanceof HTMLElement) startRange(timeline, timeline.dataset.timeline ?? "");

/** @param {HTMLElement} timeline @param {string} address the page of differences */
function startRange(timeline, address) {
  const links = [...timeline.querySelectorAll("a[data-revision]")].filter((link) => link instanceof HTMLAnchorElement);
  /** @type {HTMLAnchorElement | undefined} */
  let picked;
  for (const link of links) {
    link.addEventListener("click", (event) => {
      if (!event.shiftKey) return;
      event.preventDefault();
      if (!picked) picked = pick(link);
      else if (picked === link) picked = drop(link);
      else {
        // The newest revision comes first.
        const [to, from] = links.indexOf(picked) < links.indexOf(link) ? [picked, link] : [link, picked];
        window.location.href = `${address}?${new URLSearchParams({ from: from.dataset.revision ?? "", to: to.dataset.revision ?? "" })}`;
      }
    });
  }
}

/** @param {HTMLAnchorElement} link */
function pick(link) {
  link.closest(".revision")?.classList.add("revision-picked");
  say(word("range_picked", { name: link.textContent?.trim() ?? "" }));
  return link;
}

/** @param {HTMLAnchorElement} link @returns {undefined} */
function drop(link) {
  link.closest(".revision")?.classList.remove("revision-picked");
  say("");
}

/** @param {string} text */
function say(text) {
  const status = document.getElementById("range-status");
  if (status) status.textContent = text;
}
