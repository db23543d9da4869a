// @ts-check
/**
 * Times as people read them: the zone beside a time where the clock of this device shows another one, and
 * in lists the time that has passed.
 */

import { word } from "./words.js";

/** The units of passed time with their length in minutes, the longest first. @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [["hour", 60], ["minute", 1]];
/** The longest passed time that is told, in minutes. */
const A_DAY = 24 * 60;

export function startTimes() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    if (!(time instanceof HTMLTimeElement)) continue;
    nameZone(time);
    if (time.closest("[data-ago]")) tellPassed(time);
  }
}

/** @param {HTMLTimeElement} time */
function nameZone(time) {
  const { lang, dataset } = document.documentElement;
  const [zone, at] = [dataset.timeZone, new Date(time.dateTime)];
  if (zone && clock(at, lang, zone) !== clock(at, lang)) time.dataset.zone = nameOf(zone, at, lang);
}

/** Replaces a time of the last day by the passed time. Its title keeps the time. @param {HTMLTimeElement} time */
function tellPassed(time) {
  const minutes = Math.floor((Date.now() - Date.parse(time.dateTime)) / 60_000);
  if (minutes < 0 || minutes >= A_DAY) return;
  const [unit, length] = UNITS.find(([, length]) => minutes >= length) ?? ["minute", 1];
  time.title = `${time.textContent ?? ""} · ${time.title}`;
  const passed = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" }).format(-Math.floor(minutes / length), unit);
  // Browsers put a blank between a number and a Japanese unit; we write none.
  time.textContent = minutes < 1 ? word("just_now") : passed.replace(/(\d) (?=[^\x20-\x7e])/, "$1");
  delete time.dataset.zone;
}

/** Returns the reading of a clock in `zone`; in the zone of this device by default. @param {Date} at @param {string} lang @param {string} [zone] */
const clock = (at, lang, zone) => at.toLocaleString(lang, { timeZone: zone });

/** Returns the short name of a zone, such as `JST`. @param {string} zone @param {Date} at @param {string} lang */
function nameOf(zone, at, lang) {
  const parts = new Intl.DateTimeFormat(lang, { timeZone: zone, timeZoneName: "short" }).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? zone;
}
