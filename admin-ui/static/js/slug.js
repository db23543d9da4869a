// @ts-check
/** Proposes a slug from the Latin letters of the first heading: the rule of `propose_slug`. */
import { word } from "./words.js";

const MAX_LENGTH = 80;

/**
 * `[完全ガイド] Platform Engineer: …` gives `platform_engineer`. The run needs at
 * least two letters or digits and begins with a letter. Without one, the person has to enter a slug.
 * @param {string} text
 * @returns {string | undefined}
 */
export function proposeSlug(text) {
  const runs = text.normalize("NFKC").split(/[^A-Za-z0-9 \-_/.&+#]/u);
  return runs.map(words).find((slug) => /^[a-z]./u.test(slug));
}

/** @param {string} run */
function words(run) {
  let slug = "";
  for (const part of run.split(/[^A-Za-z0-9]+/u)) {
    const longer = slug && part ? `${slug}_${part}` : slug + part;
    if (longer.length > MAX_LENGTH) break;
    slug = longer.toLowerCase();
  }
  return slug;
}

/**
 * Returns the first level-1 heading without its marks.
 * @param {string} body
 */
export function firstHeading(body) {
  let fence = "";
  for (const line of body.split("\n", 200)) {
    const mark = /^ {0,3}(```|~~~)/u.exec(line)?.[1] ?? "";
    if (fence === "") {
      const heading = /^ {0,3}#[ \t]+(.+)$/u.exec(line)?.[1];
      if (heading !== undefined) return heading.replaceAll(/[*`~]/gu, "");
      fence = mark;
    } else if (mark === fence) fence = "";
  }
  return "";
}

/** @param {HTMLFormElement} form */
export function startSlug(form) {
  const place = form.querySelector("[data-slug]");
  const body = form.elements.namedItem("body");
  if (!(place instanceof HTMLElement) || !(body instanceof HTMLTextAreaElement)) return;
  const field = document.getElementById(place.dataset.slug ?? "");
  if (!(field instanceof HTMLInputElement)) return;
  const proposal = () => proposeSlug(firstHeading(body.value));
  const put = (/** @type {string} */ slug) => {
    if (field.value === slug) return;
    field.value = slug;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const button = document.createElement("button");
  button.type = "button";
  button.textContent = word("slug_propose");
  const answer = document.createElement("p");
  answer.className = "help";
  answer.setAttribute("role", "status");
  place.append(button, answer);
  button.addEventListener("click", () => {
    const slug = proposal();
    answer.textContent = slug === undefined ? word("slug_none") : "";
    if (slug === undefined) field.focus();
    else put(slug);
  });

  // The slug follows the heading until somebody enters their own.
  let isOurs = field.value === "" || field.value === proposal();
  field.addEventListener("input", (event) => { if (event.isTrusted) isOurs = false; });
  field.addEventListener("annai:filled", () => { isOurs = false; });
  let isComposing = false;
  form.addEventListener("compositionstart", () => { isComposing = true; });
  const follow = () => {
    const slug = isOurs && !isComposing ? proposal() : undefined;
    if (slug !== undefined) put(slug);
  };
  form.addEventListener("compositionend", () => { isComposing = false; follow(); });
  form.addEventListener("input", (event) => { if (event.target !== field) follow(); });
}
