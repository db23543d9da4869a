// @ts-check
/** Commands for CodeMirror: keys in text, lists and tables. */
import { bulletList, emphasis, heading, link, numberedList, strong } from "./format.js";
import { isCode } from "./language.js";
import { continuation, renumbered } from "./lists.js";
import { neighbour, sections, swapped } from "./outline.js";
import { aligned, cellAt, cells, columnAdded, columnRemoved, emptyRow, filled, NEW_TABLE, tableAround } from "./table.js";

/**
 * @typedef {import("@codemirror/view").EditorView} View
 * @typedef {import("@codemirror/state").EditorState} State
 * @typedef {(view: View) => boolean} Command
 */

/** Returns the cell with the cursor. @param {State} state */
export function place(state) {
  const { doc, selection } = state;
  const at = selection.main.head;
  const line = doc.lineAt(at);
  if (!line.text.includes("|") || isCode(state, at)) return null;
  const table = tableAround((number) => (number >= 1 && number <= doc.lines ? doc.line(number).text : undefined), line.number);
  if (!table) return null;
  return { table, line, row: line.number - table.first, column: cellAt(line.text, at - line.from) };
}

/**
 * Selects a cell of the row at `number`.
 * @param {View} view
 * @param {number} number of a line
 * @param {number} column
 */
function selectCell(view, number, column) {
  const line = view.state.doc.line(number);
  const all = cells(line.text);
  const cell = all[Math.min(column, all.length - 1)];
  if (!cell) return false;
  view.dispatch({ selection: { anchor: line.from + cell.from, head: line.from + cell.to }, scrollIntoView: true, userEvent: "select" });
  return true;
}

/** Moves to the next (1) or the previous (-1) cell. Behind the last cell it adds a row; before the first one the browser handles the key. @param {1 | -1} by @returns {Command} */
export const moveCell = (by) => (view) => {
  const here = place(view.state);
  if (!here) return false;
  const { table, line, row, column } = here;
  const own = row === 1 ? 0 : cells(line.text).length;
  const next = column + by;
  if (row !== 1 && next >= 0 && next < own) return selectCell(view, line.number, next);
  const other = row + by === 1 ? row + 2 * by : row + by;
  if (other < 0) return false;
  const end = table.first + table.rows.length;
  if (other >= table.rows.length) return addRow(view) && selectCell(view, end, 0);
  return selectCell(view, table.first + other, by === 1 ? 0 : Infinity);
};

/** Moves down to the next row on Enter; in the last row it adds one. @type {Command} */
function nextRow(view) {
  const here = place(view.state);
  if (!here || view.state.selection.main.head === here.line.from) return false;
  const { table, row, column } = here;
  const next = row === 0 ? 2 : row + 1;
  return next < table.rows.length ? selectCell(view, table.first + next, column) : addRow(view);
}

/** Inserts a table after the paragraph with the cursor. @type {Command} */
export function insertTable(view) {
  const { doc, selection } = view.state;
  const line = doc.lineAt(selection.main.head);
  const before = line.text.trim() === "" ? "" : "\n\n";
  view.dispatch({ changes: { from: line.to, insert: `${before}${NEW_TABLE}\n` }, userEvent: "input" });
  return selectCell(view, line.number + (before === "" ? 0 : 2), 0);
}

/** @type {Command} */
export function addRow(view) {
  const here = place(view.state);
  if (!here) return false;
  const number = here.table.first + Math.max(here.row, 1);
  const at = view.state.doc.line(number).to;
  view.dispatch({ changes: { from: at, insert: `\n${emptyRow(here.table.rows[0] ?? "")}` }, userEvent: "input" });
  return selectCell(view, number + 1, here.row === here.table.rows.length - 1 ? 0 : here.column);
}

/** @type {Command} */
export function removeRow(view) {
  const here = place(view.state);
  if (!here || here.row < 2) return false;
  const { line } = here;
  const { doc } = view.state;
  view.dispatch({ changes: line.to < doc.length ? { from: line.from, to: line.to + 1 } : { from: line.from - 1, to: line.to }, userEvent: "delete" });
  return true;
}

/** @param {typeof columnAdded} change @param {0 | 1} by where the cursor goes @returns {Command} */
const changeColumn = (change, by) => (view) => {
  const here = place(view.state);
  if (!here) return false;
  const { table, line, column } = here;
  const changes = table.rows.flatMap((text, index) => {
    const one = change(text, column);
    const { from } = view.state.doc.line(table.first + index);
    return one ? [{ from: from + one.from, to: from + one.to, insert: one.insert }] : [];
  });
  if (changes.length === 0) return false;
  view.dispatch({ changes, userEvent: "input" });
  return selectCell(view, line.number, column + by);
};

