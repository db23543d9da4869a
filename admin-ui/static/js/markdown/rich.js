// @ts-check
/**
 * The Markdown editor over the text area. The form still sends the text area. Every change here goes
 * into it, and its changes come back here.
 */
import { ChangeSet, EditorState, EditorView, Transaction, completionKeymap, defaultKeymap, history, historyKeymap, keymap, openSearchPanel, search, searchKeymap } from "../../vendor/writing.js";
import { isInputMethod } from "../ime.js";
import { findings, found } from "./findings.js";
import { bulletList, emphasis, heading, link, numberedList, strong } from "./format.js";
import { addColumn, addRow, alignTable, fillCells, insertBehindTable, insertTable, keys, place, removeColumn, removeRow } from "./keys.js";
import { isCode, isInLink, markdown } from "./language.js";
import { look, searchWords } from "./look.js";
import { forCell, gridOf, linked, markdownOf, tableOf } from "./paste.js";
import { slash } from "./slash.js";

/** The commands of the buttons above the text, by name. */
const COMMANDS = {
  addColumn, addRow, alignTable, bulletList, emphasis, heading, insertTable, link, numberedList, openSearchPanel, removeColumn, removeRow, strong,
};

/**
 * Returns the single change between two texts.
 * @param {string} before
 * @param {string} after
 */
