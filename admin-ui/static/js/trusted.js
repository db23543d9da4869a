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
 * The elements of a fragment that our own server rendered: its templates escape every text of a person.
 * @param {string} html
 * @returns {Node[]}
 */
export const fromServer = (html) => [...parse(html).body.childNodes].map((node) => document.adoptNode(node));

/** The attributes that say something about pasted text. */
const KEPT = new Set(["alt", "class", "colspan", "href", "src", "start", "style", "title"]);
/** Elements that hold or steer code. Only the text within them stays. */
const DROPPED = new Set(["base", "embed", "frame", "iframe", "link", "meta", "object", "script", "style"]);
/** A comment, code with its text, a declaration, a tag, or a `<` that begins none of them. */
const PART = /<!--[^]*?-->|<(style|script)\b[^]*?<\/\1\s*>|<[!?][^>]*>|<(\/?)([a-z][\w:-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>|</gi;
const ATTRIBUTE = /([^\s"'<>/=]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)/g;

/**
 * Parses what somebody pastes into a document that is read and thrown away.
 *
 * Chromium reports event handlers and styles of such a document against our policy, although
 * nothing runs in it. So every tag is written anew before there is a document: with the attributes
 * that say something about text, and `style` as `data-style`. No element of it may come into the page.
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
