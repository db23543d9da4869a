// @ts-check
/**
 * Copies of unsaved text on this device. They survive an unreachable server, a closed lid, an expired
 * session and a crashed browser. Each window has its own copy, so windows never overwrite each other.
 */
import { lockOf, windowId } from "./window.js";

/**
 * @typedef {object} Kept
 * @property {string} person the id of the writer; other users of this browser never see the text
 * @property {string} guide the guide's id, or the name of another form
 * @property {string} place the window of the text
 * @property {number} at the time of typing, in milliseconds
 * @property {[string, string][]} fields the form's fields
 * @property {string} [page] the address of the page with the form
 * @property {string | undefined} [of] the state of the site that the text is about
 * @property {string} [sent] the name under which the form was sent
 */

const DATABASE = "annai";
const STORE = "texts";

/** @type {Promise<IDBDatabase> | undefined} */
let database;

/** Opens the one shared connection, which keeps requests in order. @returns {Promise<IDBDatabase>} */
function open() {
  database ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: ["person", "guide", "place"] });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  database.then((opened) => { opened.onclose = () => { database = undefined; }; }, () => { database = undefined; });
  return database;
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T | undefined>} after the commit; undefined without storage in the browser
 */
async function within(mode, act) {
  try {
    const transaction = (await open()).transaction(STORE, mode);
    const request = act(transaction.objectStore(STORE));
    return await new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } catch {
    return undefined;
  }
}

/**
 * Keeps the text of this window, or of another place.
 *
 * @param {Omit<Kept, "place"> & Partial<Kept>} text
 * @returns {Promise<boolean>} whether this device holds it now
 */
export async function keep(text) {
  const place = text.place ?? (await windowId);
  const key = await within("readwrite", (store) => store.put({ ...text, place }));
  return key !== undefined;
}

/**
 * Returns this window's own text, which the page before this one kept.
 *
 * @param {string} person
 * @param {string} guide
 * @returns {Promise<Kept | undefined>}
 */
export async function findOwn(person, guide) {
  const place = await windowId;
  return within("readonly", (store) => store.get([person, guide, place]));
}

/**
 * Returns the copies of a form that was sent.
 *
 * @param {string} person
 * @param {string} sent
 * @returns {Promise<Kept[]>}
 */
export async function findSent(person, sent) {
  /** @type {Kept[]} */
  const kept = (await within("readonly", (store) => store.getAll(IDBKeyRange.bound([person], [person, []])))) ?? [];
  return kept.filter((copy) => copy.sent === sent);
}

/**
 * Returns other windows' texts of a guide, the newest first, by `gone` windows and windows that seem
 * `open`. A browser takes a moment to notice that one of its windows died.
 *
 * @param {string} person
 * @param {string} guide
 * @returns {Promise<{ gone: Kept[], open: Kept[] }>}
 */
export async function findOthers(person, guide) {
  const range = IDBKeyRange.bound([person, guide], [person, guide, []]);
  /** @type {Kept[]} */
  const kept = (await within("readonly", (store) => store.getAll(range))) ?? [];
  const own = await windowId;
  const others = kept.filter(({ place }) => place !== own).sort((one, other) => other.at - one.at);
  const locks = new Set((await navigator.locks?.query())?.held?.map((lock) => lock.name));
  const isOpen = (/** @type {Kept} */ { place }) => locks.has(lockOf(place));
  return { gone: others.filter((kept) => !isOpen(kept)), open: others.filter(isOpen) };
}

/**
 * Waits until a window is gone and returns its text; undefined if the window removed it first.
 *
 * @param {Kept} kept its text so far
 * @returns {Promise<Kept | undefined>}
 */
export async function onceGone({ person, guide, place }) {
  await navigator.locks.request(lockOf(place), { mode: "shared" }, () => {});
  return within("readonly", (store) => store.get([person, guide, place]));
}

/**
 * Forgets a text that is saved elsewhere or unwanted: this window's own, or one `left` by another window.
 *
 * @param {Pick<Kept, "person" | "guide"> & Partial<Kept>} left
 */
export async function forget({ person, guide, place }) {
  const of = place ?? (await windowId);
  await within("readwrite", (store) => store.delete([person, guide, of]));
}
