/**
 * The Markdown editor: keys, tables, the outline, what is pasted, and texts that are hard on editors.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { awake, bodyText, openEditor, richField, saveRevision, textField, typeAtEnd, untilSaved, writeBody } from "./lib/desk.mjs";
import { eventually } from "./lib/eventually.mjs";
import { api, createGuide, guideFile, latestSource } from "./lib/guides.mjs";
import { ja } from "./lib/words.mjs";
import { openWorld } from "./lib/world.mjs";
import { compose, inputMethodKey, module, paste, textWithCursor, writeAt } from "./lib/writing.mjs";

/** @typedef {import("./lib/world.mjs").Page} Page */

/** @type {import("./lib/world.mjs").World} */
let world;
/** @type {Page} */
let page;
/** @type {string} */
let guideId;

before(async () => {
  world = await openWorld({ people: ["editor"], seed: false });
  page = await world.as("editor");
  await page.goto("/admin");
  await createGuide(page, guideFile("data_engineer", { title: "データエンジニア" }));
  guideId = await createGuide(page, guideFile("writing"));
  await openEditor(page, guideId);
});

/** @param {string} expected */
const untilBody = (expected) => eventually(async () => assert.equal(await bodyText(page), expected));
/** The suggestions after `/`, once a key can choose one. */
const menu = () => page.locator(".cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled)");
const tab = (/** @type {string} */ key) => page.getByRole("tab").filter({ hasText: ja(key) });

test("the field says what it is, and holds what the form sends", async () => {
  const field = page.getByRole("textbox", { name: ja("editor.body") });
  assert.equal(await field.getAttribute("aria-multiline"), "true");
  assert.equal(await field.getAttribute("lang"), "ja");
  await writeBody(page, "# 題\n\n一行目\n二行目\n");
  await untilBody("# 題\n\n一行目\n二行目\n");
  await page.locator('label[for="body"]').click();
  assert.equal(await richField(page).evaluate((element) => element === document.activeElement), true);
});