export const addColumn = changeColumn(columnAdded, 1);
export const removeColumn = changeColumn(columnRemoved, 0);

/** @type {Command} */
export function alignTable(view) {
  const here = place(view.state);
  if (!here) return false;
  const { table, line, column } = here;
  const from = view.state.doc.line(table.first).from;
  const insert = aligned(table.rows);
  if (insert !== table.rows.join("\n")) view.dispatch({ changes: { from, to: from + table.rows.join("\n").length, insert }, userEvent: "input" });
  return selectCell(view, line.number, column);
}

/**
 * Fills the cells from the cursor on with pasted ones, and selects the last of them. The table grows where they
 * do not fit.
 * @param {View} view
 * @param {string[][]} grid
 */
export function fillCells(view, grid) {
  const here = place(view.state);
  if (!here) return false;
  const { table, row, column } = here;
  const from = view.state.doc.line(table.first).from;
  const insert = filled(table.rows, row, column, grid);
  view.dispatch({ changes: { from, to: from + table.rows.join("\n").length, insert }, userEvent: "input.paste" });
  // The row below the heading holds the rule.
  const last = row + grid.length - 1 + (row === 0 && grid.length > 1 ? 1 : row === 1 ? 1 : 0);
  return selectCell(view, table.first + last, column + (grid.at(-1)?.length ?? 1) - 1);
}

/** Inserts a block of text behind the table of the cursor. @param {View} view @param {string} text */
export function insertBehindTable(view, text) {
  const here = place(view.state);
  if (!here) return false;
  const at = view.state.doc.line(here.table.first + here.table.rows.length - 1).to;
  const insert = `\n\n${text.trim()}\n`;
  view.dispatch({ changes: { from: at, insert }, selection: { anchor: at + insert.length - 1 }, scrollIntoView: true, userEvent: "input.paste" });
  return true;
}

/** Continues the list or the quotation of the line. @type {Command} */
function nextItem(view) {
  const { state } = view;
  const { main } = state.selection;
  if (!main.empty || state.selection.ranges.length > 1 || isCode(state, main.head)) return false;
  const line = state.doc.lineAt(main.head);
  const next = continuation(line.text);
  if (!next || main.head < line.from + next.length) return false;
  if (next.isEmpty) {
    view.dispatch({ changes: { from: line.from, to: line.to }, userEvent: "delete" });
    return true;
  }
  const changes = [{ from: main.head, to: main.head, insert: `\n${next.begins}` }];
  for (let [number, wanted] = [line.number + 1, next.number]; wanted !== undefined && number <= state.doc.lines; number += 1, wanted += 1) {
    const below = state.doc.line(number);
    const change = renumbered(below.text, next.begins, wanted);
    if (!change) break;
    changes.push({ from: below.from + change.from, to: below.from + change.to, insert: change.insert });
  }
  view.dispatch({ changes, selection: { anchor: main.head + 1 + next.begins.length }, scrollIntoView: true, userEvent: "input" });
  return true;
}

/** Moves the section with the cursor past its neighbour. @param {-1 | 1} by @returns {Command} */
const moveSection = (by) => (view) => {
  const text = view.state.doc.toString();
  const { head } = view.state.selection.main;
  const all = sections(text);
  const index = all.findLastIndex(({ from }) => from <= head);
  const own = all[index];
  const other = neighbour(all, index, by);
  if (!own || !other) return false;
  const [first, second] = by === 1 ? [own, other] : [other, own];
  const change = swapped(text, first, second);
  const start = change.starts[by === 1 ? 0 : 1];
  view.dispatch({ changes: change, selection: { anchor: Math.min(start + head - own.from, change.from + change.insert.length) }, scrollIntoView: true, userEvent: "move" });
  return true;
};

/** @type {import("@codemirror/view").KeyBinding[]} */
export const keys = [
  { key: "Enter", run: (view) => nextRow(view) || nextItem(view) },
  { key: "Tab", run: moveCell(1), shift: moveCell(-1) },
  { key: "Mod-Enter", run: addRow },
  { key: "Mod-Shift-Enter", run: addColumn },
  { key: "Mod-Shift-Backspace", run: removeRow },
  { key: "Alt-Shift-f", run: alignTable },
  { key: "Mod-b", run: strong, preventDefault: true },
  { key: "Mod-i", run: emphasis, preventDefault: true },
  { key: "Mod-k", run: link, preventDefault: true },
  { key: "Mod-Shift-h", run: heading, preventDefault: true },
  { key: "Mod-Shift-8", run: bulletList, preventDefault: true },
  { key: "Mod-Shift-7", run: numberedList, preventDefault: true },
  { key: "Alt-PageUp", run: moveSection(-1), preventDefault: true },
  { key: "Alt-PageDown", run: moveSection(1), preventDefault: true },
];
