/**
 * Prints the cost of opening pages of a running server: `node pages.bench.mjs URL EMAIL PASSWORD`.
 * `cargo xtask bench pages` starts the server and calls this.
 */
import { chromium } from "playwright-core";

import { chromium as chromiumPath } from "./lib/environment.mjs";
import { LATENCY, openCosts } from "./lib/first-use.mjs";
import { guideIdOf } from "./lib/guides.mjs";

/** The times that each page is opened. */
const ROUNDS = 5;

const [url = "", email = "", password = ""] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
try {
  const door = await browser.newContext({ baseURL: url });
  const page = await door.newPage();
  await page.goto("/admin/sign-in");
  await page.locator("#email").fill(email);
  await page.locator("#password").fill(password);
  await page.locator("main form button.primary").click();
  await page.waitForURL(`${url}/admin`);
  const guide = `/admin/guides/${await guideIdOf(page, "sre_engineer")}`;
  const storageState = await door.storageState();

  console.log(`first use with ${LATENCY} ms of delay and an empty cache, median of ${ROUNDS}`);
  for (const [name, path] of [["home", "/admin"], ["guides", "/admin/guides"], ["history", `${guide}/history`], ["editor", guide]]) {
    const costs = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const context = await browser.newContext({ baseURL: url, storageState });
      costs.push(await openCosts(await context.newPage(), String(path)));
      await context.close();
    }
    costs.sort((one, other) => one.use - other.use);
    const median = costs[Math.floor(ROUNDS / 2)];
    if (median) console.log(`${name}: ${median.requests.length} requests, ${Math.round(median.bytes / 1000)} kB, paint ${Math.round(median.paint)} ms, use ${Math.round(median.use)} ms`);
  }
} finally {
  await browser.close();
}