/** Each: a text, keys, and the text after them. `¦` is the cursor. @type {[name: string, before: string, keys: string[], after: string][]} */
const KEYS = [
  ["a list goes on", "- 一¦", ["Enter"], "- 一\n- ¦"],
  ["an empty item ends its list", "- 一\n- ¦", ["Enter"], "- 一\n¦"],
  ["a task goes on undone", "- [x] 済¦", ["Enter"], "- [x] 済\n- [ ] ¦"],
  ["numbers go on, also behind the new one", "1. 一¦\n2. 二\n3. 三\n\n4. 別", ["Enter"], "1. 一\n2. ¦\n3. 二\n4. 三\n\n4. 別"],
  ["a nested list keeps its depth", "- 一\n  * 二¦", ["Enter"], "- 一\n  * 二\n  * ¦"],
  ["a quotation goes on", "> 引用¦", ["Enter"], "> 引用\n> ¦"],
  ["before its marker a list is text", "¦- 一", ["Enter"], "\n¦- 一"],
  ["in a code block a list is text", "```\n- 一¦\n```", ["Enter"], "```\n- 一\n¦\n```"],
  ["Shift+Enter in a list begins a plain line", "- 一¦", ["Shift+Enter"], "- 一\n¦"],
  ["bold, and back", "太¦い", ["Control+b", "Control+b"], "太¦い"],
  ["italic", "斜¦め", ["Control+i"], "斜*¦*め"],
  ["a line becomes a heading, a smaller one, and text again", "節¦", ["Control+Shift+H", "Control+Shift+H", "Control+Shift+H", "Control+Shift+H"], "## 節¦"],
  ["a heading of another level becomes one of a section", "#### 節¦", ["Control+Shift+H"], "## 節¦"],
  ["a line becomes an item, and text again", "一¦", ["Control+Shift+8", "Control+Shift+8", "Control+Shift+8"], "- 一¦"],
  ["an empty line becomes an item", "¦", ["Control+Shift+8"], "- ¦"],
  ["within a quotation a line becomes an item", "> 一¦", ["Control+Shift+8"], "> - 一¦"],
  ["an item becomes a numbered one", "  - 一¦", ["Control+Shift+7"], "  1. 一¦"],
  ["selected lines become a numbered list, empty ones apart", "一\n\n二¦", ["Control+Shift+Home", "Control+Shift+7"], "1. ¦一\n\n2. 二¦"],
  ["in a code block a line is no heading and no item", "```\n一¦\n```", ["Control+Shift+H", "Control+Shift+8"], "```\n一¦\n```"],
  ["a link waits for its address", "文¦", ["Control+k"], "文[¦]()"],
  ["Tab goes to the next cell", "| あ¦ | い |\n|---|---|\n| う | え |", ["Tab"], "| あ | ¦い¦ |\n|---|---|\n| う | え |"],
  ["Tab goes to the next row, past the delimiter", "| あ | い¦ |\n|---|---|\n| う | え |", ["Tab"], "| あ | い |\n|---|---|\n| ¦う¦ | え |"],
  ["Shift+Tab goes back", "| あ | い |\n|---|---|\n| ¦う | え |", ["Shift+Tab"], "| あ | ¦い¦ |\n|---|---|\n| う | え |"],
  ["Tab in the last cell makes the next row", "| あ | い |\n|---|---|\n| う | え¦ |\n\n文", ["Tab"], "| あ | い |\n|---|---|\n| う | え |\n| ¦ |  |\n\n文"],
  ["Tab goes on from row to row, and Shift+Tab comes back", "| あ | い |\n|---|---|\n| う | え¦ |", ["Tab", "Tab", "Tab", "Shift+Tab"], "| あ | い |\n|---|---|\n| う | え |\n|  | ¦ |\n|  |  |"],
  ["Tab makes the first row of a table without rows", "| あ | い¦ |\n|---|---|", ["Tab"], "| あ | い |\n|---|---|\n| ¦ |  |"],
  ["a row that Tab made is undone at once", "| あ | い |\n|---|---|\n| う | え¦ |", ["Tab", "Control+z"], "| あ | い |\n|---|---|\n| う | え¦ |"],
  ["Enter goes down, and makes a row at the end", "| あ | い¦ |\n|---|---|\n| う | え |", ["Enter", "Enter"], "| あ | い |\n|---|---|\n| う | え |\n| ¦ |  |"],
  ["Ctrl+Enter adds a row below", "| あ¦ | い |\n|---|---|\n| う | え |", ["Control+Enter"], "| あ | い |\n|---|---|\n| ¦ |  |\n| う | え |"],
  ["a column is added and leaves every other letter", "|あ¦|い|\n|:-:|---|\n| う|え", ["Control+Shift+Enter"], "|あ| ¦ |い|\n|:-:| --- |---|\n| う|  |え"],
  ["a row is removed", "| あ |\n|---|\n| い¦ |\n| う |", ["Control+Shift+Backspace"], "| あ |\n|---|\n¦| う |"],
  ["columns are aligned by the width of Japanese letters", "|名前¦|n|\n|-|-:|\n|ab|１０|", ["Alt+Shift+F"], "| ¦名前¦ |    n |\n| ---- | ---: |\n| ab   | １０ |"],
  ["a bar in a cell is no border", "| a\\|b¦ | c |\n|---|---|\n| 1 | 2 |", ["Tab"], "| a\\|b | ¦c¦ |\n|---|---|\n| 1 | 2 |"],
  ["a section moves down whole", "# 題\n\n## 一¦\n\n文\n\n### 小\n\n## 二\n\n終", ["Alt+PageDown"], "# 題\n\n## 二\n\n終\n\n## 一¦\n\n文\n\n### 小"],
  ["a section moves up, and undo takes it back", "## 一\n文\n## 二\n¦文", ["Alt+PageUp", "Control+z"], "## 一\n文\n## 二\n¦文"],
];

for (const [name, text, pressed, wanted] of KEYS) {
  test(`keys: ${name}`, async () => {
    await writeAt(page, text);
    for (const key of pressed) await page.keyboard.press(key);
    await eventually(async () => assert.equal(await textWithCursor(page), wanted));
  });
}

test("out of a table Escape and Tab lead, and Shift+Tab before its first cell", async () => {
  for (const [text, keys] of [["| あ | い |\n|---|---|\n| う | え¦ |", "Escape Tab"], ["| あ¦ | い |\n|---|---|\n| う | え |", "Escape Tab"], ["| ¦あ | い |\n|---|---|", "Shift+Tab"]]) {
    await writeAt(page, String(text));
    for (const key of String(keys).split(" ")) await page.keyboard.press(key);
    assert.equal(await richField(page).evaluate((element) => element === document.activeElement), false);
    await untilBody(String(text).replace("¦", ""));
  }
});

test("a table is made and grows by its buttons", async () => {
  await writeAt(page, "前の段落¦");
  const summary = page.locator("[data-writing-bar] summary");
  const press = async (/** @type {string} */ key) => {
    await summary.click();
    await page.locator("[data-writing-bar]").getByRole("button", { name: ja(`writing.${key}`), exact: true }).click();
  };
  await summary.click();
  assert.equal(await page.getByRole("button", { name: ja("writing.row_add") }).isDisabled(), true);
  await summary.click();
  await press("table_insert");
  await press("row_add");
  await press("column_add");
  await press("row_remove");
  await untilBody("前の段落\n\n| 項目 |  | 内容 |\n| --- | --- | --- |\n|  |  |  |\n");
});

