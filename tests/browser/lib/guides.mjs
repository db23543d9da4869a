/**
 * Guides, as the tests write and find them.
 */
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";

import { pagesFolder, root } from "./environment.mjs";

/**
 * @typedef {import("playwright-core").Page} Page
 * @typedef {import("./annai.mjs").Server} Server
 */

/**
 * The file of a guide that nothing stands against.
 *
 * @param {string} slug
 * @param {{ title?: string, body?: string, fields?: Record<string, unknown> }} [parts]
 * @returns {string}
 */
export function guideFile(slug, { title = `案内 ${slug}`, body = `# 案内 ${slug}\n\n本文です。\n`, fields = {} } = {}) {
  const frontMatter = {
    title,
    slug,
    category: "data",
    meta_description:
      "このガイドは、試験のために書かれた短い文章です。仕事の内容、必要な技能、一日の流れ、学び方、将来の道筋を、初めて読む人にも分かるように順番に説明し、最後に次の一歩を示します。関連するガイドも合わせて紹介しています。",
    ...fields,
  };
  return `---json\n${JSON.stringify(frontMatter, null, 2)}\n---\n${body}`;
}

/**
 * The Markdown files of a folder, each once, in order.
 *
 * @param {string} folder
 */
function markdownFiles(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => ({ path: join(folder, name), bytes: readFileSync(join(folder, name)) }));
}

/**
 * A real guide: its file and its bytes.
 *
 * @typedef {{ path: string, slug: string, bytes: Buffer }} Specimen
 */

/**
 * Our own guides, and the customer's where their folder is named.
 *
 * @returns {Specimen[]}
 */
export function specimens() {
  const files = markdownFiles(join(root, "content"));
  const pages = pagesFolder();
  if (pages !== null) {
    const theirs = markdownFiles(pages);
    if (theirs.length === 0) throw new Error(`ANNAI_TEST_PAGES names ${pages}, which holds no .md file`);
    files.push(...theirs);
  }
  return files.map(({ path, bytes }) => ({ path, bytes, slug: slugOf(path, bytes) }));
}

/**
 * @param {string} path
 * @param {Buffer} bytes
 */
function slugOf(path, bytes) {
  const named = /^\s*"slug"\s*:\s*"([a-z0-9_]+)"/m.exec(bytes.toString("utf8"));
  return named?.[1] ?? basename(path, ".md");
}

/**
 * Asks the editorial API in the name of whoever is signed in in `page`.
 *
 * @param {Page} page
 * @param {"GET" | "POST" | "PUT" | "DELETE"} method
 * @param {string} path
 * @param {{ data?: unknown, headers?: Record<string, string>, expect?: number }} [options]
 */
export async function api(page, method, path, { data, headers = {}, expect } = {}) {
  const origin = new URL(page.url()).origin;
  const response = await page.request.fetch(`${origin}/api/v1${path}`, {
    method,
    headers: { Origin: origin, ...headers },
    ...(data === undefined ? {} : { data }),
  });
  const wanted = expect === undefined ? response.ok() : response.status() === expect;
  if (!wanted) throw new Error(`${method} ${path}: ${response.status()} ${await response.text()}`);
  return response;
}

/**
 * @typedef {{ guide_id: string, slug: string, latest_revision_id: string, revision_number: number }} GuideSummary
 */

/**
 * The id of the guide with this slug.
 *
 * @param {Page} page - Signed in.
 * @param {string} slug
 * @returns {Promise<string>}
 */
export async function guideIdOf(page, slug) {
  const response = await api(page, "GET", `/guides?q=${slug}`);
  const { guides } = await response.json();
  const found = guides.find((/** @type {{ slug: string }} */ guide) => guide.slug === slug);
  if (!found) throw new Error(`no guide has the slug ${slug}`);
  return found.guide_id;
}

/**
 * The revisions of a guide, the newest first.
 *
 * @param {Page} page - Signed in.
 * @param {string} guideId
 * @returns {Promise<{ revision_id: string, revision_number: number, content_hash: string, kind: string }[]>}
 */
export async function revisionsOf(page, guideId) {
  const response = await api(page, "GET", `/guides/${guideId}/revisions`);
  return (await response.json()).revisions;
}

/**
 * The exact bytes of a revision.
 *
 * @param {Page} page - Signed in.
 * @param {string} guideId
 * @param {string} revisionId
 * @returns {Promise<Buffer>}
 */
export async function sourceOf(page, guideId, revisionId) {
  const response = await api(page, "GET", `/guides/${guideId}/revisions/${revisionId}.md`);
  return response.body();
}

/**
 * The exact bytes of a guide's newest revision.
 *
 * @param {Page} page - Signed in.
 * @param {string} guideId
 * @returns {Promise<Buffer>}
 */
export async function latestSource(page, guideId) {
  const [latest] = await revisionsOf(page, guideId);
  if (!latest) throw new Error("a guide without revisions");
  return sourceOf(page, guideId, latest.revision_id);
}

/**
 * Makes a guide through the API, in the name of whoever is signed in in `page`.
 *
 * @param {Page} page
 * @param {string} source
 * @returns {Promise<string>} Its id.
 */
export async function createGuide(page, source) {
  const response = await api(page, "POST", "/guides", {
    data: { source },
    headers: { "Idempotency-Key": crypto.randomUUID() },
  });
  return (await response.json()).guide_id;
}
