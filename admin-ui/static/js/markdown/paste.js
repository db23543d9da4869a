// @ts-check
/** Converts pasted text from office programs and pages to clean Markdown. */
import { TurndownService } from "../../vendor/writing.js";
import { fromClipboard } from "../trusted.js";
import { written } from "./table.js";

/** Elements worth converting; other content is pasted as its plain text. */
const MEANING = "table, h1, h2, h3, h4, h5, h6, ul, ol, a[href], strong, em, del, blockquote, pre, code, img, hr";
const NOISE = "head, style, script, noscript, template, title, meta, link, xml, button, input, select, textarea, svg, iframe, object";

/**
 * @param {string} html
 * @returns {string | null} null if the plain text says as much
 */
export function markdownOf(html) {
  const { body } = fromClipboard(html);
  clean(body);
  if (!body.querySelector(MEANING)) return null;
  const service = converter();
  // Innermost first: a table within a cell is part of that cell's text.
  for (const table of [...body.querySelectorAll("table")].reverse()) replaceTable(table, service);
  return service.turndown(body).replace(/[ \t]+$/gm, "");
}

/**
 * Returns the cells of a pasted table.
 *
 * @param {string} html empty without one
 * @param {string} plain
 * @returns {string[][] | null} null for a single cell, and for what is more than a table or none
 */
export function gridOf(html, plain) {
  const grid = html === "" ? separated(plain) : onlyTable(html);
  return grid && (grid.length > 1 || (grid[0]?.length ?? 0) > 1) ? grid : null;
}

/** Returns text for one cell: in one line, with its bars escaped. @param {string} text */
export const forCell = (text) => cellText(text);

/** @param {string} text */
const lines = (text) => text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");

/** Returns the cells of tab-separated text. @param {string} text */
function separated(text) {
  if (!text.includes("\t")) return null;
  return lines(text).map((row) => row.split("\t").map(cellText));
}

/** Returns the cells of a table that has nothing around it. @param {string} html */
function onlyTable(html) {
  const { body } = fromClipboard(html);
  clean(body);
  const [table, ...more] = body.querySelectorAll("table");
  if (!table || more.length > 0 || body.textContent?.trim() !== table.textContent?.trim()) return null;
  return rowsOf(table, converter());
}

/**
 * Links words to a pasted address.
 *
 * @param {string} words the selected text
 * @param {string} pasted
 * @returns {string | null} null where the paste replaces the words: no address, or words that are one
 */
export function linked(words, pasted) {
  const address = pasted.trim();
  if (words.trim() === "" || words.includes("\n") || isAddress(words.trim()) || !isAddress(address)) return null;
  const [, before = "", inner = "", behind = ""] = /^(\s*)(.*?)(\s*)$/u.exec(words) ?? [];
  const text = inner.replace(/(?<!\\)[[\]]/g, "\\$&");
  // Parentheses would end the address.
  return `${before}[${text}](${/[()]/.test(address) ? `<${address}>` : address})${behind}`;
}

