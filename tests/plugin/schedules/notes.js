"use strict";

/** What stands where in a note of a small mission: the same questions as tests/shell/daemon/small_missions.py asks. */

const KEEP = " <!-- vk:keep -->";
const REGION = /<!-- vaultkit:(begin|end) ([a-z]+)/;
const WORD = /zq\d+/g;

/** Return each line with its place: `front`, `marker`, `out`, or the name of its region. */
function places(text) {
  const found = [];
  let at = 0;
  let region = "";
  let front = text.startsWith("---\n");
  for (const [number, line] of text.split("\n").entries()) {
    const mark = REGION.exec(line);
    const span = { start: at, end: at + line.length, line };
    if (front) {
      found.push({ ...span, place: "front" });
      front = number === 0 || line !== "---";
    } else if (mark || (region === "query" && line.trim() === "-->")) {
      found.push({ ...span, place: "marker" });
      if (mark) region = mark[1] === "begin" ? mark[2] : "";
    } else {
      found.push({ ...span, place: region || "out" });
    }
    at += line.length + 1;
  }
  return found;
}

function placeAt(text, at) {
  return places(text).find(({ start, end }) => start <= at && at <= end)?.place ?? "out";
}

function hasRegions(text) {
  return text.includes("vaultkit:begin");
}

/** Return what no rebuild may touch: all but the bodies of regions, stamps and properties. */
function outside(text) {
  return places(text)
    .filter(({ place }) => place === "out" || place === "marker")
    .map(({ place, line }) => (place === "marker" ? (REGION.exec(line)?.[0] ?? line) : line))
    .join("\n");
}

/** Return where words can be typed outside the regions: ends of lines, and between words. */
function proseSpots(text, chance) {
  const spots = [];
  for (const { start, end, line, place } of places(text)) {
    if (place !== "out" || line.startsWith(">")) continue;
    spots.push(end);
    const blanks = [...line.matchAll(/(?<=[\p{L}\p{N}]) (?=[\p{L}\p{N}])/gu)].map((found) => start + found.index);
    if (blanks.length > 0) spots.push(chance.one(blanks));
  }
  return spots;
}

/** Return where a unit's text ends: before its keep mark and its last blanks. */
function endOf(text, start, end) {
  let said = text.slice(start, end).trimEnd();
  if (said.endsWith(KEEP.trim())) said = said.slice(0, -KEEP.trim().length).trimEnd();
  return start + Math.max(said.length, text[start] === " " ? 1 : 0);
}

/** Return where words can be typed inside regions, as `[kind, offset]`. */
function regionSpots(text) {
  const spots = [];
  let rows = 0;
  for (const { start, end, line, place } of places(text)) {
    if (["front", "marker", "out", "query"].includes(place)) {
      rows = 0;
    } else if (line.startsWith("|")) {
      rows += 1;
      const bars = [...line.matchAll(/(?<!\\)\|/g)].map((found) => start + found.index);
      if (rows > 2) {
        for (let n = 0; n + 1 < bars.length; n++) spots.push(["cell", endOf(text, bars[n] + 1, bars[n + 1])]);
      }
      if (rows > 1) spots.push(["row", end]);
    } else if (/^\d+\. /.test(line)) {
      spots.push(["entry", endOf(text, start, end - (line.endsWith(".") ? 1 : 0))]);
    } else if (line.startsWith("- ")) {
      spots.push(["item", endOf(text, start, end)], ["new item", end]);
    }
  }
  return spots;
}

/** Return the lines that a person may take away: no marker, no head of a table. */
function freeLines(text) {
  const found = places(text);
  const rules = found.flatMap(({ line }, n) => (line.includes("|") && /^[|\s:-]+$/.test(line) ? [n, n - 1] : []));
  return found.filter(
    ({ place, start, end }, n) =>
      !["front", "marker"].includes(place) && !rules.includes(n) && end > start && end < text.length,
  );
}

function wordsOf(text) {
  return new Set(text.match(WORD) ?? []);
}

module.exports = { KEEP, places, placeAt, hasRegions, outside, proseSpots, regionSpots, freeLines, wordsOf };
