/**
 * Emphasis beside Japanese text, compared with markdown-it-cjk-friendly on inputs of our own.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import MarkdownIt from "markdown-it";
import cjkFriendly from "markdown-it-cjk-friendly";

import { randomNumbers, render } from "./annai.mjs";

const commonmark = MarkdownIt("commonmark").use(cjkFriendly);
/** With tables and strikethrough, and raw HTML as text: as a guide is rendered. */
const withTables = MarkdownIt({ html: false }).use(cjkFriendly);

/** Removes the parts that only our HTML has: ids of headings, classes instead of styles. @param {string} html */
const comparable = (html) =>
  html
    .replaceAll(/<h([1-6]) id="[^"]*">/g, "<h$1>")
    .replaceAll(/ class="align-(left|center|right)"/g, ' style="text-align:$1"')
    .replaceAll(/<(hr|br|img[^>]*?) ?\/?>/g, "<$1>")
    .replaceAll("<del>", "<s>")
    .replaceAll("</del>", "</s>")
    .replaceAll("&#x27;", "'");

const sentences = [
  "ここで登場するのが、**Platform Engineer（プラットフォームエンジニア）**です。",
  "**「開発者体験（Developer Experience, DX）を最大化する高速道路の設計者」**です。",
  "もしあなたが、**「開発のあり方そのもの」**を設計するなら。",
  "**C#**や**F#**、*（斜体）*も。",
  "これは**\"引用\"**です。これは*'一重'*です。",
  "**リンク[案内](/a)**を見る。**[案内](/a)**を見る。",
  "コード**`cargo run`**で始める。",
  "**ＮＡＭＥ。**次の文。**終わり！**次の文。",
  "한국어**(강조)**입니다. 中文**（强调）**文字。",
  "空白 ** は ** 強調ではない。",
  "***「三つ」***です。**「外*（内）*外」**です。",
  "\\*\\*「逃がす」\\*\\*です。\\**「半分」*です。",
  "_下線_は語の中_では_効かない。「_前_」は効く。",
  "~~（取り消し）~~です。~~取り消し~~です。",
  "👍**「絵文字」**👍 **👍**です",
  "- **項目（一）**：説明\n- **項目（二）**は説明\n\n> **「引用」**です\n",
  "# **「見出し」**です\n\n1. **（番号）**です\n",
  "| **列（一）** | 二 |\n|:--|--:|\n| **「値」**です | は**（値）**だ |\n|**詰める（一）**|**二。**だ|\n",
  "<b>**「生のHTML」**です</b>",
];

test("sentences of a guide are emphasised as markdown-it-cjk-friendly does", () => {
  for (const sentence of sentences) {
    assert.equal(comparable(render("guide", sentence)), comparable(withTables.render(sentence)), sentence);
  }
});

const pieces = [
  "あ", "漢", "カ", "ー", "ｱ", "한", "「", "」", "（", "）", "。", "、", "：", "！", "　", "・", "々", "〆",
  "*", "*", "*", "**", "**", "**", "***", "_", "__", "`", "\\", "~", "|", "!", "<", ">", "&", "#", "-",
  "a", "B1", "é", "ß", "1", " ", ".", "\"", "'", "…", "—", "“", "”", "①", "※", "★", "©", "[案](/b)", "\n",
  "😀", "1️⃣", "❤️", "〽️", "㊗", "🈁", "葛\u{e0100}", "か\u3099",
]; // prettier-ignore

/** @param {(bound: number) => number} random */
function generatedParagraph(random) {
  const length = 3 + random(12);
  const text = Array.from({ length }, () => pieces[random(pieces.length)]).join("");
  // A letter at the start of each line: blocks are not what is compared here.
  return `x${text.replaceAll(/\n\s*/g, "\nx")}`;
}

test("generated paragraphs are emphasised as markdown-it-cjk-friendly does", (context) => {
  const random = randomNumbers(11);
  const plain = MarkdownIt("commonmark");
  let affected = 0;
  for (let page = 0; page < 400; page += 1) {
    const markdown = Array.from({ length: 25 }, () => generatedParagraph(random)).join("\n\n");
    const expected = commonmark.render(markdown);
    if (expected !== plain.render(markdown)) affected += 1;
    assert.equal(comparable(render("commonmark-cjk", markdown)), comparable(expected));
  }
  assert.ok(affected > 100, `only ${affected} pages hold anything that plain CommonMark renders otherwise`);
  context.diagnostic(`400 pages, ${affected} of which plain CommonMark renders otherwise`);
});

test("generated cells are emphasised as markdown-it-cjk-friendly does", () => {
  const random = randomNumbers(12);
  const cellPieces = pieces.filter((piece) => !/[|\n`\\<~]/.test(piece));
  const pick = () => cellPieces[random(cellPieces.length)];
  const cell = () => Array.from({ length: 1 + random(7) }, pick).join("").trimStart();
  for (let page = 0; page < 200; page += 1) {
    const rows = Array.from({ length: 20 }, () => `| ${cell()}a | ${cell()}a |`);
    const markdown = `| a | b |\n|---|---|\n${rows.join("\n")}\n`;
    assert.equal(comparable(render("guide", markdown)), comparable(withTables.render(markdown)), markdown);
  }
});

/**
 * Our differences from markdown-it and the plugin, with their reasons.
 *
 * @type {{ markdown: string, why: string }[]}
 */
const differences = [
  {
    markdown: "x、\uFE00__あ「__、",
    why: "a variation selector behind punctuation, beside `_`: only `*` and `~~` are ours to help",
  },
  {
    markdown: "あ**|「い」|**う",
    why: "a `|` beside a run counts as the edge of a table's cell, in a paragraph too",
  },
  {
    markdown: "|a|\n|-|\n|　字下げ|\n",
    why: "markdown-it trims an ideographic space from a cell; CommonMark's blanks are space and tab",
  },
];

for (const { markdown, why } of differences) {
  test(`known difference from markdown-it-cjk-friendly: ${JSON.stringify(markdown)} (${why})`, () => {
    assert.notEqual(comparable(render("guide", markdown)), comparable(withTables.render(markdown)));
  });
}