function difference(before, after) {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

/** @typedef {import("../body.js").Surface} Surface */

/** @implements {Surface} */
export class Rich {
  /** Outside changes that wait for the end of a composition. @type {ChangeSet | undefined} */
  #held;
  #isOurs = false;
  #pastesPlain = false;

  /** @param {HTMLFormElement} form @param {HTMLTextAreaElement} area */
  constructor(form, area) {
    this.form = form;
    this.area = area;
    this.host = document.createElement("div");
    this.host.className = "rich";
    const { selectionStart: anchor, selectionEnd: head } = area;
    this.view = new EditorView({
      state: EditorState.create({ doc: area.value, selection: { anchor, head }, extensions: this.#extensions() }),
      parent: this.host,
    });
    area.addEventListener("input", this.#takeOver);
    area.addEventListener("annai:filled", this.#takeOver);
    this.#keepWithin();
  }

  /** Takes the text area's place, with its focus. */
  open() {
    const hasFocus = document.activeElement === this.area;
    this.area.after(this.host);
    this.area.hidden = true;
    if (hasFocus) this.view.focus();
    // The editor's own way of showing the cursor scrolls the window too.
    this.show({ ...this.cursor(), at: 0.5 });
  }

  /** Gives the place back. */
  close() {
    const { anchor, head } = this.view.state.selection.main;
    this.area.removeEventListener("input", this.#takeOver);
    this.area.removeEventListener("annai:filled", this.#takeOver);
    this.view.destroy();
    this.host.remove();
    this.area.hidden = false;
    this.area.setSelectionRange(Math.min(anchor, head), Math.max(anchor, head));
  }

  selection() {
    const { from, to } = this.view.state.selection.main;
    return { from, to };
  }

  /** @param {number} from @param {number} to */
  select(from, to) {
    const { length } = this.view.state.doc;
    const selection = { anchor: Math.min(from, length), head: Math.min(to, length) };
    this.view.dispatch({ selection, effects: EditorView.scrollIntoView(selection.anchor, { y: "center" }) });
    this.view.focus();
  }

  /** @param {number} from @param {number} to @param {string} text */
  replace(from, to, text) {
    this.view.dispatch({ changes: { from, to, insert: text }, userEvent: "input", scrollIntoView: true });
    this.view.focus();
  }

  /** Marks the lines with findings. @param {import("./findings.js").Finding[]} findings */
  mark(findings) {
    this.view.dispatch({ effects: found.of(findings) });
  }

  /** Runs a command, but never into a composition. @param {keyof typeof COMMANDS} name */
  run(name) {
    if (this.view.composing) return;
    this.view.focus();
    COMMANDS[name](this.view);
  }

  /** Whether the cursor is in a table. */
  get isInTable() {
    return place(this.view.state) !== null;
  }

  /**
   * Returns the line of the cursor from 1, with the progress through a long line as a fraction. `at` is
   * its height in the field, 0 to 1.
   * @returns {import("../preview.js").Place}
   */
  cursor() {
    const { head } = this.view.state.selection.main;
    const top = this.view.coordsAtPos(head)?.top;
    const { scrollDOM } = this.view;
    const height = top === undefined ? scrollDOM.clientHeight / 2 : top - scrollDOM.getBoundingClientRect().top;
    const at = Math.min(1, Math.max(0, height / scrollDOM.clientHeight));
    const line = this.view.state.doc.lineAt(head);
    return { line: line.number + (line.length > 0 ? (head - line.from) / (line.length + 1) : 0), at };
  }

  /** Returns the place in the middle of the field. @returns {import("../preview.js").Place} */
  middle() {
    const { scrollDOM, documentTop } = this.view;
    const height = scrollDOM.getBoundingClientRect().top + scrollDOM.clientHeight / 2 - documentTop;
    const block = this.view.lineBlockAtHeight(height);
    const within = Math.min(0.99, Math.max(0, (height - block.top) / block.height));
    return { line: this.view.state.doc.lineAt(block.from).number + within, at: 0.5 };
  }

  /** Scrolls a place to its height without moving the cursor. @param {import("../preview.js").Place} place */
  show({ line, at }) {
    const { scrollDOM, state, documentTop } = this.view;
    const number = Math.min(state.doc.lines, Math.max(1, Math.floor(line)));
    const block = this.view.lineBlockAt(state.doc.line(number).from);
    const wanted = documentTop + block.top + (line - number) * block.height;
    scrollDOM.scrollTop += wanted - (scrollDOM.getBoundingClientRect().top + at * scrollDOM.clientHeight);
  }

  /** @returns {import("@codemirror/state").Extension} */
  #extensions() {
    return [
      history(),
      EditorView.lineWrapping,
      EditorState.phrases.of(searchWords()),
      EditorView.contentAttributes.of({ "aria-label": this.area.labels[0]?.textContent?.trim() ?? "", lang: "ja", spellcheck: "false", autocapitalize: "off", tabindex: "0" }),
      markdown,
      search({ top: true }),
      slash,
      findings,
      look,
      keymap.of([...completionKeymap, ...keys, ...searchKeymap.filter(({ key }) => key !== "Mod-Alt-g"), ...historyKeymap, ...defaultKeymap]),
      EditorView.domEventHandlers({
        keydown: (event) => { this.#pastesPlain = event.shiftKey; return false; },
        beforeinput: (event, view) => this.#type(event, view),
        paste: (event, view) => this.#paste(event, view),
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) this.#changed(update);
        if (update.docChanged || update.selectionSet) this.form.dispatchEvent(new Event("annai:cursor"));
      }),
    ];
  }

  /** @param {import("@codemirror/view").ViewUpdate} update */
  #changed({ changes, state, transactions }) {
    if (transactions.every((one) => one.annotation(Transaction.remote))) return;
    this.#held = this.#held?.map(changes);
    this.area.value = (this.#held?.apply(state.doc) ?? state.doc).toString();
    this.#isOurs = true;
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
    this.#isOurs = false;
  }

  /** The text area holds this text with what is held, always. */
  #takeOver = () => {
    if (this.#isOurs) return;
    const { state } = this.view;
    const text = state.doc.toString();
    if (text === this.area.value) return;
    this.#held = ChangeSet.of(difference(text, this.area.value), state.doc.length);
    this.#release();
  };

  #release = () => {
    const changes = this.#held;
    if (!changes || this.view.composing) return;
    this.#held = undefined;
    this.view.dispatch({ changes, annotations: Transaction.remote.of(true), userEvent: "input" });
  };

  /** Keeps the editor's internal events from the form. */
  #keepWithin() {
    for (const name of ["input", "change"]) this.host.addEventListener(name, (event) => event.stopPropagation());
    this.host.addEventListener("keydown", (event) => {
      if (!isInputMethod(event)) return;
      // CodeMirror's own fields, such as the one to search in, do not ask.
      if (event.target instanceof HTMLInputElement) event.stopPropagation();
      // Safari ends a composition before the Enter that confirms it.
      if (event.key === "Enter" || event.key === "Tab") event.preventDefault();
    }, { capture: true });
    this.host.addEventListener("compositionend", () => window.setTimeout(this.#release));
  }

  /**
   * Handles replaced text and text of several lines. Chromium would merge elements and give them inline
   * styles, which our policy blocks.
   * @param {InputEvent} event
   * @param {EditorView} view
   */
  #type({ inputType, data, isComposing }, view) {
    if (inputType !== "insertText" || data === null || isComposing) return false;
    if (view.state.selection.main.empty && !data.includes("\n")) return false;
    view.dispatch(view.state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  }

  /** @param {ClipboardEvent} event @param {EditorView} view */
  #paste(event, view) {
    const { clipboardData: data } = event;
    if (!data || this.#pastesPlain || isCode(view.state, view.state.selection.main.from)) return false;
    const [html, plain] = [data.getData("text/html"), data.getData("text/plain")];
    const link = this.#linked(view, plain);
    if (link !== null) {
      view.dispatch(view.state.replaceSelection(link), { userEvent: "input.paste", scrollIntoView: true });
      return true;
    }
    if (place(view.state)) return this.#pasteIntoTable(view, html, plain);
    const text = html === "" ? tableOf(plain) : markdownOf(html);
    if (text === null || text === "") return false;
    view.dispatch(view.state.replaceSelection(text), { userEvent: "input.paste", scrollIntoView: true });
    return true;
  }

  /**
   * Pastes into a cell. A table fills the cells from there; lines of text become one line, and other blocks go
   * behind the table. Lines with bars may be rows of a table, and stay as they are.
   * @param {EditorView} view
   * @param {string} html
   * @param {string} plain
   */
  #pasteIntoTable(view, html, plain) {
    const { doc, selection } = view.state;
    if (doc.lineAt(selection.main.from).number !== doc.lineAt(selection.main.to).number) return false;
    const grid = gridOf(html, plain);
    if (grid) return fillCells(view, grid);
    const text = html === "" ? null : markdownOf(html);
    if (text !== null && /\n/.test(text.trim())) return insertBehindTable(view, text);
    if (text === null && (!plain.trim().includes("\n") || plain.includes("|"))) return false;
    view.dispatch(view.state.replaceSelection(forCell(text ?? plain)), { userEvent: "input.paste", scrollIntoView: true });
    return true;
  }

  /** Returns the selected words as a link to a pasted address. @param {EditorView} view @param {string} pasted */
  #linked({ state, composing }, pasted) {
    const { ranges, main } = state.selection;
    if (composing || ranges.length > 1 || isInLink(state, main.from)) return null;
    return linked(state.sliceDoc(main.from, main.to), pasted);
  }
}
