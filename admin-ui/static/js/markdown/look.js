// @ts-check
/** The look of the Markdown editor, in the colours of the page, and the texts of its search. */
import { EditorView } from "../../vendor/writing.js";
import { word } from "../words.js";

export const look = EditorView.theme({
  "&": { fontSize: "1rem", color: "var(--ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "1.95" },
  ".cm-content": { padding: "1.1rem 1.3rem 6rem .2rem", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0" },
  ".cm-gutters": { background: "none", border: "0" },
  ".cm-panels": { background: "var(--paper)", color: "var(--ink)", fontFamily: "inherit" },
  ".cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-search": { display: "flex", flexWrap: "wrap", gap: ".35rem .5rem", alignItems: "center", padding: ".6rem 2.75rem .6rem .75rem !important" },
  ".cm-search [name=replace], .cm-search [name=replaceAll]": { order: "1" },
  ".cm-search label": { display: "inline-flex", alignItems: "center", gap: ".4rem", order: "2", margin: "0 !important", fontWeight: "400" },
  ".cm-search .cm-textfield": { flex: "1 1 40%", width: "auto", margin: "0", minHeight: "2rem", fontSize: ".9rem", background: "var(--sheet)", borderColor: "var(--line-strong)" },
  ".cm-search .cm-button": { margin: "0", minHeight: "2rem", fontSize: ".85rem", backgroundImage: "none", background: "var(--sheet)", borderColor: "var(--line-strong)" },
  ".cm-search [name=close]": { inset: ".5rem .5rem auto auto !important", minHeight: "1.75rem", minWidth: "1.75rem", justifyContent: "center", fontSize: "1.1rem" },
  ".cm-searchMatch": { background: "var(--kin-soft)", outline: "1px solid var(--kin)" },
  ".cm-searchMatch-selected": { background: "var(--ai-soft)", outline: "2px solid var(--ai)" },
  ".cm-tooltip": { border: "1px solid var(--line-strong)", borderRadius: "var(--radius)", background: "var(--sheet)", color: "var(--ink)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "inherit", fontSize: ".9rem", maxHeight: "16rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".35rem .75rem", lineHeight: "1.5" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--ai-soft) !important", color: "var(--ai) !important" },
  ".cm-completionDetail": { fontStyle: "normal", fontSize: ".85em", color: "var(--ink-soft)" },
});

/** CodeMirror's phrases in the page's language. @returns {Record<string, string>} */
export const searchWords = () => ({
  Completions: word("search_completions"),
  Find: word("search_find"),
  Replace: word("search_replace"),
  next: word("search_next"),
  previous: word("search_previous"),
  all: word("search_all"),
  "match case": word("search_case"),
  regexp: word("search_regexp"),
  "by word": word("search_word"),
  replace: word("search_replace_one"),
  "replace all": word("search_replace_all"),
  close: word("search_close"),
  "current match": word("search_current"),
  "on line": word("search_on_line"),
  "replaced match on line $": word("search_replaced_on_line"),
  "replaced $ matches": word("search_replaced"),
  "Selection deleted": word("search_deleted"),
  "Control character": word("search_control"),
});
