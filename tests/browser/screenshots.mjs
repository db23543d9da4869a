/**
 * Takes the pictures of the README anew: `node --test screenshots.mjs`.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { awake, bodyText, openEditor, textField, untilSaved, writeBody } from "./lib/desk.mjs";
import { root } from "./lib/environment.mjs";
import { edit, fillDesk } from "./lib/full-desk.mjs";
import { api, revisionsOf } from "./lib/guides.mjs";
import { ja } from "./lib/words.mjs";
import { openWorld } from "./lib/world.mjs";

const SIZE = { width: 1200, height: 750 };

test("the pictures of the README", async () => {
  const folder = join(root, "docs", "screenshots");
  await mkdir(folder, { recursive: true });
  const world = await openWorld({ people: ["editor", "everything"], seed: false });
  const all = await world.as("everything", { viewport: SIZE });
  const editor = await world.as("editor", { viewport: SIZE });
  const desk = await fillDesk(world, all, editor);

  await openEditor(editor, desk.id("public"));
  await editor.getByRole("tab").filter({ hasText: ja("editor.preview") }).click();
  await writeBody(editor, (await bodyText(editor)).replace("信頼性", "たしかさ"));
  await untilSaved(editor);
  await editor.frameLocator("#preview iframe:not(.arriving)").locator("h1").waitFor();
  await textField(editor).press("ControlOrMeta+Home");
  await textField(editor).blur();
  await editor.screenshot({ path: join(folder, "editor.png") });

  await edit(editor, desk.id("public"), "最後に、読者への一言を足しました。");
  const [latest] = await revisionsOf(editor, desk.id("public"));
  await api(editor, "POST", `/guides/${desk.id("public")}/submit`, {
    data: { revision_id: latest?.revision_id, message: "用語を揃えました。" },
    headers: { "Idempotency-Key": crypto.randomUUID() },
  });
  await all.goto(`${desk.path("public")}/review`);
  await awake(all);
  await all.screenshot({ path: join(folder, "review.png") });
});
