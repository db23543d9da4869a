// @ts-check
/** Tables in GitHub's syntax: the places of their cells, and their spelling. */
import { width } from "../measure.js";

/**
 * @typedef {{ from: number, to: number, text: string }} Cell without the space around it; offsets within its line
 * @typedef {{ from: number, to: number, insert: string }} Change within its line
 * @typedef {"left" | "center" | "right" | "none"} Alignment
 * @typedef {{ first: number, rows: string[] }} Table the number of its first line, and its lines
 */

const DELIMITER = /^ {0,3}\|?(?:[ \t]*:?-+:?[ \t]*\|)*[ \t]*:?-+:?[ \t]*\|?[ \t]*$/;

/** An empty table to begin with. */
export const NEW_TABLE = `| 項目 | 内容 |\n| --- | --- |\n|  |  |`;

/** @param {string} line */
const isDelimiter = (line) => line.includes("|") && DELIMITER.test(line);

/** @param {string} line */
const isRow = (line) => line.includes("|") && line.trim() !== "";

/**
 * Returns the table of a line.
 * @param {(number: number) => string | undefined} lineAt
 * @param {number} number
 * @returns {Table | null}
 */
export function tableAround(lineAt, number) {
  let first = number;
  let last = number;
  if (!isRow(lineAt(number) ?? "")) return null;
  while (isRow(lineAt(first - 1) ?? "")) first -= 1;
  while (isRow(lineAt(last + 1) ?? "")) last += 1;
  const rows = Array.from({ length: last - first + 1 }, (_, index) => lineAt(first + index) ?? "");
  const delimiter = rows.findIndex(isDelimiter);
  // The heading is right above the delimiter; lines above it belong to another paragraph.
  if (delimiter < 1 || number < first + delimiter - 1) return null;
  return { first: first + delimiter - 1, rows: rows.slice(delimiter - 1) };
}

/** Returns the places of the bars between cells. @param {string} line */
function bars(line) {
  /** @type {number[]} */
  const found = [];
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === "\\") at += 1;
    else if (line[at] === "|") found.push(at);
  }
  return found;
}

/** @param {string} line @returns {Cell[]} */
export function cells(line) {
  const edges = bars(line);
  const [first] = edges;
  if (first === undefined || line.slice(0, first).trim() !== "") edges.unshift(-1);
  if (line.slice((edges.at(-1) ?? -1) + 1).trim() !== "") edges.push(line.length);
  return edges.slice(1).map((end, index) => {
    const start = (edges[index] ?? -1) + 1;
    const raw = line.slice(start, end);
    const text = raw.trim();
    // The place of an empty cell is its first space.
    const from = text === "" ? Math.min(start + 1, end) : start + raw.indexOf(text);
    return { from, to: from + text.length, text };
  });
}

/** Returns the cell at a place of the line. @param {string} line @param {number} column */
export function cellAt(line, column) {
  const inside = bars(line).filter((at) => at < column).length;
  const isOpen = line.trimStart().startsWith("|");
  return Math.max(0, Math.min(inside - (isOpen ? 1 : 0), cells(line).length - 1));
}

/**
 * Adds an empty cell after this one; every other letter stays.
 * @param {string} line
 * @param {number} index
 * @returns {Change | null}
 */
export function columnAdded(line, index) {
  const own = cells(line)[index];
  if (!own) return null;
  const text = isDelimiter(line) ? " --- |" : "  |";
  const bar = line.indexOf("|", own.to);
  return bar < 0 ? { from: line.length, to: line.length, insert: ` |${text}` } : { from: bar + 1, to: bar + 1, insert: text };
}

/** @param {string} line @param {number} index @returns {Change | null} */
export function columnRemoved(line, index) {
  const all = cells(line);
  const own = all[index];
  if (!own || all.length < 2) return null;
  const edges = bars(line);
  const before = edges.findLast((at) => at < own.from) ?? -1;
  const after = edges.find((at) => at >= own.to) ?? line.length;
  // In a row without a final bar, the last cell takes the bar before it along.
  return after === line.length ? { from: before, to: after, insert: "" } : { from: before + 1, to: after + 1, insert: "" };
}

/** An empty row with as many cells. @param {string} heading */
export const emptyRow = (heading) => `|${"  |".repeat(cells(heading).length)}`;

/** @param {string} delimiter @returns {Alignment} */
function alignmentOf(delimiter) {
  const [start, end] = [delimiter.startsWith(":"), delimiter.endsWith(":")];
  if (start) return end ? "center" : "left";
  return end ? "right" : "none";
}

/** Half-width units, which a fixed-width font shows as columns. @param {string} text */
const columns = (text) => width(text) * 2;

/**
 * Aligns the bars of a table; Japanese letters are two columns wide.
 * @param {string[]} rows the heading, the delimiter, then the rest
 */
export function aligned(rows) {
  const table = rows.map((row) => cells(row).map(({ text }) => text));
  return written(table.filter((_, index) => index !== 1), (table[1] ?? []).map(alignmentOf));
}

/**
 * Fills the cells of a table from one of them on. Rows and columns are added where the table ends.
 * @param {string[]} rows the heading, the delimiter, then the rest
 * @param {number} row of the first cell
 * @param {number} column of the first cell
 * @param {string[][]} grid bars within cells are written `\\|`
 */
export function filled(rows, row, column, grid) {
  const [delimiter = [], ...table] = [rows[1] ?? "", rows[0] ?? "", ...rows.slice(2)].map((one) => cells(one).map(({ text }) => text));
  const first = row === 0 ? 0 : Math.max(row, 2) - 1;
  grid.forEach((texts, down) => {
    const own = (table[first + down] ??= []);
    texts.forEach((text, right) => { own[column + right] = text; });
  });
  const columnCount = Math.max(table[0]?.length ?? 0, column + Math.max(...grid.map(({ length }) => length)));
  const whole = table.map((own) => Array.from({ length: Math.max(columnCount, own.length) }, (_, index) => own[index] ?? ""));
  return written(whole, delimiter.map(alignmentOf));
}

/**
 * Writes a table. Cells beyond the heading's columns stay at the end of their row; no page shows them.
 * @param {string[][]} table the heading first; bars within cells are written `\|`
 * @param {Alignment[]} [alignments]
 */
export function written(table, alignments = []) {
  const [heading = [], ...rest] = table;
  const widths = heading.map((_, column) => Math.max(3, ...table.map((row) => columns(row[column] ?? ""))));
  const line = (/** @type {string[]} */ texts) => `| ${texts.join(" | ")} |`;
  const row = (/** @type {string[]} */ texts) =>
    line([...widths.map((wide, column) => padded(texts[column] ?? "", wide, alignments[column])), ...texts.slice(widths.length)]);
  return [row(heading), line(widths.map((wide, column) => ruled(wide, alignments[column]))), ...rest.map(row)].join("\n");
}

/** @param {string} text @param {number} wide @param {Alignment} [alignment] */
function padded(text, wide, alignment = "none") {
  const space = Math.max(0, Math.ceil(wide - columns(text)));
  const before = alignment === "right" ? space : alignment === "center" ? Math.floor(space / 2) : 0;
  return " ".repeat(before) + text + " ".repeat(space - before);
}

/** @param {number} wide @param {Alignment} [alignment] */
function ruled(wide, alignment = "none") {
  const start = alignment === "left" || alignment === "center" ? ":" : "";
  const end = alignment === "right" || alignment === "center" ? ":" : "";
  return start + "-".repeat(Math.max(1, Math.ceil(wide) - start.length - end.length)) + end;
}
