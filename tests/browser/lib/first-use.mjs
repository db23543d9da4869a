/**
 * The cost of opening a page on a line with a long delay: requests, bytes, and the time until it can be used.
 */

/** @typedef {import("playwright-core").Page} Page */

/** The delay of every answer, in milliseconds. */
export const LATENCY = 150;

/**
 * @typedef {object} Cost
 * @property {string[]} requests - The paths, in the order of sending.
 * @property {number} bytes - Of all answers, heads included.
 * @property {number} paint - Milliseconds until the first paint of content.
 * @property {number} use - Milliseconds until the page's script has taken it over.
 */

/**
 * Opens `path` with an empty cache.
 *
 * @param {Page} page - A page that has opened nothing yet.
 * @param {string} path
 * @returns {Promise<Cost>}
 */
export async function openCosts(page, path) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", { offline: false, latency: LATENCY, downloadThroughput: -1, uploadThroughput: -1 });
  let bytes = 0;
  session.on("Network.loadingFinished", (event) => { bytes += event.encodedDataLength; });
  /** @type {string[]} */
  const requests = [];
  page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  await page.addInitScript(noteFirstUse);
  await page.goto(path, { waitUntil: "load" });
  const times = await page.waitForFunction(() => {
    const use = Number(document.documentElement?.dataset.firstUse);
    const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
    return use > 0 && paint !== undefined ? { use, paint } : null;
  });
  const { use, paint } = /** @type {{ use: number, paint: number }} */ (await times.jsonValue());
  await session.detach();
  return { requests, bytes, paint, use };
}

/**
 * Notes when the page's script has run, and in the editor when the field for the text is there. Runs in the page.
 */
function noteFirstUse() {
  if (window !== window.top) return;
  const observer = new MutationObserver(() => {
    const editor = document.querySelector("form[data-editor]");
    const isReady = document.documentElement.classList.contains("js") && document.readyState !== "loading" &&
      (!(editor instanceof HTMLElement) || editor.dataset.field !== undefined);
    if (!isReady) return;
    observer.disconnect();
    document.documentElement.dataset.firstUse = String(performance.now());
  });
  observer.observe(document, { attributes: true, attributeFilter: ["class", "data-field"], childList: true, subtree: true });
}
