/**
 * Writes `static/vendor/writing.js` and the licences of what is in it: `npm run vendor`.
 * With `--check` it writes nothing, and fails when a byte would change.
 */
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const home = fileURLToPath(new URL("..", import.meta.url));
const target = join(home, "static/vendor");
const LICENCES = ["MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"];

/** Our pages allow neither `<style>` elements nor text that becomes elements unasked. */
const PATCHES = [
  { file: /style-mod\.js$/, from: "if (!root.head && root.adoptedStyleSheets", to: "if (root.adoptedStyleSheets" },
  { file: /turndown\.browser\.es\.js$/, from: "var HTMLParser = canParseHTMLNatively() ? root.DOMParser : createHTMLParser();", to: "var HTMLParser;" },
];

/** @type {import("esbuild").Plugin} */
const patches = {
  name: "patches",
  setup(building) {
    for (const { file, from, to } of PATCHES) {
      building.onLoad({ filter: file }, async ({ path }) => {
        const parts = (await readFile(path, "utf8")).split(from);
        if (parts.length !== 2) throw new Error(`${path} has changed: look at the patch again`);
        return { contents: parts.join(to), loader: "js" };
      });
    }
  },
};

const { outputFiles, metafile } = await build({
  absWorkingDir: home,
  entryPoints: ["vendor/entry.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2023",
  legalComments: "none",
  charset: "utf8",
  banner: { js: "// Made by `npm run vendor`. The licences are in LICENCES.txt." },
  metafile: true,
  write: false,
  plugins: [patches],
});

/** @param {string[]} inputs - Files of packages, relative to `home`. */
async function licences(inputs) {
  const folders = new Set(inputs.flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []));
  const texts = await Promise.all(
    [...folders].sort().map(async (folder) => {
      const { name, version, license } = JSON.parse(await readFile(join(home, folder, "package.json"), "utf8"));
      if (!LICENCES.includes(license)) throw new Error(`${name} is under ${license}`);
      const text = await readFile(join(home, folder, "LICENSE"), "utf8");
      return `${name} ${version} (${license})\n\n${text.replaceAll("\r\n", "\n").trim()}\n`;
    }),
  );
  return texts.join(`\n${"-".repeat(72)}\n\n`);
}

const [bundle] = outputFiles;
const files = { "writing.js": bundle?.text ?? "", "LICENCES.txt": await licences(Object.keys(metafile.inputs)) };
for (const [name, text] of Object.entries(files)) {
  const path = join(target, name);
  if (!process.argv.includes("--check")) await writeFile(path, text);
  else if ((await readFile(path, "utf8")) !== text) {
    throw new Error(`${relative(process.cwd(), path)} is not what the packages make: run \`npm run vendor\` in ${dirname(target)}`);
  }
}
