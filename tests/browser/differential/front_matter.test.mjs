/**
 * `annai fm parse` beside gray-matter, on inputs of our own.
 */
import assert from "node:assert/strict";
import { test } from "node:test";

import matter from "gray-matter";

import { parseFrontMatter, randomNumbers } from "./annai.mjs";

/**
 * Returns the result of gray-matter. The empty options switch its cache off.
 *
 * @param {string | Buffer} file
 * @returns {{ language: string, data: unknown, content: string } | { refused: string }}
 */
function grayMatter(file) {
  try {
    const { language, matter: block, data, content } = matter(file, {});
    // Without a block it still says "yaml", which is only its default.
    return { language: block ? language.trim() : "", data, content };
  } catch (error) {
    return { refused: String(error) };
  }
}

const alike = {
  "no front matter": "# 見出し\n\n本文\n",
  "an empty file": "",
  "a thematic break of four": "----\n本文",
  "front matter further down": "\n---json\n{}\n---\n",
  "a small guide": '---json\n{\n  "title": "題",\n  "tags": ["a", "b"]\n}\n---\n# 題\n',
  "CRLF": '---json\r\n{\r\n"a": 1\r\n}\r\n---\r\n本文\r\n',
  "a byte order mark": '\uFEFF---json\n{"a": 1}\n---\n本文',
  "a byte order mark alone": "\uFEFF# 見出し",
  "blanks on the opening line": '---  json \t\n{"a": 1}\n---\n本文',
  "an ideographic space on the opening line": '---json\u3000\n{"a": 1}\n---\n本文',
  "blanks on the closing line": '---json\n{"a": 1}\n---  \n本文',
  "no line end behind the fence": '---json\n{"a": 1}\n---',
  "empty lines behind the fence": '---json\n{"a": 1}\n---\n\n\n本文',
  "empty lines inside the block": '---json\n\n\n{"a": 1}\n\n---\n本文',
  "fences in the body": '---json\n{"a": 1}\n---\n---\n本文\n---\n',
  "escapes": String.raw`---json
{"\u3042": "\" \\ \/ \b \f \n \r \t \ud83d\ude80 \u2028"}
---
`,
  "numbers": '---json\n{"n": [0, -0, 1e2, 1.50, -2E-3, 12345678901234567890, 5e-324, 0.1, 9007199254740993]}\n---\n',
  "every kind of value": '---json\n{"a": null, "b": true, "c": false, "d": {}, "e": [], "f": [[{"g": ""}]]}\n---\n',
  "a key of JavaScript's own": '---json\n{"constructor": 1, "toString": 2}\n---\n',
  "dashes in a value": '---json\n{"a": "---", "b": "\\n---"}\n---\n',
  "lone carriage returns as blanks": '---json\n{\r"a": 1\r}\n---\na\rb\n',
  "a malformed object": '---json\n{"a": }\n---\n',
  "a trailing comma": '---json\n{"a": 1,}\n---\n',
  "a comment": '---json\n{"a": 1} // one\n---\n',
  "single quotes": "---json\n{'a': 1}\n---\n",
  "a leading zero": '---json\n{"a": 01}\n---\n',
  "a raw line end in a string": '---json\n{"a": "b\nc"}\n---\n',
  "two objects": "---json\n{} {}\n---\n",
  "another engine": "---cson\na: 1\n---\n",
};

for (const [name, file] of Object.entries(alike)) {
  test(`read as gray-matter reads it: ${name}`, () => {
    const [ours, theirs] = [parseFrontMatter(file), grayMatter(file)];
    if ("refused" in theirs) assert.ok("refused" in ours, JSON.stringify(ours));
    else assert.deepEqual(ours, theirs);
  });
}

/**
 * Our differences from gray-matter, with their reasons. We refuse with line and column, so that
 * nothing is silently lost.
 *
 * @type {{ name: string, file: string | Buffer, why: string, ours: "accepts" | "refuses" }[]}
 */
