import { expect, it } from "vitest";
import { imageTypeOf } from "./images.ts";

it.each<[string, number[], string | null]>([
  ["PNG", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0], "image/png"],
  ["JPEG", [0xff, 0xd8, 0xff, 0xe0], "image/jpeg"],
  ["WebP", [...new TextEncoder().encode("RIFFsizeWEBP")], "image/webp"],
  ["a torn PNG", [0x89, 0x50], null],
  ["SVG", [...new TextEncoder().encode("<svg onload=x>")], null],
  ["nothing", [], null],
])("%s", (_name, bytes, type) => expect(imageTypeOf(Uint8Array.from(bytes))).toBe(type));
