// @ts-check
/**
 * The id of this window: the same after a reload, another one in each window. A window continues from
 * its own unsaved text.
 */

const KEY = "annai-window";
/** The time for the page before this one to let go of the id, in milliseconds. */
const LEAVING = 1000;

/** @param {string} id */
export const lockOf = (id) => `annai-window-${id}`;

/** The id, known before anything is kept. */
export const windowId = find();

/** @returns {Promise<string>} */
async function find() {
  const known = stored();
  // A duplicated tab has the id of its original, which still holds the lock.
  if (known !== null && (await hold(known))) return known;
  const fresh = uuid();
  try {
    sessionStorage.setItem(KEY, fresh);
  } catch {
    // Without storage the id lasts as long as the page.
  }
  await hold(fresh);
  return fresh;
}

function stored() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Returns a random UUID. `crypto.randomUUID` exists on secure pages only. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/**
 * Takes the lock of an id for the life of the page. It tells other windows that this one is open.
 *
 * @param {string} id
 * @returns {Promise<boolean>} whether no other window has it
 */
function hold(id) {
  return new Promise((resolve) => {
    if (!navigator.locks) return resolve(true);
    const signal = AbortSignal.timeout(LEAVING);
    const held = navigator.locks.request(lockOf(id), { signal }, () => {
      resolve(true);
      return new Promise(() => {});
    });
    held.catch(() => resolve(false));
  });
}
