import { describe, expect, it } from "vitest";
import { hexRows, previewOf } from "./preview.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("previewOf", () => {
  it.each<[string, Uint8Array, boolean, ReturnType<typeof previewOf>]>([
    ["nothing", new Uint8Array(), true, { kind: "empty" }],
    ["plain text", utf8("a,b\r\n1,2\t\n"), true, { kind: "text", text: "a,b\r\n1,2\t\n" }],
    ["text with colour codes", utf8("\u001b[31mred"), true, { kind: "text", text: "\u001b[31mred" }],
    ["umlauts", utf8("Grüße"), true, { kind: "text", text: "Grüße" }],
    ["a NUL byte", new Uint8Array([0x61, 0, 0x62]), true, { kind: "binary" }],
    ["bytes that are no UTF-8", new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), true, { kind: "binary" }],
    ["a torn last character, more to come", utf8("ab€").subarray(0, 4), false, { kind: "text", text: "ab" }],
    ["a torn last character at the end", utf8("ab€").subarray(0, 4), true, { kind: "binary" }],
    ["Latin-1", new Uint8Array([0x47, 0x72, 0xfc, 0xdf, 0x65, 0x20, 0x61]), true, { kind: "binary" }],
  ])("%s", (_name, bytes, complete, expected) => {
    expect(previewOf(bytes, complete)).toEqual(expected);
  });
});

describe("hexRows", () => {
  it("shows sixteen bytes a row", () => {
    expect(hexRows(utf8("time,station,temp\n"), 10)).toEqual([
      { offset: "000000", hex: "74 69 6d 65 2c 73 74 61  74 69 6f 6e 2c 74 65 6d", text: "time,station,tem" },
      { offset: "000010", hex: "70 0a", text: "p." },
    ]);
  });
  it("stops at its limit", () => {
    expect(hexRows(new Uint8Array(1000), 3)).toHaveLength(3);
  });
});
