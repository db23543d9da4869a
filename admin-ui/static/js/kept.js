// @ts-check
/**
 * The copies of unsaved text on this device: they survive a server that is away, a closed lid,
 * a session that is over and a browser that dies. Each window has its own, so that no window
 * writes over what another one holds.
 */

/**
 * @typedef {object} Kept
 * @property {string} person the id of who wrote it: nobody else who uses this browser is shown it
 * @property {string} guide the guide's id
 * @property {string} place the window it was written in
 * @property {number} at when it was typed, in milliseconds
 * @property {[string, string][]} fields the form's fields
 */

const DATABASE = "annai";
const STORE = "texts";

/** This window, as long as this page is open in it. */
const PLACE = crypto.getRandomValues(new Uint32Array(4)).join("-");

/** Held for as long as the page lives: others see by it that its text is still on a screen. */
void navigator.locks?.request(lockOf(PLACE), () => new Promise(() => {}));

/** @type {Promise<IDBDatabase> | undefined} */
let database;

/** One connection for all: what is asked first is done first. @returns {Promise<IDBDatabase>} */
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
 * @returns {Promise<T | undefined>} once it is committed; nothing where the browser keeps nothing for us
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
 * What other windows hold of a guide, the newest first: those that are `gone`, and those that seem
 * to be on a screen still. A browser takes a moment to notice that a window of it has died.
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
 * What a window has left once it is gone; nothing where it tidied up before it went.
 *
 * @param {Kept} kept what it held before
 * @returns {Promise<Kept | undefined>}
 */
export async function onceGone({ person, guide, place }) {
  await navigator.locks.request(lockOf(place), { mode: "shared" }, () => {});
  return within("readonly", (store) => store.get([person, guide, place]));
}

/**
 * Forgets a text that is kept elsewhere by now, or that nobody wants: this window's own, or `left` by another.
 *
 * @param {Pick<Kept, "person" | "guide"> & Partial<Kept>} left
 */
export const forget = ({ person, guide, place = PLACE }) => within("readwrite", (store) => store.delete([person, guide, place]));

/** @param {string} place */
function lockOf(place) {
  return `annai-window-${place}`;
}
