/**
 * A page as somebody without a mouse finds it.
 */
import assert from "node:assert/strict";

/** @typedef {import("playwright-core").Page} Page */

/** Marks every place that Tab has to reach, and returns what each is called. */
const MARK = () => {
  const places =
    "a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [contenteditable=true], [tabindex]:not([tabindex='-1'])";
  /** @type {string[]} */
  const names = [];
  /** @type {Set<string>} */
  const groups = new Set();
  for (const place of document.querySelectorAll(places)) {
    if (!(place instanceof HTMLElement) || place.tabIndex < 0 || place.matches(":disabled")) continue;
    if (!place.checkVisibility({ checkVisibilityCSS: true })) continue;
    if (place.closest("dialog:not([open])")) continue;
    if (place instanceof HTMLInputElement && place.type === "radio") {
      // One stop for a group of radio buttons; the arrow keys do the rest.
      if (groups.has(place.name)) continue;
      groups.add(place.name);
      for (const one of document.querySelectorAll(`input[type=radio][name="${place.name}"]`)) {
        if (one instanceof HTMLElement) one.dataset["stop"] = String(names.length);
      }
    }
    place.dataset["stop"] = String(names.length);
    const label = place.getAttribute("aria-label") ?? place.textContent?.trim().slice(0, 30);
    names.push(`<${place.localName} id="${place.id}" name="${place.getAttribute("name") ?? ""}"> ${label ?? ""}`);
  }
  return names;
};

/** Returns the focused element, and whether its focus is visible. */
const WHERE = () => {
  const here = document.activeElement;
  if (!(here instanceof HTMLElement) || here === document.body) return null;
  // The Markdown editor is framed as a whole.
  const style = getComputedStyle(here.closest(".rich:has(.cm-content:focus)") ?? here);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const box = here.getBoundingClientRect();
  return {
    stop: here.dataset["stop"] ?? null,
    name: `<${here.localName} id="${here.id}">`,
    isFrame: here.localName === "iframe",
    isSeen: (outlined || style.boxShadow !== "none") && box.width > 0 && box.height > 0,
  };
};

/**
 * Goes through the whole page with Tab and fails unless every place is reached, in one round,
 * with a focus that can be seen.
 *
 * @param {Page} page
 * @param {string} name - What the screen is called in a failure.
 */
export async function assertUsableByKeyboard(page, name) {
  await page.locator("body").evaluate((body) => {
    body.tabIndex = -1;
    body.focus();
    body.removeAttribute("tabindex");
    window.getSelection()?.removeAllRanges();
  });
  const places = await page.evaluate(MARK);
  /** @type {Set<number>} */
  const reached = new Set();
  /** @type {string[]} */
  const unseen = [];
  // A frame may hold places of its own, and the browser a stop between the last and the first.
  for (let step = 0; step < places.length * 2 + 60 && reached.size < places.length; step += 1) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate(WHERE);
    if (here === null) continue;
    if (here.stop !== null) reached.add(Number(here.stop));
    if (!here.isSeen && !here.isFrame) unseen.push(here.name);
  }
  const missed = places.filter((_, index) => !reached.has(index));
  assert.deepEqual({ missed, unseen: [...new Set(unseen)] }, { missed: [], unseen: [] }, name);
}
