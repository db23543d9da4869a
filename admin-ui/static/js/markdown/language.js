// @ts-check
/** Markdown for the editor's highlighting only. The server decides what readers see. */
import { GFM, HighlightStyle, Language, defineLanguageFacet, parser, syntaxHighlighting, syntaxTree, tags } from "../../vendor/writing.js";

const STRONG = { resolve: "StrongEmphasis", mark: "EmphasisMark" };
const STAR = "*".charCodeAt(0);
const SPACE = /\s/u;

/** `**` opens and closes beside Japanese letters and brackets too, as it does on our pages. */
const strongBesideJapanese = {
  name: "StrongBesideJapanese",
  before: "Emphasis",
  /** @type {import("@lezer/markdown").InlineParser["parse"]} */
  parse(context, next, at) {
    if (next !== STAR || context.char(at + 1) !== STAR || context.char(at + 2) === STAR || context.char(at - 1) === STAR) return -1;
    const [before, after] = [context.slice(at - 1, at), context.slice(at + 2, at + 3)];
    const isSpace = (/** @type {string} */ letter) => letter === "" || SPACE.test(letter);
    return context.addDelimiter(STRONG, at, at + 2, !isSpace(after), !isSpace(before));
  },
};

/** The longest line with highlighting, in letters, because each key reads its line again. */
const LONGEST_LINE = 20_000;

/** @type {import("@lezer/markdown").BlockParser} */
const longLine = {
  name: "LongLine",
  before: "IndentedCode",
  parse(context, line) {
    if (line.text.length < LONGEST_LINE) return false;
    context.addElement(context.elt("Paragraph", context.lineStart, context.lineStart + line.text.length));
    context.nextLine();
    return true;
  },
};

const reader = parser.configure([GFM, { parseInline: [strongBesideJapanese], parseBlock: [longLine] }]);
const language = new Language(defineLanguageFacet(), reader, [], "markdown");

const look = HighlightStyle.define([
  { tag: tags.heading1, fontSize: "1.3em", fontWeight: "700" },
  { tag: tags.heading2, fontSize: "1.15em", fontWeight: "700" },
  { tag: [tags.heading, tags.strong], fontWeight: "700" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strikethrough, textDecoration: "line-through" },
  { tag: tags.link, color: "var(--ai)" },
  { tag: tags.url, color: "var(--ink-soft)" },
  { tag: tags.monospace, fontFamily: "var(--mono)", fontSize: ".92em", color: "var(--matsu)" },
  { tag: tags.quote, color: "var(--ink-soft)" },
  { tag: [tags.processingInstruction, tags.contentSeparator, tags.labelName], color: "var(--shu)", fontWeight: "400" },
]);

export const markdown = [language, syntaxHighlighting(look)];

/**
 * Returns whether a place is in a code block, which has no lists and tables.
 * @param {import("@codemirror/state").EditorState} state
 * @param {number} at
 */
export function isCode(state, at) {
  for (let node = /** @type {import("@lezer/common").SyntaxNode | null} */ (syntaxTree(state).resolveInner(at, -1)); node; node = node.parent) {
    if (node.name === "FencedCode" || node.name === "CodeBlock") return true;
  }
  return false;
}

/**
 * Returns whether a place is in a link or an image, which cannot hold another link.
 * @param {import("@codemirror/state").EditorState} state
 * @param {number} at
 */
export function isInLink(state, at) {
  for (let node = syntaxTree(state).resolveInner(at, 1); node.parent; node = node.parent) {
    if (node.name === "Link" || node.name === "Image") return true;
  }
  return false;
}
