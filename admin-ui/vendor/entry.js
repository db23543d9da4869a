// @ts-check
/** The parts of other people's libraries that the editor uses, as one module: `static/vendor/writing.js`. */
export { autocompletion, completionKeymap, completionStatus, startCompletion } from "@codemirror/autocomplete";
export { defaultKeymap, history, historyKeymap, redo, undo } from "@codemirror/commands";
export { defineLanguageFacet, HighlightStyle, Language, syntaxHighlighting, syntaxTree } from "@codemirror/language";
export { openSearchPanel, search, searchKeymap } from "@codemirror/search";
export { Annotation, ChangeSet, Compartment, EditorSelection, EditorState, Prec, RangeSet, StateEffect, StateField, Transaction } from "@codemirror/state";
export { Decoration, EditorView, gutter, GutterMarker, keymap } from "@codemirror/view";
export { tags } from "@lezer/highlight";
export { GFM, parser } from "@lezer/markdown";
export { default as TurndownService } from "turndown";
