// @ts-check
/**
 * The suggestions after `/` at the beginning of a word: parts of a guide, and links to other guides. Behind
 * `](guide:` the guides alone are offered.
 */
import { autocompletion, completionStatus, startCompletion, EditorView } from "../../vendor/writing.js";
import { textOfRole } from "../form-fields.js";
import { word } from "../words.js";
import { NEW_TABLE } from "./table.js";

/**
 * @typedef {import("@codemirror/autocomplete").Completion} Completion
 * @typedef {import("@codemirror/autocomplete").CompletionResult} CompletionResult
 */

/** A command, in the half-width or the full-width form that an input method writes. */
const COMMAND = /(?<![^\s　])[/／](?!\/)([^\s/／]*)$/u;
const RELATED = /(?<![^\s　])[/／](?:関連|related)[ 　]+([^\n]*)$/u;
/** The address of a link that begins as a reference to a guide. */
const REFERENCE = /\]\((guide:[a-z0-9_]*)$/u;
const MOST = 50;
/** The states of guides that a link may lead to, in the order of the offer. The others get a chip. */
const OFFERED = ["public", "unpublished", "draft"];

/** Returns the chapters of a new body; empty where the schema's rule set has none. */
function skeleton() {
  const template = document.getElementById("skeleton");
  return template instanceof HTMLTemplateElement ? (template.content.textContent ?? "") : "";
}

/**
 * @param {string} key
 * @param {string} text
 * @param {number} [from] the selection within the text
 * @param {number} [to]
 * @returns {Completion}
 */
function part(key, text, from = text.length, to = from) {
  return {
    label: `/${word(`slash_${key}`)}`,
    detail: word(`slash_${key}_hint`),
    apply: (view, _, start, end) =>
      view.dispatch({ changes: { from: start, to: end, insert: text }, selection: { anchor: start + from, head: start + to }, scrollIntoView: true, userEvent: "input.complete" }),
  };
}

/** @returns {Completion[]} */
function parts() {
  const chapters = skeleton();
  return chapters === "" ? general() : [...general(), part("chapters", chapters, chapters.indexOf("\n") + 1)];
}

/** The syntax of a picture, with its description selected. @returns {Completion} */
function picture() {
  const description = word("slash_picture_text");
  return part("picture", `![${description}](/static/img/)`, 2, 2 + description.length);
}

/** Returns the parts of every guide. @returns {Completion[]} */
const general = () => [
  part("table", `${NEW_TABLE}\n`, NEW_TABLE.length - 5),
  part("heading", "## "),
  part("subheading", "### "),
  picture(),
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
 * Finds guides whose title or slug has every word. The guide of the page is not among them.
 *
 * @param {string} query
 * @param {(slug: string, title: string) => string} written the text that a choice inserts
 * @returns {Completion[]}
 */
function guides(query, written) {
  const words = folded(query).split(/\s+/u).filter((one) => one !== "");
  const template = document.getElementById("known-guides");
  if (!(template instanceof HTMLTemplateElement)) return [];
  const form = document.getElementById("editor");
  const own = form instanceof HTMLFormElement ? textOfRole(form, "slug") : "";
  const all = [...template.content.querySelectorAll("span")]
    .map(({ dataset, textContent }) => ({ slug: dataset.slug ?? "", title: textContent || (dataset.slug ?? ""), state: dataset.state ?? "", isOwn: dataset.own !== undefined }))
    .filter(({ slug, title, isOwn }) => !isOwn && slug !== own && words.every((one) => folded(`${title} ${slug}`).includes(one)));
  return OFFERED.flatMap((state) => all.filter((one) => one.state === state))
    .slice(0, MOST)
    .map(({ slug, title, state }) => ({ label: title, detail: slug, type: state, apply: written(slug, title) }));
}

/** @param {string} slug @param {string} title */
const link = (slug, title) => `[${title.replace(/[[\]\\]/g, "\\$&")}](guide:${slug})`;

/** Draws the chip of a guide that readers do not see. @param {Completion} completion */
function chip({ type }) {
  if (type !== "draft" && type !== "unpublished") return null;
  const mark = document.createElement("span");
  mark.className = "chip";
  mark.textContent = word(`guide_${type}`);
  return mark;
}

/** @param {import("@codemirror/autocomplete").CompletionContext} context @returns {CompletionResult | null} */
function source({ state, pos, view }) {
  if (view?.composing) return null;
  const line = state.doc.lineAt(pos);
  // A command is short, so only the end of a long line is read.
  const before = line.text.slice(Math.max(0, pos - line.from - 100), pos - line.from);
  const related = RELATED.exec(before);
  if (related) return { from: pos - related[0].length, options: guides(related[1] ?? "", link), filter: false, update };
  const reference = REFERENCE.exec(before)?.[1];
  if (reference !== undefined) {
    const options = guides(reference.slice("guide:".length), (slug) => `guide:${slug}`);
    return { from: pos - reference.length, options, filter: false, update };
  }
  const command = COMMAND.exec(before);
  if (!command) return null;
  const typed = folded(command[1] ?? "");
  const options = parts().filter(({ label }) => folded(label).includes(typed));
  return { from: pos - command[0].length, options, filter: false, update };
}

/** Updates at once, so that Enter finds the list for the typed text. @type {NonNullable<CompletionResult["update"]>} */
const update = (_, __, ___, context) => source(context);

export const slash = [
  autocompletion({ override: [source], icons: false, interactionDelay: 0, activateOnTypingDelay: 0, addToOptions: [{ render: chip, position: 90 }] }),
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
