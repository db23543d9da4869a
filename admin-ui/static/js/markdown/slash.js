// @ts-check
/** The suggestions after `/` at the beginning of a word: parts of a guide, and links to other guides. */
import { autocompletion, completionStatus, startCompletion, EditorView } from "../../vendor/writing.js";
import { word } from "../words.js";
import { NEW_TABLE } from "./table.js";

/**
 * @typedef {import("@codemirror/autocomplete").Completion} Completion
 * @typedef {import("@codemirror/autocomplete").CompletionResult} CompletionResult
 */

/** A command, in the half-width or the full-width form that an input method writes. */
const COMMAND = /(?<![^\s　])[/／](?!\/)([^\s/／]*)$/u;
const RELATED = /(?<![^\s　])[/／](?:関連|related)[ 　]+([^\n]*)$/u;
const MOST = 50;

/** Returns the chapters of a new body; empty where the schema's rule set has none. */
function skeleton() {
  const template = document.getElementById("skeleton");
  return template instanceof HTMLTemplateElement ? (template.content.textContent ?? "") : "";
}

/**
 * @param {string} key
 * @param {string} text
 * @param {number} [cursor] within the text
 * @returns {Completion}
 */
function part(key, text, cursor = text.length) {
  return {
    label: `/${word(`slash_${key}`)}`,
    detail: word(`slash_${key}_hint`),
    apply: (view, _, from, to) => view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + cursor }, scrollIntoView: true, userEvent: "input.complete" }),
  };
}

/** @returns {Completion[]} */
function parts() {
  const chapters = skeleton();
  return chapters === "" ? general() : [...general(), part("chapters", chapters, chapters.indexOf("\n") + 1)];
}

/** Returns the parts of every guide. @returns {Completion[]} */
const general = () => [
  part("table", `${NEW_TABLE}\n`, NEW_TABLE.length - 5),
  part("heading", "## "),
  part("subheading", "### "),
  {
    label: `/${word("slash_related")}`,
    detail: word("slash_related_hint"),
    apply(view, _, from, to) {
      const insert = "/関連 ";
      view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: "input.complete" });
      startCompletion(view);
    },
  },
];

/** Folds width and case. @param {string} text */
const folded = (text) => text.normalize("NFKC").toLowerCase();

/**
 * Returns the path of a guide on the site. Without a host, a link survives a move to another one.
 *
 * @param {string} pattern the address of a guide, with `{slug}` in it
 * @param {string} slug
 */
function pathOf(pattern, slug) {
  const { pathname, search } = new URL(pattern.replaceAll("{slug}", slug));
  return pathname + search;
}

/** Finds guides whose title or slug has every word. @param {string} query @returns {Completion[]} */
function guides(query) {
  const words = folded(query).split(/\s+/u).filter((one) => one !== "");
  const template = document.getElementById("known-guides");
  if (!(template instanceof HTMLTemplateElement)) return [];
  const address = template.dataset.guideUrl ?? "";
  return [...template.content.querySelectorAll("span")]
    .map(({ dataset, textContent }) => ({ slug: dataset.slug ?? "", title: textContent ?? "", isThere: dataset.state !== "missing" }))
    .filter(({ slug, title, isThere }) => isThere && words.every((one) => folded(`${title} ${slug}`).includes(one)))
    .slice(0, MOST)
    .map(({ slug, title }) => ({ label: title || slug, detail: slug, apply: `[${(title || slug).replace(/[[\]\\]/g, "\\$&")}](${pathOf(address, slug)})` }));
}

/** @param {import("@codemirror/autocomplete").CompletionContext} context @returns {CompletionResult | null} */
function source({ state, pos, view }) {
  if (view?.composing) return null;
  const line = state.doc.lineAt(pos);
  // A command is short, so only the end of a long line is read.
  const before = line.text.slice(Math.max(0, pos - line.from - 100), pos - line.from);
  const related = RELATED.exec(before);
  if (related) return { from: pos - related[0].length, options: guides(related[1] ?? ""), filter: false, update };
  const command = COMMAND.exec(before);
  if (!command) return null;
  const typed = folded(command[1] ?? "");
  const options = parts().filter(({ label }) => folded(label).includes(typed));
  return { from: pos - command[0].length, options, filter: false, update };
}

/** Updates at once, so that Enter finds the list for the typed text. @type {NonNullable<CompletionResult["update"]>} */
const update = (_, __, ___, context) => source(context);

export const slash = [
  autocompletion({ override: [source], icons: false, interactionDelay: 0, activateOnTypingDelay: 0 }),
  // A composition gets no suggestions; its result may be a command.
  EditorView.domEventHandlers({
    compositionend(_, view) {
      window.setTimeout(() => {
        const { head } = view.state.selection.main;
        const line = view.state.doc.lineAt(head);
        const before = line.text.slice(Math.max(0, head - line.from - 100), head - line.from);
        if (!view.composing && completionStatus(view.state) === null && (COMMAND.test(before) || RELATED.test(before))) startCompletion(view);
      });
    },
  }),
];
