/**
 * The program under test: as a server, and as a command.
 */
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

import { binary, root } from "./environment.mjs";

/** The time for a server to become ready. */
const START = 60_000;

/**
 * @typedef {object} Server
 * @property {string} url - Its base URL, without a slash at the end.
 * @property {() => string} output - All it has printed.
 * @property {() => string} setupLink - The one-time link that it printed.
 * @property {() => Promise<void>} stop - As Ctrl-C does.
 * @property {() => Promise<void>} kill - As a power cut does.
 * @property {() => Promise<void>} start - Again, at the same address.
 * @property {(...words: string[]) => Promise<string>} run - A verb of the command line beside the server; returns what it printed.
 */

/**
 * Starts a server at a free port and waits until it is ready.
 *
 * @param {{ databaseUrl: string, seed?: boolean, settings?: Record<string, string> }} options
 * @returns {Promise<Server>}
 */
export async function startServer({ databaseUrl, seed = true, settings = {} }) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    ...withoutSettings(process.env),
    ANNAI_DATABASE_URL: databaseUrl,
    ANNAI_LISTEN: `127.0.0.1:${port}`,
    // A busy machine is no outage.
    ANNAI_CONNECTION_WAIT_SECONDS: "20",
    ...settings,
  };
  let output = "";
  /** @type {import("node:child_process").ChildProcess | null} */
  let child = null;

  const start = async () => {
    output = "";
    const started = spawn(binary(), seed ? ["serve", "--seed"] : ["serve"], {
      cwd: root,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    }
    await ready(url, started, () => output);
  };

  /** @param {NodeJS.Signals} signal */
  const end = async (signal) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  };

  await start();
  return {
    url,
    output: () => output,
    setupLink: () => {
      const link = /http:\S+\/admin\/setup\/\S+/.exec(output);
      if (!link) throw new Error(`the server printed no set-up link:\n${output}`);
      return link[0];
    },
    start,
    stop: () => end("SIGINT"),
    kill: () => end("SIGKILL"),
    run: (...words) => run(words, environment),
  };
}

/**
 * Runs a verb of the command line and returns what it printed to standard output.
 *
 * @param {string[]} words
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<string>}
 */
async function run(words, environment) {
  const child = spawn(binary(), words, { cwd: root, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (printed += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`annai ${words.join(" ")} ended with ${code}:\n${printed}${said}`);
  return printed;
}

/**
 * @param {string} url
 * @param {import("node:child_process").ChildProcess} child
 * @param {() => string} output
 */
async function ready(url, child, output) {
  const end = Date.now() + START;
  while (Date.now() < end) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the server ended by itself:\n${output()}`);
    }
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    // Ready is said just before the links are printed.
    if (answer?.status === 200 && output().includes("Annai is ready.")) return;
    await pause(50);
  }
  child.kill("SIGKILL");
  throw new Error(`the server was not ready after ${START / 1000} s:\n${output()}`);
}

/**
 * The environment without what the tests are told, which the program would refuse as unknown settings.
 *
 * @param {NodeJS.ProcessEnv} environment
 */
function withoutSettings(environment) {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("ANNAI_")));
}

/**
 * Finds a port for a server that starts a moment later, and again after its death. The system gives its own choice
 * to any connection meanwhile, and begins at 32768; so these are below.
 *
 * @returns {Promise<number>}
 */
async function freePort() {
  for (;;) {
    const port = randomInt(10_240, 32_768);
    const probe = createServer();
    probe.listen(port, "127.0.0.1");
    const isFree = await once(probe, "listening").then(() => true, () => false);
    if (!isFree) continue;
    probe.close();
    await once(probe, "close");
    return port;
  }
}
