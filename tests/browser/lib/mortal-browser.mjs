/**
 * A browser that can be killed, and comes back with what its profile holds.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium as driver } from "playwright-core";

import { chromium } from "./environment.mjs";
import { eventually } from "./eventually.mjs";

/**
 * @typedef {object} MortalBrowser
 * @property {() => Promise<import("playwright-core").Page>} page - A new page, in the one window all have in common; starts the browser where it does not run.
 * @property {() => Promise<void>} kill - As a power cut does.
 * @property {() => Promise<void>} end - For good.
 */

/** @returns {Promise<MortalBrowser>} */
export async function mortalBrowser() {
  const profile = await mkdtemp(join(tmpdir(), "annai-profile-"));
  /** @type {{ child: import("node:child_process").ChildProcess, context: import("playwright-core").BrowserContext } | null} */
  let running = null;

  const start = async () => {
    const portFile = join(profile, "DevToolsActivePort");
    await rm(portFile, { force: true });
    const child = spawn(chromium(), [
      "--headless=new", "--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--no-first-run", "--lang=ja-JP", "--accept-lang=ja-JP", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank",
    ], { stdio: "ignore" });
    const port = await eventually(async () => {
      const [line] = (await readFile(portFile, "utf8")).split("\n");
      if (!line) throw new Error("the browser has not said its port yet");
      return line;
    });
    const browser = await driver.connectOverCDP(`http://127.0.0.1:${port}`);
    const [context] = browser.contexts();
    if (!context) throw new Error("the browser has no window");
    context.setDefaultTimeout(20_000);
    return { child, context };
  };

  const kill = async () => {
    if (!running) return;
    const { child } = running;
    running = null;
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  };

  return {
    page: async () => {
      running ??= await start();
      return running.context.newPage();
    },
    kill,
    end: async () => {
      await kill();
      // Its other processes may still be writing for a moment.
      await rm(profile, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}
