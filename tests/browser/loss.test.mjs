/**
 * Typing, and something dies at a moment nobody chose: the server, the network, the tab, the browser.
 * Everything that was typed comes back.
 *
 * `ANNAI_LOSS_RUNS` says how often the editor dies, `ANNAI_LOSS_ROUNDS` how often every form dies in every way,
 * and `ANNAI_LOSS_SEED` repeats one sequence of moments. The long run before a release has two rounds or more.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { awake, bodyText, typeAtEnd, untilSaved } from "./lib/desk.mjs";
import { eventually } from "./lib/eventually.mjs";
import { fillForm, openForm, sendButton, typedForms, untilKept, valuesOf } from "./lib/forms.mjs";
import { api, createGuide, guideFile } from "./lib/guides.mjs";
import { mortalBrowser } from "./lib/mortal-browser.mjs";
import { ja } from "./lib/words.mjs";
import { openWorld } from "./lib/world.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

const RUNS = Number(process.env["ANNAI_LOSS_RUNS"] ?? 12);
const ROUNDS = Number(process.env["ANNAI_LOSS_ROUNDS"] ?? 1);
const SEED = Number(process.env["ANNAI_LOSS_SEED"] ?? Date.now() % 1_000_000);
/** The latest moment at which a form dies after this device has its last letter, in milliseconds. */
const LATER = 500;
/** The latest moment at which something dies, in milliseconds after the first key: some saves are over by then. */
const LATEST = 4_000;
const DEATHS = /** @type {const} */ (["server", "network", "tab", "browser"]);

/** @typedef {typeof DEATHS[number]} Death */

/** @type {import("./lib/world.mjs").World} */
let world;
/** A window that nothing happens to. @type {Page} */
let witness;
/** @type {import("./lib/mortal-browser.mjs").MortalBrowser} */
let browser;

before(async () => {
  world = await openWorld({ people: ["editor", "everything"], seed: false });
  witness = await world.as("editor");
  await witness.goto("/admin");
  browser = await mortalBrowser();
});

after(() => browser?.end());

test(`nothing typed is lost in ${RUNS} deaths (seed ${SEED})`, { timeout: RUNS * 60_000 }, async () => {
  const random = numbers(SEED);
  const figures = { runs: 0, sentences: 0, lost: 0, unanswered: 0 };
  for (let run = 0; run < RUNS; run += 1) {
    const death = /** @type {Death} */ (DEATHS[run % DEATHS.length]);
    const typed = await oneLife(run, death, random);
    figures.runs += 1;
    figures.sentences += typed.sentences.length;
    figures.lost += typed.lost.length;
    figures.unanswered += typed.unanswered;
    assert.deepEqual(typed.lost, [], `run ${run}, ${death}`);
  }
  console.log(
    `${figures.runs} deaths at random moments, ${figures.sentences} sentences typed, ${figures.lost} lost; ` +
    `${figures.unanswered} more were on their way into a browser that died before it had them`,
  );
});

/** The ways in which a form does not reach the server. */
const WAYS = /** @type {const} */ (["reload", "tab", "crash", "session", "network", "409", "503"]);

/** @typedef {typeof WAYS[number]} Way */

test(`no form loses what was typed, whatever happens (${WAYS.join(", ")}; ${ROUNDS} rounds)`, { timeout: ROUNDS * 900_000 }, async () => {
  const all = await world.as("everything");
  await all.goto("/admin");
  const forms = await typedForms(all, witness);
  const random = numbers(SEED);
  const figures = { deaths: 0, fields: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [form, way] of forms.map((form) => ofRound(form, round)).flatMap((form) => WAYS.map((way) => /** @type {const} */ ([form, way])))) {
      // The editor sends its own form, which the test above drives.
      if (form.action === "" && !["reload", "tab", "crash"].includes(way)) continue;
      const page = await all.context().newPage();
      await openForm(page, form, ja);
      await fillForm(page, form);
      await untilKept(page, form);
      // Each round types another text, and ends it at another moment.
      if (round > 0) await pause(random() * LATER);
      const left = await lose(page, form, way);
      await openForm(left, form, ja);
      await eventually(async () => assert.deepEqual(await valuesOf(left, form), form.fields, `${form.name}, ${way}`));
      await left.getByText(ja("js.form_restored")).first().waitFor();
      await left.getByRole("button", { name: ja("js.local_forget") }).first().click();
      assert.notDeepEqual(await valuesOf(left, form), form.fields, "thrown away");
      await left.close();
      figures.deaths += 1;
      figures.fields += Object.keys(form.fields).length;
    }
  }
  console.log(`${forms.length} forms, ${ROUNDS} rounds (seed ${SEED}), ${figures.deaths} deaths, ${figures.fields} fields typed, 0 lost`);
});

/**
 * Returns a form with the text of its round.
 *
 * @param {import("./lib/forms.mjs").TypedForm} form
 * @param {number} round
 */
function ofRound(form, round) {
  if (round === 0) return form;
  return { ...form, fields: Object.fromEntries(Object.entries(form.fields).map(([selector, text]) => [selector, `${text}${round}`])) };
}

/**
 * Lets something happen to a page with a typed form, and returns the page on which it is looked for.
 *
 * @param {Page} page
 * @param {import("./lib/forms.mjs").TypedForm} form
 * @param {Way} way
 */