const differences = [
  {
    name: "the marker in capitals",
    file: '---JSON\n{"a": 1}\n---\n',
    why: "gray-matter knows no engine called JSON; editors' tools write it so",
    ours: "accepts",
  },
  {
    name: "a bare fence",
    file: "---\na: 1\n---\n",
    why: "means YAML there; we read JSON alone",
    ours: "refuses",
  },
  { name: "YAML", file: "---yaml\na: 1\n---\n", why: "we read JSON alone", ours: "refuses" },
  {
    name: "JavaScript",
    file: "---js\n{ a: 1 + 1 }\n---\n",
    why: "gray-matter runs it with eval",
    ours: "refuses",
  },
  {
    name: "no closing fence",
    file: '---json\n{"a": 1}\n',
    why: "gray-matter takes the rest of the file for front matter; a lost fence would lose the body",
    ours: "refuses",
  },
  {
    name: "a longer closing fence",
    file: '---json\n{"a": 1}\n----\n本文',
    why: "gray-matter closes at three dashes and leaves the fourth in the body",
    ours: "refuses",
  },
  {
    name: "text behind the closing fence",
    file: '---json\n{"a": 1}\n---本文\n',
    why: "gray-matter makes it the beginning of the body",
    ours: "refuses",
  },
  {
    name: "an object on the opening line",
    file: '---json {"a": 1}\n---\n',
    why: "gray-matter takes it for the name of the engine and loses the fields",
    ours: "refuses",
  },
  { name: "an empty block", file: "---json\n---\n本文", why: "it holds no object", ours: "refuses" },
  { name: "a list", file: "---json\n[1]\n---\n", why: "fields need an object", ours: "refuses" },
  { name: "null", file: "---json\nnull\n---\n", why: "fields need an object", ours: "refuses" },
  {
    name: "a key twice",
    file: '---json\n{"a": 1, "a": 2}\n---\n',
    why: "JSON.parse keeps the last and drops the first without a word",
    ours: "refuses",
  },
  {
    name: "a number beyond 64-bit floats",
    file: '---json\n{"a": 1e999}\n---\n',
    why: "JSON.parse makes it Infinity, which JSON cannot say",
    ours: "refuses",
  },
  {
    name: "an escaped NUL",
    file: '---json\n{"a": "\\u0000"}\n---\n',
    why: "the database cannot store it",
    ours: "refuses",
  },
  {
    name: "half a surrogate pair",
    file: '---json\n{"a": "\\ud800"}\n---\n',
    why: "it is no character and cannot be UTF-8",
    ours: "refuses",
  },
  { name: "a NUL in the body", file: "a\0b\n", why: "the database cannot store it", ours: "refuses" },
  {
    name: "bytes that are not UTF-8",
    file: Buffer.from([0x61, 0xff, 0x0a]),
    why: "gray-matter replaces them, and writing the file back would destroy them",
    ours: "refuses",
  },
  {
    name: "lines that end with CR alone",
    file: "# a\rb\r",
    why: "no tool around Markdown agrees on their lines",
    ours: "refuses",
  },
  {
    name: "nesting of 65",
    file: `---json\n{"a": ${"[".repeat(64)}${"]".repeat(64)}}\n---\n`,
    why: "the limit is 64",
    ours: "refuses",
  },
  { name: "513 KiB", file: "a".repeat(513 * 1024), why: "the limit is 512 KiB", ours: "refuses" },
];

for (const { name, file, why, ours } of differences) {
  test(`known difference from gray-matter: ${name} (${why})`, () => {
    const answer = parseFrontMatter(file);
    const accepted = !("refused" in answer);
    assert.equal(accepted, ours === "accepts", JSON.stringify(answer));
    assert.notEqual("refused" in grayMatter(file), ours === "refuses", "gray-matter agrees by now");
    if ("refused" in answer) assert.match(answer.refused, /line \d+, column \d+/);
  });
}

test("generated files are read as gray-matter reads them", () => {
  const random = randomNumbers(20261122);
  for (let number = 0; number < 400; number += 1) {
    const file = generatedFile(random);
    assert.deepEqual(parseFrontMatter(file), grayMatter(file), JSON.stringify(file));
  }
});

/** @template T @param {(bound: number) => number} random @param {readonly T[]} choices */
const pick = (random, choices) => /** @type {T} */ (choices[random(choices.length)]);

/** @param {(bound: number) => number} random @returns {unknown} */
function generatedValue(random, depth = 0) {
  const kind = random(depth > 3 ? 5 : 7);
  const list = () => Array.from({ length: random(4) }, () => generatedValue(random, depth + 1));
  switch (kind) {
    case 0:
      return pick(random, [null, true, false]);
    case 1:
      return random(1_000_000) / pick(random, [1, 10, 1000, 7]);
    case 2:
      return -random(2 ** 31) * pick(random, [1, 1e20, 1e-20]);
    case 5:
      return list();
    case 6:
      return Object.fromEntries(list().map((value, index) => [`キー${index}`, value]));
    default:
      return pick(random, ["", "案内", "---", 'a"b\\c', "一行\n二行", "🚀", "</script>", "\u2028", "{}"]);
  }
}

/** @param {(bound: number) => number} random */
function generatedFile(random) {
  const fields = Array.from({ length: random(5) }, (_, index) => [`field_${index}`, generatedValue(random)]);
  const end = pick(random, ["\n", "\r\n"]);
  const object = JSON.stringify(Object.fromEntries(fields), null, pick(random, ["", "  ", "\t"])).replaceAll("\n", end);
  const body = pick(random, ["", "# 題\n", "\n\n本文\r\n", "---\n", "a\rb\n", " \n"]);
  const fence = pick(random, ["---", "---  "]);
  return `${pick(random, ["", "\uFEFF"])}---${pick(random, ["json", " json", "json \t"])}${end}${object}${end}${fence}${end}${body}`;
}
