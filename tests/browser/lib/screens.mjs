/**
 * The demands on every screen in every state: accessible, in our words, within its width.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import axe from "axe-core";

import { awake } from "./desk.mjs";

/** @typedef {import("playwright-core").Page} Page */

/**
 * A test for one state of one screen.
 *
 * @param {string} name
 * @param {() => Promise<Page>} reach - Brings a page into that state.
 */
export function screen(name, reach) {
  test(`${name}: accessible, in our words and within its width`, { timeout: 60_000 }, async () => {
    const page = await reach();
    await page.locator("main").waitFor();
    await assertWellMade(page, name);
  });
}

/**
 * A test for a state that an address leads to.
 *
 * @param {string} name
 * @param {() => Page} whose
 * @param {() => string} path
 * @param {number} [status] - What the address answers.
 */
export function screenAt(name, whose, path, status = 200) {
  screen(name, async () => {
    const page = whose();
    const response = await page.goto(path());
    assert.equal(response?.status(), status, name);
    await awake(page);
    return page;
  });
}

/**
 * Sends a form as it is, without the browser's own checks.
 *
 * @param {Page} page
 * @param {string} selector
 */
export async function send(page, selector) {
  const answered = page.waitForResponse((response) => response.request().method() === "POST");
  await page.locator(selector).evaluate((form) => {
    if (form instanceof HTMLFormElement) {
      form.noValidate = true;
      form.requestSubmit();
    }
  });
  await answered;
  await page.waitForLoadState();
  await awake(page);
}

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];

/**
 * Every pair of light and width. Rules about structure know neither, so that two full rounds are
 * enough for them; rules about colour and size are asked for in all four.
 *
 * @type {{ name: string, scheme: "light" | "dark", width: number, height: number, rules: { type: "tag" | "rule", values: string[] } }[]}
 */
const LOOKS = [
  { name: "desktop, light", scheme: "light", width: 1280, height: 900, rules: { type: "tag", values: RULES } },
  { name: "desktop, dark", scheme: "dark", width: 1280, height: 900, rules: { type: "rule", values: ["color-contrast", "target-size"] } },
  { name: "phone, light", scheme: "light", width: 390, height: 844, rules: { type: "rule", values: ["color-contrast", "target-size"] } },
  { name: "phone, dark", scheme: "dark", width: 390, height: 844, rules: { type: "tag", values: RULES } },
];

/**
 * Fails unless the screen passes in every look. The page is left as wide and light as it was.
 *
 * @param {Page} page
 * @param {string} name - What the state is called in a failure.
 */
export async function assertWellMade(page, name) {
  assert.notDeepEqual(await page.locator(".error-status").allTextContents(), ["500"], name);
  assert.deepEqual(await strangeWords(page), [], `${name}: words`);
  await page.evaluate(axe.source);
  /** @type {string[]} */
  const found = [];
  for (const look of LOOKS) {
    await page.setViewportSize({ width: look.width, height: look.height });
    await page.emulateMedia({ colorScheme: look.scheme });
    for (const violation of await violations(page, look.rules)) found.push(`${look.name}: ${violation}`);
    const { full, seen } = await widths(page);
    if (full > seen) found.push(`${look.name}: ${full - seen} px wider than the window: ${await widest(page)}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: "light" });
  assert.deepEqual(found, [], name);
}

/**
 * @param {Page} page
 * @param {{ type: "tag" | "rule", values: string[] }} runOnly
 * @returns {Promise<string[]>}
 */
function violations(page, runOnly) {
  return page.evaluate(async (rules) => {
    const engine = /** @type {{ axe: typeof import("axe-core") }} */ (/** @type {unknown} */ (window)).axe;
    // Frames are screens of their own here: the preview cannot answer from within its sandbox.
    const result = await engine.run(document, { iframes: false, resultTypes: ["violations"], runOnly: rules });
    return result.violations.flatMap((violation) =>
      violation.nodes.map((node) => `${violation.id}: ${node.target.join(" ")} ${node.failureSummary?.replace(/\s+/g, " ") ?? ""}`),
    );
  }, runOnly);
}

/** @param {Page} page */
const widths = (page) =>
  page.evaluate(() => ({ full: document.documentElement.scrollWidth, seen: document.documentElement.clientWidth }));

/**
 * The elements that stick out, for a failure's message.
 *
 * @param {Page} page
 */
const widest = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("body *")]
      .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
      .slice(0, 5)
      .map((one) => `<${one.localName} class="${one.className}" id="${one.id}">`)
      .join(" "),
  );

/**
 * Keys that stand where words should, and places in a text that nothing was put into.
 *
 * @param {Page} page
 * @returns {Promise<string[]>}
 */
export function strangeWords(page) {
  return page.evaluate(() => {
    const key = /^[a-z_]+(\.[a-z_]+)+$/;
    const gap = /\{[a-z_]+(:[^}]*)?\}|\bundefined\b|\[object /;
    /** @type {string[]} */
    const found = [];
    const look = (/** @type {string | null} */ text) => {
      const words = text?.trim() ?? "";
      if (key.test(words) || gap.test(words)) found.push(words);
    };
    look(document.title);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      if (!parent || parent.closest("script, style, code, pre, textarea, template, .cm-content")) continue;
      look(walker.currentNode.textContent);
    }
    for (const element of document.body.querySelectorAll("*")) {
      for (const name of ["aria-label", "placeholder", "title", "alt", "data-confirm"]) look(element.getAttribute(name));
    }
    return found;
  });
}
