import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerRange, formatRange, frameMultipart, parseRange } from "./ranges.ts";

describe("parseRange", () => {
  it.each([
    ["bytes=0-4", [{ start: 0, end: 4 }]],
    ["BYTES = 0 - 999", [{ start: 0, end: 999 }]],
    ["bytes=5-", [{ start: 5, end: null }]],
    ["bytes=-7", [{ start: null, end: 7 }]],
    [
      "bytes=0-1,4-5",
      [
        { start: 0, end: 1 },
        { start: 4, end: 5 },
      ],
    ],
    ["bytes=5-2", null],
    ["bytes=-", null],
    ["bytes=3", null],
    ["bytes=a-b", null],
    ["bytes=--1", null],
    ["bytes=0-1,x", null],
    ["parsecs=8-12", null],
    ["", null],
  ])("%j", (header, ranges) => {
    expect(parseRange(header)).toEqual(ranges);
  });

  it("reads what formatRange writes", () => {
    const range = fc.oneof(
      fc.record({ start: fc.nat(), length: fc.nat() }).map(({ start, length }) => ({ start, end: start + length })),
      fc.nat().map((start) => ({ start, end: null })),
      fc.nat().map((end) => ({ start: null, end })),
    );
    fc.assert(
      fc.property(fc.array(range, { minLength: 1 }), (ranges) => {
        expect(parseRange(formatRange(ranges))).toEqual(ranges);
      }),
    );
  });
});

const whole = { kind: "whole" };
const unsatisfiable = { kind: "unsatisfiable" };
const parts = (...ranges: [number, number][]): object => ({ kind: "parts", parts: ranges.map(([start, end]) => ({ start, end })) });

describe("answerRange", () => {
  it.each<[string | undefined, number, object]>([
    [undefined, 11, whole],
    ["bytes=5-2", 11, whole],
    ["bytes=0-4", 11, parts([0, 5])],
    ["bytes=4-", 11, parts([4, 11])],
    ["bytes=4-100", 11, parts([4, 11])],
    ["bytes=-3", 11, parts([8, 11])],
    ["bytes=-100", 11, parts([0, 11])],
    ["bytes=-0", 11, unsatisfiable],
    ["bytes=11-", 11, unsatisfiable],
    ["bytes=0-", 0, unsatisfiable],
    ["bytes=-1", 0, whole],
    ["bytes=0-1,20-30", 11, parts([0, 2])],
    ["bytes=0-1,4-5", 11, parts([0, 2], [4, 6])],
    ["bytes=0-1,0-1", 11, parts([0, 2], [0, 2])],
    ["bytes=0-5,1-6,2-7", 11, unsatisfiable],
    [`bytes=${Array.from({ length: 51 }, (_unused, at) => `${at * 2}-${at * 2}`).join(",")}`, 200, unsatisfiable],
    [
      `bytes=${Array.from({ length: 50 }, (_unused, at) => `${at * 2}-${at * 2}`).join(",")}`,
      10,
      parts([0, 1], [2, 3], [4, 5], [6, 7], [8, 9]),
    ],
    ["bytes=14-14,12-12,10-10,8-8,6-6,4-4,2-2,0-0", 20, unsatisfiable],
    ["bytes=12-12,10-10,8-8,6-6,4-4,2-2,0-0", 20, parts([12, 13], [10, 11], [8, 9], [6, 7], [4, 5], [2, 3], [0, 1])],
  ])("%s of %i bytes", (header, sizeBytes, answer) => {
    expect(answerRange(header, sizeBytes)).toEqual(answer);
  });
});

it("multipart bodies announce their exact length", () => {
  const ranges = [
    { start: 0, end: 2 },
    { start: 5, end: 11 },
  ];
  const frame = frameMultipart(ranges, 11, "text/plain", "b".repeat(32));
  expect(frame.heads[0]).toBe(`--${"b".repeat(32)}\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/11\r\n\r\n`);
  const body = `${frame.heads[0]}ab\r\n${frame.heads[1]}ghijkl\r\n${frame.tail}`;
  expect(frame.contentLength).toBe(body.length);
  expect(body.endsWith("--")).toBe(true);
});
