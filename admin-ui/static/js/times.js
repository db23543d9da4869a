// @ts-check
/** Names the time zone of the page beside its times, where the clock of this device shows another time. */

export function startZone() {
  const { lang, dataset } = document.documentElement;
  const zone = dataset.timeZone;
  if (!zone) return;
  for (const time of document.querySelectorAll("time[datetime]")) {
    if (!(time instanceof HTMLTimeElement)) continue;
    const at = new Date(time.dateTime);
    if (clock(at, lang, zone) !== clock(at, lang)) time.dataset.zone = nameOf(zone, at, lang);
  }
}

/** Returns what a clock in `zone` shows; in the zone of this device by default. @param {Date} at @param {string} lang @param {string} [zone] */
const clock = (at, lang, zone) => at.toLocaleString(lang, { timeZone: zone });

/** Returns the short name of a zone, such as `JST`. @param {string} zone @param {Date} at @param {string} lang */
function nameOf(zone, at, lang) {
  const parts = new Intl.DateTimeFormat(lang, { timeZone: zone, timeZoneName: "short" }).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? zone;
}