test("the buttons above the text give it its form, and the text keeps the focus", async () => {
  /** @type {[name: string, before: string, after: string][]} */
  const buttons = [
    ["strong", "太¦い", "太**¦**い"], ["emphasis", "斜¦め", "斜*¦*め"], ["heading", "節¦", "## 節¦"],
    ["bullet_list", "一¦", "- 一¦"], ["numbered_list", "一¦", "1. 一¦"], ["link", "文¦", "文[¦]()"],
  ];
  for (const [name, text, wanted] of buttons) {
    await writeAt(page, text);
    const button = page.locator("[data-writing-bar]").getByRole("button", { name: ja(`writing.${name}`), exact: true });
    assert.ok((await button.getAttribute("title"))?.startsWith(ja(`writing.${name}`)), "a tooltip");
    await button.click();
    await eventually(async () => assert.equal(await textWithCursor(page), wanted));
    assert.equal(await richField(page).evaluate((field) => field === document.activeElement), true);
  }
});

test("a button above the text does not disturb a conversion", async () => {
  await writeAt(page, "¦");
  const composition = await compose(page, "ふとじ");
  await page.locator("[data-run=strong]").click();
  await composition.commit("太字");
  await untilBody("太字");
});

test("during a conversion no key of ours does anything", async () => {
  for (const [text, key] of [["- 一¦", "Enter"], ["| あ¦ | い |\n|---|---|\n| う | え |", "Tab"], ["太¦", "Control+b"], ["## 一\n\n## 二¦", "Alt+PageUp"]]) {
    await writeAt(page, String(text));
    const composition = await compose(page, "かな");
    await page.keyboard.press(String(key));
    await composition.commit("仮名");
    await untilBody(String(text).replace("¦", "仮名"));
  }
});

test("a key that the browser gives to the input method is nobody else's", async () => {
  for (const [text, key] of [["- 一¦", "Enter"], ["| あ¦ | い |\n|---|---|\n| う | え |", "Tab"]]) {
    await writeAt(page, String(text));
    assert.equal(await inputMethodKey(page, String(key)), false);
    await eventually(async () => assert.equal(await textWithCursor(page), text));
  }
});

