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

/**
 * What somebody pastes, to be read and thrown away. Nothing runs and nothing is fetched in this
 * document, and no element of it may come into the page. Its styles are in `data-style`: as
 * styles, our policy would block them, aloud.
 * @param {string} html
 */
export function fromClipboard(html) {
  const bare = html.replaceAll(/<\/?o:p>|<style\b[^]*?<\/style>/gi, "");
  return parse(bare.replaceAll(/<[a-z][^>]*>/gi, (tag) => tag.replaceAll(/\sstyle(?=\s*=)/gi, " data-style")));
}
