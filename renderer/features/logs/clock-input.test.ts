import { expect, it } from "vitest";
import { formatMoment, parseMoment } from "./clock-input.ts";

const at = (hours: number, minutes: number, seconds = 0, ms = 0, day = 14) => new Date(2026, 2, day, hours, minutes, seconds, ms).getTime();
const now = at(14, 30, 12, 500);

it.each([
  ["14:03", at(14, 3)],
  ["9:05", at(9, 5)],
  [" 14:03:22 ", at(14, 3, 22)],
  ["14:03:22.1", at(14, 3, 22, 100)],
  ["23:00", at(23, 0, 0, 0, 13)],
  ["2026-03-13 08:00", at(8, 0, 0, 0, 13)],
  ["2026-03-13T08:00:01", at(8, 0, 1, 0, 13)],
  ["5m", now - 300_000],
  ["90S ago", now - 90_000],
  ["1.5h", now - 5_400_000],
  ["2d", now - 172_800_000],
  ["", null],
  ["noon", null],
  ["24:00", null],
  ["12:60", null],
  ["5", null],
  ["2026-02-31 12:00", null],
])("reads %j", (text, expected) => {
  expect(parseMoment(text, now)).toBe(expected);
});

it.each([at(14, 3), at(14, 3, 22, 117), at(23, 0, 0, 0, 13), at(8, 0, 0, 0, 2)])("writes what it reads: %d", (time) => {
  expect(parseMoment(formatMoment(time, now), now)).toBe(time);
});