test("what others write waits for the end of a conversion, and neither text is lost", async () => {
  await writeAt(page, "一行目\n二行目¦");
  const composition = await compose(page, "へんかん");
  await page.locator("#body").evaluate((area) => {
    if (!(area instanceof HTMLTextAreaElement)) return;
    area.setRangeText("〇", 0, 1);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  assert.match(String(await richField(page).textContent()), /^一行目二行目へんかん$/);
  await composition.commit("変換");
  await untilBody("〇行目\n二行目変換");
  await eventually(async () => assert.equal(await richField(page).textContent(), "〇行目二行目変換"));
});

test("a part that a script replaces can be undone, and keeps every other letter", async () => {
  await writeAt(page, "サーバの話。\r\nサーバー。".replace("\r", ""));
  await page.evaluate(async (path) => {
    const { replaceInBody } = await import(path);
    replaceInBody(0, 3, "サーバー");
  }, await module(page, "body"));
  await untilBody("サーバーの話。\nサーバー。");
  await textField(page).focus();
  await page.keyboard.press("Control+z");
  await untilBody("サーバの話。\nサーバー。");
});

test("/ offers parts of a guide; Escape sends the offer away", async () => {
  await writeAt(page, "¦");
  await page.keyboard.type("/");
  await menu().getByRole("option").first().waitFor();
  await page.keyboard.press("Escape");
  await menu().waitFor({ state: "hidden" });
  await untilBody("/");
  await page.keyboard.type("表");
  await menu().getByRole("option", { name: `/${ja("js.slash_table")}` }).waitFor();
  await page.keyboard.press("Enter");
  await eventually(async () => assert.equal(await textWithCursor(page), "| 項目 | 内容 |\n| --- | --- |\n| ¦ |  |\n"));
});

test("/ within a word or an address offers nothing", async () => {
  await writeAt(page, "https:/¦");
  await page.keyboard.type("/");
  await page.keyboard.type("and/or");
  await untilBody("https://and/or");
  assert.equal(await menu().count(), 0);
});

test("／ of an input method offers nothing while it converts, and the parts afterwards", async () => {
  await writeAt(page, "¦");
  const composition = await compose(page, "／ほねぐみ");
  assert.equal(await menu().count(), 0);
  await composition.commit("／骨組み");
  await menu().getByRole("option").first().waitFor();
  await page.keyboard.press("Enter");
  await eventually(async () => {
    const text = await bodyText(page);
    assert.match(text, /^### 1️⃣ /);
    assert.equal(text.match(/^### /gm)?.length, 10);
    assert.match(text, /### 🔟 まとめ\n/);
  });
});

test("/画像 writes the syntax of a picture, its description selected", async () => {
  await writeAt(page, "¦");
  await page.keyboard.type("/画像");
  await menu().getByRole("option", { name: `/${ja("js.slash_picture")}` }).waitFor();
  await page.keyboard.press("Enter");
  await eventually(async () => assert.equal(await textWithCursor(page), `![¦${ja("js.slash_picture_text")}¦](/static/img/)`));
});

test("/関連 finds a guide and makes the link", async () => {
  await writeAt(page, "¦");
  await page.keyboard.type("/関連");
  await menu().getByRole("option").first().waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.type("ﾃﾞｰﾀ");
  await menu().getByRole("option", { name: "データエンジニア" }).waitFor();
  await page.keyboard.press("Enter");
  await untilBody("[データエンジニア](guide:data_engineer)");
});

test("the offer of guides marks those that readers do not see, and leaves this one out", async () => {
  await writeAt(page, "¦");
  await page.keyboard.type("/関連 ");
  const offer = menu().getByRole("option");
  await offer.filter({ hasText: "データエンジニア" }).getByText(ja("js.guide_draft"), { exact: true }).waitFor();
  assert.equal(await offer.filter({ hasText: "writing" }).count(), 0);
  await page.keyboard.press("Escape");
  await writeAt(page, "[題](¦)");
  await page.keyboard.type("guide:data");
  await offer.filter({ hasText: "データエンジニア" }).waitFor();
  await page.keyboard.press("Enter");
  await untilBody("[題](guide:data_engineer)");
});

test("Japanese is found and replaced, and the search sends nothing of its own", async () => {
  await writeAt(page, "¦サーバの話。サーバ。");
  await page.keyboard.press("Control+f");
  const panel = page.locator(".cm-search");
  await panel.getByRole("textbox", { name: ja("js.search_find"), exact: true }).fill("サーバ");
  await panel.getByRole("textbox", { name: ja("js.search_replace"), exact: true }).fill("サーバー");
  const composition = await compose(page, "かな");
  await page.keyboard.press("Escape");
  await composition.commit("");
  assert.equal(await panel.isVisible(), true);
  await panel.getByRole("textbox", { name: ja("js.search_replace"), exact: true }).fill("サーバー");
  await panel.getByRole("button", { name: ja("js.search_replace_all"), exact: true }).click();
  await untilBody("サーバーの話。サーバー。");
  const names = await page.evaluate(() => [...new FormData(/** @type {HTMLFormElement} */ (document.getElementById("editor"))).keys()]);
  assert.deepEqual(names.filter((name) => ["search", "replace", "case", "re", "word"].includes(name)), []);
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "hidden" });
});

test("the outline leads to a heading, and moves a section with every byte of it", async () => {
  await writeBody(page, "# 題\n\n## 一\n\n文 1  \n\n## 二\n\n```\n## 見出しではない\n```\n\n### 小\n\n## 三");
  await tab("editor.outline").click();
  const rows = page.locator("#outline li");
  await eventually(async () => assert.deepEqual(await rows.locator(".outline-jump").allTextContents(), ["題", "一", "二", "小", "三"]));
  await rows.nth(3).locator(".outline-jump").click();
  await eventually(async () => assert.match(await textWithCursor(page), /¦### 小/));
  await page.getByRole("button", { name: ja("js.outline_down", { item: "一" }) }).focus();
  await page.keyboard.press("Enter");
  await untilBody("# 題\n\n## 二\n\n```\n## 見出しではない\n```\n\n### 小\n\n## 一\n\n文 1  \n\n## 三");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), ja("js.outline_down", { item: "一" }));
  await page.keyboard.press("Enter");
  await untilBody("# 題\n\n## 二\n\n```\n## 見出しではない\n```\n\n### 小\n\n## 三\n\n## 一\n\n文 1  ");
  assert.equal(await page.getByRole("button", { name: ja("js.outline_down", { item: "一" }) }).isDisabled(), true);
});

/** The clipboard contents of programs, with the Markdown they become. @type {[name: string, data: Record<string, string>, wanted: string][]} */
const PASTED = [
  [
    "Excel",
    {
      "text/plain": "職種\t年収\r\nSRE\t800|900\r\n",
      "text/html": `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style>td{mso-number-format:General}</style></head><body><!--StartFragment--><table border=0 style='width:96pt'><col width=64><tr height=18><td class=xl65>職種</td><td>年収</td></tr><tr><td style='font-weight:700'>SRE</td><td align=right>800|900</td></tr></table><!--EndFragment--></body></html>`,
    },
    "| 職種 | 年収     |\n| ---- | -------- |\n| SRE  | 800\\|900 |",
  ],
  ["a spreadsheet that gives plain text only", { "text/plain": "a\tb\nあ\t\n" }, "| a   | b   |\n| --- | --- |\n| あ  |     |"],
  ["text with one tab that is no table", { "text/plain": "a\tb\nc" }, "a\tb\nc"],
  ["an editor of programs, with tabs before its lines", { "text/plain": "\ta\n\tb" }, "\ta\n\tb"],
  ["a page about styles", { "text/plain": "", "text/html": `<h2 style="color:red">属性</h2><p>&lt;p style="a"&gt; と書く</p>` }, '## 属性\n\n<p style="a"> と書く'],
  [
    "Google Docs",
    {
      "text/plain": "見出し\n太字（ふとじ）です。",
      "text/html": `<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><h2 dir="ltr"><span style="font-weight:700">見出し</span></h2><p dir="ltr"><span style="font-weight:700;white-space:pre-wrap">太字（ふとじ）</span><span style="font-style:italic">です</span>。<a href="https://www.google.com/url?q=https://example.jp/a&amp;sa=D"><span>先</span></a></p><ul><li dir="ltr"><p><span>一</span></p></li><ul><li><p>一の一</p></li></ul><li><p>二</p></li></ul></b><br class="Apple-interchange-newline">`,
    },
    "## 見出し\n\n**太字（ふとじ）***です*。[先](https://example.jp/a)\n\n- 一\n  - 一の一\n- 二",
  ],
  [
    "Word",
    {
      "text/plain": "一\n二\n文",
      "text/html": `<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"><head><!--[if gte mso 9]><xml><w:WordDocument/></xml><![endif]--><style>p.MsoNormal{margin:0}</style></head><body lang=JA><!--StartFragment--><p class=MsoListParagraph style='margin-left:21.0pt;text-indent:-21.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Wingdings;mso-list:Ignore'>l<span>&nbsp; </span></span><![endif]><span>一<o:p></o:p></span></p><p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span><![endif]>下<o:p></o:p></p><p class=MsoNormal><b><span>文</span></b>&nbsp;です<o:p>&nbsp;</o:p></p><!--EndFragment--></body></html>`,
    },
    "- 一\n  1. 下\n\n**文** です",
  ],
  [
    "a page with traps",
    {
      "text/plain": "悪い 絵",
      "text/html": `<p><a href="javascript:alert(1)">悪い</a> <img src="file:///etc/passwd" alt="絵"><img src="data:image/png;base64,AAAA" alt=""><script>alert(2)</script><img src=x onerror="alert(3)"></p><h3>節</h3>`,
    },
    "悪い 絵\n\n### 節",
  ],
  [
    "a page with handlers in every spelling",
    {
      "text/plain": "節 絵 a < b",
      "text/html": `<h3 ONCLICK='alert(1)'>節</h3><p onmouseover=alert(2)><img/onerror=alert(3)/src=x alt="a>b"><svg/onload=alert(4)></svg><base href="https://evil.example/"><a title="x" onfocus="alert('>')" href="https://example.jp/a">絵</a> a < b <style>p{}</style ><script src=x></script\n></p><p data-markdown="">**c**</p>`,
    },
    '### 節\n\na>b[絵](https://example.jp/a "x") a < b\n\n\\*\\*c\\*\\*',
  ],
  ["colours without a meaning", { "text/plain": "const 変数 = 1;", "text/html": `<div style="color:#d4d4d4"><span style="color:#569cd6">const</span> 変数 = 1;</div>` }, "const 変数 = 1;"],
];

for (const [name, data, wanted] of PASTED) {
  test(`pasted from ${name}`, async () => {
    await writeAt(page, "¦");
    await paste(page, data);
    await untilBody(wanted);
  });
}

const TABLE = "| 職種 | 年収 |\n| --- | ---: |\n| SRE | 800 |\n";
const EXCEL = (/** @type {string[][]} */ rows) => `<table>${rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("")}</table>`;
/** What is pasted into a cell, at `¦`, and the text after it. @type {[name: string, at: string, data: Record<string, string>, wanted: string][]} */
const INTO_TABLES = [
  ["cells fill those from the cursor on, and rows are added", TABLE.replace("SRE", "¦SRE"), { "text/plain": "ML\t900\r\nData\t700\r\n", "text/html": EXCEL([["ML", "900"], ["Data", "700"]]) }, "| 職種 | 年収 |\n| ---- | ---: |\n| ML   |  900 |\n| Data |  700 |\n"],
  ["columns are added too", TABLE.replace("800", "¦800"), { "text/plain": "1\t2\n" }, "| 職種 | 年収 |     |\n| ---- | ---: | --- |\n| SRE  |    1 | 2   |\n"],
  ["a column of cells goes down", TABLE.replace("SRE", "¦SRE"), { "text/plain": "甲\n乙\n", "text/html": EXCEL([["甲"], ["乙"]]) }, "| 職種 | 年収 |\n| ---- | ---: |\n| 甲   |  800 |\n| 乙   |      |\n"],
  ["from the heading on, the rows below follow", TABLE.replace("職種", "¦職種"), { "text/plain": "役\t円\nQA\t600\n" }, "| 役  |  円 |\n| --- | --: |\n| QA  | 600 |\n"],
  ["one cell is text", TABLE.replace("SRE", "S¦RE"), { "text/plain": "X", "text/html": EXCEL([["X"]]) }, TABLE.replace("SRE", "SXRE")],
  ["lines become one line", TABLE.replace("SRE", "SRE¦"), { "text/plain": "、\n一\n二" }, TABLE.replace("SRE", "SRE、 一 二")],
  ["other blocks go behind the table", TABLE.replace("SRE", "SRE¦"), { "text/plain": "節\n一", "text/html": "<h3>節</h3><ul><li>一</li></ul>" }, `${TABLE}\n### 節\n\n- 一\n\n`],
];

for (const [name, at, data, wanted] of INTO_TABLES) {
  test(`pasted into a cell: ${name}`, async () => {
    await writeAt(page, at);
    await paste(page, data);
    await untilBody(wanted);
    await page.keyboard.press("Control+z");
    await untilBody(at.replace("¦", ""));
  });
}

/** Each: the selected words within `¦`, the pasted address, and the text after it. @type {[name: string, text: string, pasted: string, wanted: string][]} */
const LINKED = [
  ["words become a link", "これは¦案内¦です", "https://example.jp/a?b=c#d", "これは[案内](https://example.jp/a?b=c#d)です"],
  ["spaces stay outside", "a ¦ 案内 ¦b", " https://example.jp/\n", "a  [案内](https://example.jp/) b"],
  ["mail", "¦窓口¦", "mailto:a@example.jp", "[窓口](mailto:a@example.jp)"],
  ["a guide", "¦案内¦", "guide:data_engineer#節", "[案内](guide:data_engineer#節)"],
  ["brackets and parentheses are kept", "¦a [b]¦", "https://example.jp/(c)", "[a \\[b\\]](<https://example.jp/(c)>)"],
  ["an address is replaced", "[x](¦https://example.jp/a¦)", "https://example.jp/b", "[x](https://example.jp/b)"],
  ["the words of a link are replaced", "[¦古い¦](/a)", "https://example.jp/b", "[https://example.jp/b](/a)"],
  ["other schemes are text", "¦案内¦", "javascript:alert(1)", "javascript:alert(1)"],
  ["an address among words is text", "¦案内¦", "見る https://example.jp/", "見る https://example.jp/"],
  ["lines are no words", "¦一\n二¦", "https://example.jp/", "https://example.jp/"],
  ["in a code block it is text", "```\n¦案内¦\n```", "https://example.jp/", "```\nhttps://example.jp/\n```"],
];

for (const [name, text, pasted, wanted] of LINKED) {
  test(`an address pasted over words: ${name}`, async () => {
    const [before = "", words = "", behind = ""] = text.split("¦");
    await writeAt(page, before + words + behind);
    await page.evaluate(async ([path, from, to]) => {
      const { selectInBody } = await import(String(path));
      selectInBody(from, to);
    }, /** @type {const} */ ([await module(page, "body"), before.length, before.length + words.length]));
    await paste(page, { "text/plain": pasted });
    await untilBody(wanted);
  });
}

/**
 * Pastes or drops a file.
 *
 * @param {string} onto
 * @param {"paste" | "drop" | "dragover"} type
 * @param {{ name?: string, mime?: string, text?: string }} [file]
 * @returns {Promise<boolean>} Whether the browser would act on it.
 */
const bring = (onto, type, { name = "a.png", mime = "image/png", text = "" } = {}) =>
  page.locator(onto).first().evaluate((element, [kind, fileName, fileType, plain]) => {
    const data = new DataTransfer();
    data.items.add(new File(["\u0000\u0001"], String(fileName), { type: String(fileType) }));
    if (plain) data.setData("text/plain", String(plain));
    const options = { bubbles: true, cancelable: true };
    return element.dispatchEvent(kind === "paste" ? new ClipboardEvent("paste", { ...options, clipboardData: data }) : new DragEvent(String(kind), { ...options, dataTransfer: data }));
  }, /** @type {const} */ ([type, name, mime, text]));

test("a pasted or dropped picture says what happens, in the text and anywhere else", async () => {
  const status = page.getByRole("status").filter({ hasText: ja("js.picture_not_pasted") });
  for (const [onto, type] of /** @type {const} */ ([[".rich .cm-content", "paste"], [".rich .cm-content", "drop"], ["h1", "drop"], ["textarea", "paste"]])) {
    await writeAt(page, "本文¦");
    await eventually(async () => assert.equal(await status.count(), 0));
    if (type === "drop") assert.equal(await bring(onto, "dragover"), false, "the browser would open the file");
    assert.equal(await bring(onto, type), false);
    await status.waitFor();
    assert.equal(await bodyText(page), "本文");
  }
  // Office programs put a picture of the cells beside their text.
  await writeAt(page, "本文¦");
  await bring(".rich .cm-content", "paste", { text: "a\tb\nc\td" });
  await eventually(async () => assert.match(await bodyText(page), /^本文\| a/));
  assert.equal(await status.count(), 0);
  await bring("h1", "drop", { name: "a.pdf", mime: "application/pdf" });
  await page.getByRole("status").filter({ hasText: ja("js.file_not_pasted") }).waitFor();
});

test("pasted with Shift it is the plain text", async () => {
  await writeAt(page, "¦");
  await page.keyboard.down("Shift");
  await paste(page, { "text/plain": "a\tb\nc\td", "text/html": "<table><tr><td>a</td><td>b</td></tr></table>" });
  await page.keyboard.up("Shift");
  await untilBody("a\tb\nc\td");
});

test("512 KiB can be pasted; more is refused aloud, and the text stays", async () => {
  await writeAt(page, "本文¦");
  const much = "あ".repeat(Math.floor((512 * 1024) / 3));
  await paste(page, { "text/plain": `${much}いう` });
  await page.getByText(ja("js.paste_too_large")).waitFor();
  assert.equal(await bodyText(page), "本文");
  await paste(page, { "text/plain": much });
  await untilBody(`本文${much}`);
});

/** Texts that are hard on editors. @type {[name: string, text: string][]} */
const HOSTILE = [
  ["a line of a million letters", `# 長い\n\n${"吾輩は猫である。".repeat(125_000)}`],
  ["a table of 200 columns", ["名", "-", "値"].map((cell) => `|${` ${cell} |`.repeat(200)}`).join("\n")],
  ["families, keycaps and flags", "👩‍👩‍👧‍👦1️⃣🇯🇵👨🏽‍🚀"],
  ["decomposed kana and accents", "か\u3099は\u309ae\u0301"],
  ["marks of direction and of nothing", "a\u200fb\u202eab\u202c\u200b\u2060\ufeffc"],
  ["combining letters alone", "\u0301\u3099\n\u20dd"],
  ["line separators that are none of ours", "一\u2028二\u2029三\u0085四"],
  ["a lone space, a tab, trailing spaces", " \t \n  \n"],
];

for (const [name, text] of HOSTILE) {
  test(`${name}: typed into, and nothing else is changed`, { timeout: 120_000 }, async () => {
    await page.evaluate(async ([path, all]) => {
      const { bodyField, replaceInBody } = await import(String(path));
      replaceInBody(0, bodyField().value.length, all);
    }, /** @type {const} */ ([await module(page, "body"), text]));
    await typeAtEnd(page, "終");
    await untilBody(`${text}終`);
    await page.keyboard.press("Backspace");
    await untilBody(text);
  });
}

test("a text over the limit is said to be too large, and stays on this device", async () => {
  await writeAt(page, "短い本文¦");
  await page.evaluate(async ([path, all]) => {
    const { bodyField, replaceInBody } = await import(String(path));
    replaceInBody(0, bodyField().value.length, all);
  }, /** @type {const} */ ([await module(page, "body"), "長".repeat(200_000)]));
  await page.getByText(`${ja("js.too_large")}${ja("js.kept_here")}`).waitFor();
  await writeAt(page, "短い本文¦");
  await untilSaved(page);
});

test("what is hostile is kept and saved byte for byte", async () => {
  const text = HOSTILE.slice(1).map(([, one]) => one).join("\n");
  await page.evaluate(async ([path, all]) => {
    const { bodyField, replaceInBody } = await import(String(path));
    replaceInBody(0, bodyField().value.length, all);
  }, /** @type {const} */ ([await module(page, "body"), text]));
  await untilSaved(page);
  await saveRevision(page);
  const source = (await latestSource(page, guideId)).toString();
  assert.equal(source.slice(source.indexOf("\n---\n") + 5), text);
});

test("the plain field is one choice away, and the choice is remembered", async () => {
  await writeBody(page, "切り替えても同じ。");
  const choose = async (/** @type {string} */ field) => {
    await page.getByRole("button", { name: ja("writing.help") }).click();
    await page.getByLabel(ja("writing.field"), { exact: true }).selectOption(field);
    await page.getByRole("button", { name: ja("help.close") }).click();
  };
  await choose("plain");
  await page.locator("#body").waitFor();
  assert.equal(await page.locator("#body").inputValue(), "切り替えても同じ。");
  await page.locator("#body").fill("標準の欄で書いた。");
  await eventually(async () => {
    const copy = await (await api(page, "GET", `/guides/${guideId}/working-copy`)).json();
    assert.match(copy.source, /標準の欄で書いた。/);
  });
  await page.reload();
  await awake(page);
  assert.equal(await richField(page).count(), 0);
  await choose("rich");
  await richField(page).waitFor();
  assert.equal(await richField(page).textContent(), "標準の欄で書いた。");
});

test("a word that is converted when the Markdown editor arrives is finished first, and the cursor goes along", async () => {
  const other = await world.as("editor");
  /** @type {() => void} */
  let release = () => {};
  const held = new Promise((resolve) => { release = () => resolve(undefined); });
  await other.route("**/vendor/**", async (route) => {
    await held;
    await route.continue();
  });
  await other.goto(`/admin/guides/${guideId}`);
  const area = other.locator("#body");
  await other.locator("html.js").waitFor({ state: "attached" });
  await area.fill("前後");
  await area.press("ArrowLeft");
  const composition = await compose(other, "へんかん");
  release();
  // The editor has arrived as soon as somebody else can have it.
  await other.evaluate((path) => import(path), await module(other, "markdown/rich"));
  assert.equal(await area.isVisible(), true);
  assert.equal(await area.inputValue(), "前へんかん後");
  await composition.commit("変換");
  await awake(other);
  assert.equal(await richField(other).evaluate((element) => element === document.activeElement), true);
  await other.keyboard.insertText("中");
  await eventually(async () => assert.equal(await bodyText(other), "前変換中後"));
  await other.context().close();
});

test("where the Markdown editor cannot be had, the plain field does all that is needed", async () => {
  const other = await world.as("editor");
  await other.route("**/vendor/**", (route) => route.fulfill({ status: 404 }));
  await openEditor(other, guideId);
  await typeAtEnd(other, "そのまま書ける。");
  await untilSaved(other);
  assert.match(await other.locator("#body").inputValue(), /そのまま書ける。$/);
  await other.context().close();
});

test("the checks leave marks beside their lines", async () => {
  await writeBody(page, "一行目\n二行目\n三行目");
  await page.locator("#editor").evaluate((form) => {
    const detail = [{ level: "hint", code: "x", message: "軽い", from: 5, to: 6 }, { level: "error", code: "y", message: "重い", from: 4, to: 6 }, { level: "warn", code: "z", message: "場所なし", from: null, to: null }];
    form.dispatchEvent(new CustomEvent("annai:findings", { detail }));
  });
  const mark = page.locator(".marks .mark");
  assert.equal(await mark.count(), 1);
  assert.equal(await mark.getAttribute("title"), "重い\n軽い");
  assert.match(String(await mark.getAttribute("class")), /mark-error/);
});

test("? lists the keys outside of fields only, and can be switched off", async () => {
  const help = page.getByRole("dialog", { name: ja("writing.help") });
  await textField(page).focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("?");
  assert.match(await bodyText(page), /\?$/);
  assert.equal(await help.isVisible(), false);
  await tab("editor.settings").focus();
  assert.equal(await page.evaluate(() => document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: "?", keyCode: 229, bubbles: true, cancelable: true }))), true);
  assert.equal(await help.isVisible(), false);
  await page.keyboard.press("?");
  await help.waitFor();
  await help.getByLabel(ja("help.single_keys")).uncheck();
  await help.getByRole("button", { name: ja("help.close") }).click();
  await tab("editor.settings").focus();
  await page.keyboard.press("?");
  assert.equal(await help.isVisible(), false);
  await page.getByRole("button", { name: ja("writing.help") }).click();
  await help.getByLabel(ja("help.single_keys")).check();
  await page.keyboard.press("Escape");
  await tab("editor.settings").focus();
  await page.keyboard.press("p");
  await page.locator("#preview").waitFor();
  await page.keyboard.press("e");
  assert.equal(await richField(page).evaluate((element) => element === document.activeElement), true);
});

test("on a phone a long text scrolls in its field, and what is below it can be reached", async () => {
  const phone = await world.as("editor", { viewport: { width: 390, height: 844 } });
  await openEditor(phone, guideId);
  await writeBody(phone, `# 案内 writing\n\n${"長い文章です。\n\n".repeat(400)}`);
  const box = await richField(phone).locator("xpath=ancestor::*[contains(@class, 'rich')]").boundingBox();
  assert.ok(box && box.height < 844, `the field is ${box?.height} high`);
  await phone.close();
});

test("nothing was complained about behind the screens", () => {
  world.watch.assertQuiet();
});
