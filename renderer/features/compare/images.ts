/** Which bodies are images that a browser draws, by their first bytes. Pure. */

const signatures: readonly { type: string; at: number; bytes: readonly number[] }[] = [
  { type: "image/png", at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: "image/jpeg", at: 0, bytes: [0xff, 0xd8, 0xff] },
  { type: "image/gif", at: 0, bytes: [0x47, 0x49, 0x46, 0x38] },
  { type: "image/webp", at: 8, bytes: [0x57, 0x45, 0x42, 0x50] },
  { type: "image/bmp", at: 0, bytes: [0x42, 0x4d] },
];

/** The content type of an image; null for everything else. SVG is text, and is shown as that. */
export function imageTypeOf(bytes: Uint8Array): string | null {
  const found = signatures.find(({ at, bytes: signature }) => signature.every((byte, index) => bytes[at + index] === byte));
  return found?.type ?? null;
}
