// @ts-check
/** The sections of a Markdown text, and their order. */

/**
 * @typedef {object} Section
 * @property {number} level 1 to 6
 * @property {string} title
 * @property {number} from the start of its heading
 * @property {number} to the start of the next section of its rank, or the end of the text
 */

const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/** @param {string} text @returns {Section[]} in their order */
export function sections(text) {
  /** @type {Section[]} */
  const found = [];
  let fence = "";
  let from = 0;
  for (const line of text.split("\n")) {
    const mark = FENCE.exec(line)?.[1] ?? "";
    if (fence !== "") {
      if (mark.startsWith(fence) && line.trim() === mark) fence = "";
    } else if (mark !== "") {
      fence = mark;
    } else {
      const heading = HEADING.exec(line);
      if (heading?.[1]) found.push({ level: heading[1].length, title: heading[2] ?? "", from, to: text.length });
    }
    from += line.length + 1;
  }
  for (const [index, section] of found.entries()) {
    const next = found.slice(index + 1).find(({ level }) => level <= section.level);
    if (next) section.to = next.from;
  }
  return found;
}

/**
 * Returns the section of the same rank before (-1) or after (1) this one, in the same chapter.
 * @param {Section[]} all
 * @param {number} index
 * @param {-1 | 1} by
 * @returns {Section | undefined}
 */
export function neighbour(all, index, by) {
  const section = all[index];
  if (!section) return undefined;
  if (by === 1) return all.find(({ from, level }) => from === section.to && level === section.level);
  return all.slice(0, index).findLast(({ to, level }) => to === section.from && level === section.level);
}

/**
 * Swaps two neighbours. Every letter of both stays; the empty lines between and after them keep their
 * places.
 * @param {string} text
 * @param {Section} first
 * @param {Section} second
 * @returns {{ from: number, to: number, insert: string, starts: [first: number, second: number] }} `starts`: the new start of each
 */
export function swapped(text, first, second) {
  const [upper, gap] = parted(text.slice(first.from, first.to));
  const [lower, end] = parted(text.slice(second.from, second.to));
  return { from: first.from, to: second.to, insert: lower + gap + upper + end, starts: [first.from + lower.length + gap.length, first.from] };
}

/** @param {string} section @returns {[text: string, emptyLines: string]} */
function parted(section) {
  const end = /\n*$/.exec(section)?.index ?? section.length;
  return [section.slice(0, end), section.slice(end)];
}
