// @ts-check
/**
 * Copies of unsaved text on this device. They survive an unreachable server, a closed lid, an expired
 * session and a crashed browser. Each window has its own copy, so windows never overwrite each other.
 */

/**
 * @typedef {object} Kept
 * @property {string} person the id of the writer; other users of this browser never see the text
 * @property {string} guide the guide's id
 * @property {string} place the window of the text
 * @property {number} at the time of typing, in milliseconds
 * @property {[string, string][]} fields the form's fields
 */

const DATABASE = "annai";
const STORE = "texts";

/** The id of this window while it shows this page. */
const PLACE = crypto.getRandomValues(new Uint32Array(4)).join("-");

/** A lock for the life of the page. It tells other windows that this text is still on a screen. */
void navigator.locks?.request(lockOf(PLACE), () => new Promise(() => {}));

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
 * Keeps the text of this window.
 *
 * @param {Omit<Kept, "place">} text
 * @returns {Promise<boolean>} whether this device holds it now
 */
export async function keep(text) {
  const key = await within("readwrite", (store) => store.put({ ...text, place: PLACE }));
  return key !== undefined;
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
  const others = kept.filter(({ place }) => place !== PLACE).sort((one, other) => other.at - one.at);
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
export const forget = ({ person, guide, place = PLACE }) => within("readwrite", (store) => store.delete([person, guide, place]));

/** @param {string} place */
function lockOf(place) {
  return `annai-window-${place}`;
}
