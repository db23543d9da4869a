// @ts-check
/** Commands for CodeMirror that give the text its form: marks, links, headings, lists. */
import { EditorSelection } from "../../vendor/writing.js";
import { isCode } from "./language.js";
import { itemOf } from "./lists.js";

/**
 * @typedef {import("@codemirror/view").EditorView} View
 * @typedef {import("@codemirror/state").Line} Line
 * @typedef {(view: View) => boolean} Command
 */

/** The level that follows each level; 0 is no heading. The title of the guide is its only heading of level 1. */
const NEXT_LEVEL = new Map([[0, 2], [2, 3], [3, 0]]);

/** Puts marks around the selection, or takes them away. @param {string} mark @returns {Command} */
const surround = (mark) => (view) => {
  const { state } = view;
  view.dispatch(state.changeByRange(({ from, to }) => {
    const isMarked = state.sliceDoc(from - mark.length, from) === mark && state.sliceDoc(to, to + mark.length) === mark;
    if (isMarked) {
      return {
        changes: [{ from: from - mark.length, to: from }, { from: to, to: to + mark.length }],
        range: EditorSelection.range(from - mark.length, to - mark.length),
      };
    }
    return {
      changes: [{ from, insert: mark }, { from: to, insert: mark }],
      range: EditorSelection.range(from + mark.length, to + mark.length),
    };
  }), { userEvent: "input", scrollIntoView: true });
  return true;
};

export const strong = surround("**");
export const emphasis = surround("*");

/** Turns the selection into a link and puts the cursor at its address. @type {Command} */
export function link(view) {
  const { from, to } = view.state.selection.main;
  const text = view.state.sliceDoc(from, to);
  view.dispatch({ changes: { from, to, insert: `[${text}]()` }, selection: { anchor: from + text.length + (text === "" ? 1 : 3) }, userEvent: "input" });
  return true;
}

/** Makes the line of the cursor a heading, then a smaller one, then none. @type {Command} */
export function heading(view) {
  const line = view.state.doc.lineAt(view.state.selection.main.head);
  if (isCode(view.state, line.from)) return false;
  const marker = /^(#{1,6})[ \t]+/.exec(line.text);
  const level = NEXT_LEVEL.get(marker?.[1]?.length ?? 0) ?? 2;
  return begin(view, [{ line, length: marker?.[0].length ?? 0, begins: level === 0 ? "" : `${"#".repeat(level)} ` }]);
}

/** Makes the selected lines the items of a list, or takes their markers away. @param {boolean} isNumbered @returns {Command} */
const list = (isNumbered) => (view) => {
  const lines = selectedLines(view);
  if (lines.some(({ from }) => isCode(view.state, from))) return false;
  const items = lines.map((line) => ({ line, ...itemOf(line.text) }));
  const areItems = items.every((item) => item.isNumbered === isNumbered);
  return begin(view, items.map(({ line, indent, rest }, index) => {
    const marker = isNumbered ? `${index + 1}. ` : "- ";
    return { line, length: line.text.length - rest.length, begins: areItems ? indent : indent + marker };
  }));
};

export const bulletList = list(false);
export const numberedList = list(true);

/** Returns the lines of the selection without the empty ones, or the line of the cursor. @param {View} view @returns {Line[]} */
function selectedLines({ state }) {
  const { from, to } = state.selection.main;
  const first = state.doc.lineAt(from).number;
  const count = state.doc.lineAt(to).number - first + 1;
  const lines = Array.from({ length: count }, (_, index) => state.doc.line(first + index));
  return count === 1 ? lines : lines.filter(({ text }) => text.trim() !== "");
}

/**
 * Replaces the beginnings of lines. The cursor stays behind them.
 * @param {View} view
 * @param {{ line: Line, length: number, begins: string }[]} beginnings
 */
function begin(view, beginnings) {
  const changes = view.state.changes(beginnings.map(({ line, length, begins }) => ({ from: line.from, to: line.from + length, insert: begins })));
  const { anchor, head } = view.state.selection.main;
  const selection = EditorSelection.single(changes.mapPos(anchor, 1), changes.mapPos(head, 1));
  view.dispatch({ changes, selection, scrollIntoView: true, userEvent: "input" });
  return true;
}