/** Returns whether a text is an address that a guide may link to. @param {string} text */
const isAddress = (text) => /^(?:https?:\/\/[^\s<>]+|mailto:[^\s<>@]+@[^\s<>]+|guide:[a-z0-9_]+(?:#[^\s<>]*)?)$/iu.test(text);

/**
 * Converts tab-separated cells, as spreadsheets put them into the clipboard.
 * @param {string} text
 * @returns {string | null} null for other text
 */
export function tableOf(text) {
  const rows = lines(text).map((row) => row.split("\t"));
  const [heading = []] = rows;
  // Lines that begin with a tab are code.
  const isTable = rows.length > 1 && heading.length > 1 && heading.every((cell) => cell.trim() !== "");
  if (!isTable || rows.some((row) => row.length !== heading.length)) return null;
  return written(rows.map((row) => row.map(cellText)));
}

/** @param {string} text */
const cellText = (text) => text.replace(/\s+/gu, " ").trim().replace(/(?<!\\)\|/g, "\\|");

/** Removes markup without meaning, and turns meaningful styles into elements. @param {HTMLElement} body */
function clean(body) {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_COMMENT | NodeFilter.SHOW_TEXT);
  /** @type {CharacterData[]} */
  const texts = [];
  while (walker.nextNode()) texts.push(/** @type {CharacterData} */ (walker.currentNode));
  for (const text of texts) {
    if (text.nodeType === Node.COMMENT_NODE) text.remove();
    else text.data = text.data.replaceAll("\u00a0", " ");
  }
  for (const noise of body.querySelectorAll(NOISE)) noise.remove();
  gatherWordLists(body);
  // Google Docs puts the lists of an item after the item.
  for (const list of body.querySelectorAll(":is(ul, ol) > :is(ul, ol)")) list.previousElementSibling?.append(list);
  for (const element of body.querySelectorAll("b, i, span, font")) if (element instanceof HTMLElement) nameStyle(element);
  for (const link of body.querySelectorAll("a")) if (!tidyAddress(link)) link.replaceWith(...link.childNodes);
  for (const image of body.querySelectorAll("img")) if (!/^https?:/i.test(image.getAttribute("src") ?? "")) image.replaceWith(image.alt);
  for (const mark of body.querySelectorAll(":is(h1, h2, h3, h4, h5, h6, th) :is(strong, b)")) mark.replaceWith(...mark.childNodes);
  for (const mark of body.querySelectorAll("strong, em, del, a")) if (mark.textContent?.trim() === "" && !mark.querySelector("img")) mark.replaceWith(...mark.childNodes);
}

/** @param {HTMLElement} element */
function nameStyle(element) {
  const style = styleOf(element);
  const weight = style.get("font-weight") ?? (element.localName === "b" ? "bold" : "");
  const slant = style.get("font-style") ?? (element.localName === "i" ? "italic" : "");
  const line = style.get("text-decoration") ?? style.get("text-decoration-line") ?? "";
  const names = [weight === "bold" || Number(weight) >= 600 ? "strong" : "", slant === "italic" ? "em" : "", line.includes("line-through") ? "del" : ""];
  let inner = [...element.childNodes];
  for (const name of names.filter((name) => name !== "")) {
    const mark = element.ownerDocument.createElement(name);
    mark.append(...inner);
    inner = [mark];
  }
  element.replaceWith(...inner);
}

/** Returns the style declarations of an element, as written. @param {HTMLElement} element */
function styleOf(element) {
  const declarations = (element.dataset.style ?? "").toLowerCase().split(";");
  return new Map(declarations.map((one) => {
    const [name = "", ...value] = one.split(":");
    return [name.trim(), value.join(":").trim()];
  }));
}

/** Removes the detours of search engines from a link; returns whether it has a target. @param {HTMLAnchorElement} link */
function tidyAddress(link) {
  const address = link.getAttribute("href") ?? "";
  const detour = /^https:\/\/www\.google\.com\/url\?/.test(address) ? new URL(address).searchParams.get("q") : null;
  if (detour) link.setAttribute("href", detour);
  return /^(https?:|mailto:)/i.test(link.getAttribute("href") ?? "");
}

/** Rebuilds the lists of Word, which writes them as styled paragraphs. @param {HTMLElement} body */
function gatherWordLists(body) {
  /** @type {(HTMLElement | undefined)[]} the open list of each level */
  let open = [];
  /** @type {Element | null} */
  let previous = null;
  for (const paragraph of body.querySelectorAll("p[data-style*='mso-list:']")) {
    if (!(paragraph instanceof HTMLElement)) continue;
    const level = Number(/level(\d)/.exec(styleOf(paragraph).get("mso-list") ?? "")?.[1] ?? 1);
    if (!previous || paragraph.previousElementSibling !== previous) open = [];
    const mark = paragraph.querySelector("span[data-style*='mso-list:']");
    const isNumbered = /^\s*\(?[\w一-九]{1,3}[.)．、]/u.test(mark?.textContent ?? "");
    mark?.remove();
    open.length = Math.min(open.length, level + 1);
    let list = open[level];
    if (!list) {
      list = body.ownerDocument.createElement(isNumbered ? "ol" : "ul");
      const outer = open.slice(0, level).findLast((one) => one);
      if (outer) (outer.lastElementChild ?? outer).append(list);
      else paragraph.before(list);
      open[level] = list;
    }
    const item = body.ownerDocument.createElement("li");
    item.append(...paragraph.childNodes);
    list.append(item);
    previous = open.find((one) => one) ?? null;
    paragraph.remove();
  }
}

/** Returns the cells of a table as Markdown. @param {HTMLTableElement} table @param {TurndownService} service @returns {string[][]} */
function rowsOf(table, service) {
  return [...table.rows].map((row) => [...row.cells].flatMap((cell) => [cellText(service.turndown(cell)), ...Array(Math.min(cell.colSpan, 50) - 1).fill("")]));
}

/** @param {HTMLTableElement} table @param {TurndownService} service */
function replaceTable(table, service) {
  const rows = rowsOf(table, service);
  const count = Math.max(0, ...rows.map((row) => row.length));
  for (const row of rows) row.push(...Array(count - row.length).fill(""));
  if (count < 2) {
    // A frame around a text, not a table.
    const texts = [...table.rows].flatMap((row) => [...row.cells].map((cell) => {
      const part = table.ownerDocument.createElement("div");
      part.append(...cell.childNodes);
      return part;
    }));
    return table.replaceWith(...texts);
  }
  const place = table.ownerDocument.createElement("pre");
  place.dataset.markdown = "";
  place.textContent = written(rows);
  table.replaceWith(place);
}

function converter() {
  const service = new TurndownService({ headingStyle: "atx", bulletListMarker: "-", codeBlockStyle: "fenced", emDelimiter: "*", hr: "---" });
  service.addRule("written", {
    filter: (node) => node instanceof HTMLElement && node.dataset.markdown !== undefined,
    replacement: (_, node) => `\n\n${node.textContent}\n\n`,
  });
  service.addRule("struck", { filter: ["del", "s"], replacement: (content) => `~~${content}~~` });
  service.addRule("item", {
    filter: "li",
    replacement: (content, node, options) => {
      const list = node.parentElement;
      const number = list?.localName === "ol" ? Number(list.getAttribute("start") ?? 1) + [...list.children].indexOf(/** @type {Element} */ (node)) : null;
      const marker = number === null ? `${options.bulletListMarker} ` : `${number}. `;
      const lines = content.trim().replace(/\n{2,}/g, "\n").split("\n");
      return `${marker}${lines.join(`\n${" ".repeat(marker.length)}`)}\n`;
    },
  });
  return service;
}
