/**
 * The number of requests that a page makes, which decides how soon it can be used on a line with a long delay.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import { openCosts } from "./lib/first-use.mjs";
import { guideIdOf } from "./lib/guides.mjs";
import { close, openWorld } from "./lib/world.mjs";

/** The most requests of an ordinary page. */
const PAGE = 12;
/** The most requests of the editor, with its preview. */
const EDITOR = 20;

test("pages need few requests, and the editor few more", async () => {
  const world = await openWorld({ people: ["everything"] });
  const page = await world.as("everything");
  await page.goto("/admin");
  const guide = `/admin/guides/${await guideIdOf(page, "sre_engineer")}`;
  await close(page);

  for (const path of ["/admin", "/admin/guides", "/admin/reviews", `${guide}/history`, guide]) {
    const window = await world.as("everything");
    const cost = await openCosts(window, path);
    const limit = path === guide ? EDITOR : PAGE;
    assert.ok(cost.requests.length <= limit, `${path}: ${cost.requests.length} requests\n${cost.requests.join("\n")}`);
    console.log(`${path.replace(/[0-9a-f-]{36}/, "…")}: ${cost.requests.length} requests, ${Math.round(cost.bytes / 1000)} kB, paint ${Math.round(cost.paint)} ms, use ${Math.round(cost.use)} ms`);
    await close(window);
  }
  world.watch.assertQuiet();
});
