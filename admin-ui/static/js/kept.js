// @ts-check
/**
 * The copy of unsaved text on this device: it survives a server that is away, a closed lid and
 * a session that is over.
 */

/**
 * @typedef {object} Kept
 * @property {string} guide the guide's id
 * @property {number} at when it was typed, in milliseconds
 * @property {[string, string][]} fields the form's fields
 */

const DATABASE = "annai";
const STORE = "kept";

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "guide" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T | undefined>} nothing where the browser keeps nothing for us
 */
async function within(mode, act) {
  try {
    const database = await open();
    const request = act(database.transaction(STORE, mode).objectStore(STORE));
    return await new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
      request.transaction?.addEventListener("complete", () => database.close());
    });
  } catch {
    return undefined;
  }
}

/** @param {Kept} kept */
export const keep = (kept) => within("readwrite", (store) => store.put(kept));

/**
 * @param {string} guide
 * @returns {Promise<Kept | undefined>}
 */
export const find = (guide) => within("readonly", (store) => store.get(guide));

/** @param {string} guide */
export const forget = (guide) => within("readwrite", (store) => store.delete(guide));
