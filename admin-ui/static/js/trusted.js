// @ts-check
/** The only place where text becomes elements. */

/**
 * @typedef {{ createHTML(html: string): string }} HtmlPolicy
 * @typedef {{ createPolicy(name: string, rules: HtmlPolicy): HtmlPolicy }} PolicyFactory
 */

const factory = /** @type {{ trustedTypes?: PolicyFactory }} */ (/** @type {unknown} */ (window)).trustedTypes;
/** @type {HtmlPolicy} */
const rules = { createHTML: (html) => html };
const policy = factory ? factory.createPolicy("annai", rules) : rules;

/** @param {string} html */
const parse = (html) => new DOMParser().parseFromString(policy.createHTML(html), "text/html");

/**
 * Parses a fragment that our own server rendered. Its templates escape every text of a person.
 * @param {string} html
 * @returns {Node[]}
 */
export const fromServer = (html) => [...parse(html).body.childNodes].map((node) => document.adoptNode(node));

/** The attributes that matter for pasted text. */
const KEPT = new Set(["alt", "class", "colspan", "href", "src", "start", "style", "title"]);
/** Elements that hold or steer code. Only their text stays. */
const DROPPED = new Set(["base", "embed", "frame", "iframe", "link", "meta", "object", "script", "style"]);
/** Matches a comment, code with its text, a declaration, a tag, or a `<` that begins none of them. */
const PART = /<!--[^]*?-->|<(style|script)\b[^]*?<\/\1\s*>|<[!?][^>]*>|<(\/?)([a-z][\w:-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>|</gi;
const ATTRIBUTE = /([^\s"'<>/=]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)/g;

/**
 * Parses pasted HTML into a temporary document.
 *
 * Chromium reports event handlers and styles of such a document against our policy, although
 * nothing runs in it. So this function first rewrites every tag. It keeps the attributes that matter for
 * text, and `style` as `data-style`. No element of the document may enter the page.
 * @param {string} html
 */
export function fromClipboard(html) {
  return parse(html.replaceAll(PART, (part, _code, slash, name, attributes) => {
    if (name === undefined) return part === "<" ? "&lt;" : "";
    if (DROPPED.has(name.toLowerCase()) || name.includes(":")) return "";
    return `<${slash}${name}${slash ? "" : keptAttributes(attributes)}>`;
  }));
}

/** @param {string} attributes */
function keptAttributes(attributes) {
  const kept = [...attributes.matchAll(ATTRIBUTE)].filter(([, name = ""]) => KEPT.has(name.toLowerCase()));
  return kept.map(([, name = "", value]) => ` ${name.toLowerCase() === "style" ? "data-style" : name}=${value}`).join("");
}
