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
 * @returns {Promise<T | undefined>} once it is committed; nothing where the browser keeps nothing for us
 */
async function within(mode, act) {
  try {
    const database = await open();
    const transaction = database.transaction(STORE, mode);
    const request = act(transaction.objectStore(STORE));
    return await new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    }).finally(() => database.close());
  } catch {
    return undefined;
  }
}

/**
 * @param {Kept} kept
 * @returns {Promise<boolean>} whether this device holds it now
 */
export const keep = async (kept) => (await within("readwrite", (store) => store.put(kept))) !== undefined;

/**
 * @param {string} guide
 * @returns {Promise<Kept | undefined>}
 */
export const find = (guide) => within("readonly", (store) => store.get(guide));

/** @param {string} guide */
export const forget = (guide) => within("readwrite", (store) => store.delete(guide));
