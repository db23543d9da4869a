/**
 * One server, one browser and the people of a test file.
 */
import { after } from "node:test";
import { chromium } from "playwright-core";

import { startServer } from "./annai.mjs";
import { createDatabase } from "./database.mjs";
import { chromium as chromiumPath } from "./environment.mjs";
import { ja } from "./words.mjs";
import { watch } from "./watch.mjs";

/** The time for one step of the browser, in milliseconds. */
const PATIENCE = 20_000;

/** The password of everybody in the tests. */
export const PASSWORD = "correct horse battery staple 案内";

/** Ends everything that was started, in the order of starting. @type {(() => Promise<void>)[]} */
const closing = [];

after(async () => {
  for (const close of closing.reverse()) await close();
});

/**
 * @typedef {import("playwright-core").Page} Page
 * @typedef {import("playwright-core").BrowserContext} BrowserContext
 * @typedef {import("playwright-core").BrowserContextOptions} ContextOptions
 */

/** Everybody whom a test file may ask for: what they are called and what they may do. */
const PEOPLE = {
  admin: { name: "管理 花子", roles: ["admin"], locale: "ja" },
  author: { name: "執筆 一郎", roles: ["author"], locale: "ja" },
  editor: { name: "編集 まどか", roles: ["editor"], locale: "ja" },
  other_editor: { name: "編集 たけし", roles: ["editor"], locale: "ja" },
  reviewer: { name: "査読 さくら", roles: ["reviewer"], locale: "ja" },
  publisher: { name: "公開 はるき", roles: ["reviewer", "publisher"], locale: "ja" },
  publisher_alone: { name: "公開 ひとみ", roles: ["publisher"], locale: "ja" },
  everything: { name: "全権 みどり", roles: ["editor", "reviewer", "publisher", "admin"], locale: "ja" },
  english: { name: "Edith English", roles: ["editor", "reviewer", "publisher", "admin"], locale: "en" },
};

/** @typedef {keyof typeof PEOPLE} PersonName */

/**
 * @typedef {object} World
 * @property {import("./annai.mjs").Server} server
 * @property {import("./database.mjs").TestDatabase} database
 * @property {import("playwright-core").Browser} browser
 * @property {(name: PersonName, options?: ContextOptions) => Promise<Page>} as - A page of somebody who is signed in, in a window of its own.
 * @property {(options?: ContextOptions) => Promise<Page>} stranger - A page of nobody in particular.
 * @property {(name: PersonName) => string} nameOf
 * @property {import("./watch.mjs").Watch} watch - Over every page of this world.
 * @property {(page: Page, name: PersonName) => Promise<void>} signIn - Through the form.
 */

/**
 * Starts everything; the runner ends it after the file's last test.
 *
 * People are invited by the command line, as an operator does, and choose their passwords in the
 * browser. `setup.test.mjs` goes the way of the first administrator instead.
 *
 * @param {{ people?: PersonName[], seed?: boolean, settings?: Record<string, string> }} options
 * @returns {Promise<World>}
 */
export async function openWorld({ people = [], seed = true, settings = {} }) {
  const database = await createDatabase();
  closing.push(database.drop);
  const server = await startServer({ databaseUrl: database.url, seed, settings });
  closing.push(server.stop);
  const browser = await launch();
  console.log(`Chromium ${browser.version()}`);
  closing.push(() => browser.close());
  const watching = watch();

  /** @param {ContextOptions} options */
  const open = async (options) => {
    const context = await browser.newContext({
      baseURL: server.url,
      locale: "ja-JP",
      timezoneId: "Asia/Tokyo",
      viewport: { width: 1280, height: 900 },
      reducedMotion: "reduce",
      ...options,
    });
    context.setDefaultTimeout(PATIENCE);
    context.on("page", (page) => watching.over(page));
    return context.newPage();
  };

  /** @type {Map<PersonName, Awaited<ReturnType<BrowserContext["storageState"]>>>} */
  const sessions = new Map();
  for (const name of people) {
    const { name: displayName, roles, locale } = PEOPLE[name];
    const invitation = await server.run(
      "user", "create", emailOf(name), "--name", displayName, "--roles", roles.join(","), "--locale", locale,
    );
    const page = await open({});
    await page.goto(invitation.trim());
    await page.locator("#password").fill(PASSWORD);
    await page.locator("main form button.primary").click();
    await page.waitForURL(`${server.url}/admin`);
    sessions.set(name, await page.context().storageState());
    await page.context().close();
  }

  return {
    server,
    database,
    browser,
    watch: watching,
    nameOf: (name) => PEOPLE[name].name,
    stranger: (options = {}) => open(options),
    as: async (name, options = {}) => {
      const storageState = sessions.get(name);
      if (!storageState) throw new Error(`${name} was not invited into this world`);
      return open({ storageState, ...options });
    },
    signIn: async (page, name) => {
      await page.getByLabel(ja("field.email")).fill(emailOf(name));
      await page.locator("#password").fill(PASSWORD);
      await page.getByRole("button", { name: ja("sign_in.send"), exact: true }).click();
    },
  };
}

/** A browser that dies at its own start says nothing about us: it is started once more. */
async function launch() {
  const start = () => chromium.launch({
    executablePath: chromiumPath(),
    args: [
      "--no-sandbox",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-quic",
      "--no-first-run",
      "--force-color-profile=srgb",
    ],
  });
  try {
    return await start();
  } catch {
    return start();
  }
}

/** @param {PersonName} name */
export const emailOf = (name) => `${name}@example.jp`;

/**
 * Closes the window that a page is in.
 *
 * @param {Page} page
 */
export const close = (page) => page.context().close();
