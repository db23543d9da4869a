// @ts-check
/** Marks beside the lines with findings. */
import { EditorView, GutterMarker, RangeSet, StateEffect, StateField, gutter } from "../../vendor/writing.js";

/**
 * A finding in the event `annai:findings` of the form.
 * @typedef {{ level: "error" | "warn" | "hint", code: string, message: string, from: number | null, to: number | null }} Finding
 */

const RANK = { error: 0, warn: 1, hint: 2 };

class Mark extends GutterMarker {
  /** @param {Finding[]} findings of one line, the gravest first */
  constructor(findings) {
    super();
    this.level = findings[0]?.level ?? "hint";
    this.text = findings.map(({ message }) => message).join("\n");
  }

  /** @override @param {Mark} other */
  eq(other) {
    return this.level === other.level && this.text === other.text;
  }

  /** @override */
  toDOM() {
    const mark = document.createElement("span");
    mark.className = `mark mark-${this.level}`;
    mark.title = this.text;
    return mark;
  }
}

/** @type {import("@codemirror/state").StateEffectType<Finding[]>} */
export const found = StateEffect.define();

/** @type {import("@codemirror/state").StateField<import("@codemirror/state").RangeSet<GutterMarker>>} */
const marks = StateField.define({
  create: () => RangeSet.empty,
  update(value, { changes, effects, state: { doc } }) {
    const news = effects.find((effect) => effect.is(found));
    if (!news) return value.map(changes);
    /** @type {Map<number, Finding[]>} */
    const lines = new Map();
    for (const finding of /** @type {Finding[]} */ (news.value).toSorted((a, b) => RANK[a.level] - RANK[b.level])) {
      if (finding.from === null || finding.from > doc.length) continue;
      const { from } = doc.lineAt(finding.from);
      lines.set(from, [...(lines.get(from) ?? []), finding]);
    }
    return RangeSet.of([...lines].map(([from, findings]) => new Mark(findings).range(from)), true);
  },
});

export const findings = [
  marks,
  gutter({ class: "marks", markers: (view) => view.state.field(marks) }),
  EditorView.baseTheme({
    ".marks": { width: "1.1rem" },
    ".mark": { display: "block", width: ".55rem", height: ".55rem", margin: ".65em auto 0", borderRadius: "50%", background: "var(--line-strong)" },
    ".mark-error": { background: "var(--shu)", borderRadius: "0" },
    ".mark-warn": { background: "var(--kin)" },
  }),
];
