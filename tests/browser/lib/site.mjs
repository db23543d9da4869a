/**
 * A site that reads what is public.
 */

/**
 * Asks the node as a site does, for the state after everything that is published by now: the node
 * waits until it has reached that ref.
 *
 * @param {import("./world.mjs").World} world
 * @param {string} path - Below the server's address, such as `/v1/guides/annai_writer`.
 */
export async function readAsSite(world, path) {
  const [head] = await world.database.query("SELECT ref, encode(hash, 'hex') AS hash FROM ledger_head");
  if (!head) throw new Error("the ledger has no head");
  const url = new URL(path, world.server.url);
  url.searchParams.set("min_ref", `${head["ref"]}-${String(head["hash"]).slice(0, 8)}`);
  return fetch(url);
}