async function lose(page, form, way) {
  const send = async () => (await sendButton(page, form)).asElement()?.click({ noWaitAfter: true });
  const elsewhere = async () => {
    const fresh = await page.context().newPage();
    await page.close();
    return fresh;
  };
  switch (way) {
    case "reload": await page.reload(); return page;
    case "tab": return elsewhere();
    case "crash": {
      const session = await page.context().newCDPSession(page);
      void session.send("Page.crash").catch(() => {});
      await page.waitForEvent("crash");
      return elsewhere();
    }
    case "session": {
      // The answer is the same as of a session that is over, and everybody else's goes on.
      await page.route("**/api/v1/session", (route) => route.fulfill({ status: 401, body: "" }));
      await send();
      await page.getByRole("dialog", { name: ja("editor.session_over") }).waitFor();
      return elsewhere();
    }
    case "network": {
      await page.context().setOffline(true);
      await send();
      await page.locator(".kept-note, #save-state[data-state=trouble]").first().waitFor();
      await page.context().setOffline(false);
      return elsewhere();
    }
    case "409":
    case "503": {
      const refused = page.waitForResponse((response) => response.request().method() === "POST" && String(response.status()) === way);
      await page.route((url) => url.pathname.endsWith(form.action || form.path), (route) =>
        (route.request().method() === "POST" ? route.fulfill({ status: Number(way), contentType: "text/html", body: "<p>…</p>" }) : route.continue()));
      await send();
      await refused;
      return elsewhere();
    }
  }
}

/**
 * One guide, typed into until something dies, and afterwards.
 *
 * @param {number} run
 * @param {Death} death
 * @param {() => number} random
 */
async function oneLife(run, death, random) {
  const guideId = await createGuide(witness, guideFile(`life_${run}`));
  let page = await open(guideId);
  /** @type {string[]} What the page answered that it had taken. */
  const sentences = [];
  let unanswered = 0;
  let isOver = false;
  const dying = pause(random() * LATEST).then(() => die(death, page)).then(() => { isOver = true; });
  while (!isOver) {
    const sentence = `第${run}回の${sentences.length + 1}番目の文。`;
    try {
      await typeAtEnd(page, sentence);
      await page.waitForFunction(isKeptSomewhere, null, { polling: 5 });
      sentences.push(sentence);
    } catch (error) {
      if (death !== "tab" && death !== "browser") throw error;
      unanswered += 1;
      break;
    }
    await pause(random() * 150);
  }
  await dying;

  if (death === "server" || death === "network") {
    const sentence = "何かが倒れたあとの文。";
    await typeAtEnd(page, sentence);
    await page.waitForFunction(isKeptSomewhere, null, { polling: 5 });
    sentences.push(sentence);
    // Half of the people wait for it, half close the lid.
    const closes = random() < 0.5;
    if (closes) await page.close();
    if (death === "server") await world.server.start();
    else await page.context().setOffline(false);
    if (!closes) {
      await untilSaved(page);
      await page.close();
    }
  }
  // It died before anything was there that could be lost.
  if (sentences.length === 0) return { sentences, unanswered, lost: [] };
  page = await open(guideId);
  const restore = page.getByRole("button", { name: ja("js.local_restore") });
  const text = await newest(page, restore, sentences);
  await page.close();
  return { sentences, unanswered, lost: lacking(text, sentences) };
}

/** Returns whether the server or this device holds the shown text; runs in the page. */
async function isKeptSomewhere() {
  if (document.getElementById("save-state")?.dataset["state"] === "saved") return true;
  const body = /** @type {HTMLTextAreaElement} */ (document.getElementById("body")).value;
  /** @type {IDBDatabase} */
  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open("annai");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  /** @type {{ fields: [string, string][] }[]} */
  const texts = await new Promise((resolve, reject) => {
    const request = database.transaction("texts").objectStore("texts").getAll();
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  database.close();
  return texts.some(({ fields }) => fields.some(([name, value]) => name === "body" && value === body));
}

/** @param {Death} death @param {Page} page */
async function die(death, page) {
  switch (death) {
    case "server": return world.server.kill();
    case "network": return page.context().setOffline(true);
    case "browser": return browser.kill();
    case "tab": {
      const session = await page.context().newCDPSession(page);
      // Nobody answers: the page is gone.
      void session.send("Page.crash").catch(() => {});
      await page.waitForEvent("crash");
      await page.close();
    }
  }
}

/** The guide in a new page of the mortal browser, signed in. @param {string} guideId */
async function open(guideId) {
  const page = await browser.page();
  await page.goto(`${world.server.url}/admin/guides/${guideId}`);
  if (new URL(page.url()).pathname === "/admin/sign-in") {
    await world.signIn(page, "editor");
    await page.waitForURL(`**/admin/guides/${guideId}`);
  }
  await awake(page);
  return page;
}

/**
 * Takes the text that the device offers, and returns it once the server has it too.
 *
 * @param {Page} page
 * @param {import("playwright-core").Locator} restore
 * @param {string[]} sentences
 */
async function newest(page, restore, sentences) {
  await page.locator("#editor[data-offered]").waitFor();
  // The browser may not have noticed yet that the window is gone; it is offered when it has.
  if (lacking(await bodyText(page), sentences).length > 0) await restore.first().waitFor().catch(() => {});
  if ((await restore.count()) > 0) {
    await restore.first().click();
    await untilSaved(page);
  }
  const text = await bodyText(page);
  if (lacking(text, sentences).length > 0) return text;
  const guideId = new URL(page.url()).pathname.split("/").at(-1);
  const copy = await (await api(witness, "GET", `/guides/${guideId}/working-copy`)).json();
  assert.ok(copy.source.endsWith(text), "the server has what the screen shows");
  return text;
}

/** @param {string} text @param {string[]} sentences */
const lacking = (text, sentences) => sentences.filter((sentence) => !text.includes(sentence));

/**
 * Numbers from 0 to 1 that are the same for the same seed (mulberry32, by Tommy Ettinger, public domain).
 *
 * @param {number} seed
 */
function numbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
