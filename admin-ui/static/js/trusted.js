// @ts-check
/**
 * The only place where text becomes elements. What comes in was rendered by our own server,
 * where the templates escape every text of a person.
 */

/**
 * @typedef {{ createHTML(html: string): string }} HtmlPolicy
 * @typedef {{ createPolicy(name: string, rules: HtmlPolicy): HtmlPolicy }} PolicyFactory
 */

const factory = /** @type {{ trustedTypes?: PolicyFactory }} */ (/** @type {unknown} */ (window)).trustedTypes;
/** @type {HtmlPolicy} */
const rules = { createHTML: (html) => html };
const policy = factory ? factory.createPolicy("annai", rules) : rules;

/**
 * The elements of a fragment that our server rendered.
 * @param {string} html
 * @returns {Node[]}
 */
export function fromServer(html) {
  const page = new DOMParser().parseFromString(policy.createHTML(html), "text/html");
  return [...page.body.childNodes].map((node) => document.adoptNode(node));
}
