/** Signed URLs and forms: which digests there are, how a signature is written, which keys sign. Owns no meaning of what is signed. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Metadata } from "./metadata.ts";

export const allowedDigests = ["sha1", "sha256", "sha512"] as const;
export const deprecatedDigests = ["sha1"] as const;

export type DigestName = (typeof allowedDigests)[number];

export interface Signature {
  readonly digest: DigestName;
  /** In hex, as it was given. */
  readonly hex: string;
}

const digestOfLength: Readonly<Record<number, DigestName>> = { 40: "sha1", 64: "sha256", 128: "sha512" };

/** Reads `<hex>`, whose length tells the digest, or `<digest>:<base64>` (the URL-safe kind too); null for anything else. */
export function parseSignature(text: string): Signature | null {
  const colon = text.indexOf(":");
  if (colon < 0) {
    const digest = digestOfLength[text.length];
    return digest !== undefined && /^[0-9a-fA-F]+$/.test(text) ? { digest, hex: text } : null;
  }
  const digest = allowedDigests.find((name) => name === text.slice(0, colon));
  const value = text.slice(colon + 1);
  const urlSafe = /[-_]/.test(value) && !/[+/]/.test(value);
  const base64 = (urlSafe ? value.replaceAll("-", "+").replaceAll("_", "/") : value).replace(/=+$/, "");
  if (digest === undefined || !/^[A-Za-z0-9+/]*$/.test(base64) || base64.length % 4 === 1) return null;
  return { digest, hex: Buffer.from(base64, "base64").toString("hex") };
}

/** True where one of the keys gives the signature for the text. */
export function signatureMatches(signature: Signature, key: Buffer, text: string): boolean {
  const expected = Buffer.from(createHmac(signature.digest, key).update(text, "utf8").digest("hex"));
  const given = Buffer.from(signature.hex);
  return expected.byteLength === given.byteLength && timingSafeEqual(expected, given);
}

/** The keys that an account or a container has for signing, as bytes. */
export function signingKeys(metadata: Metadata | null | undefined, target: "account" | "container"): Buffer[] {
  const name = `x-${target}-meta-temp-url-key`;
  return [metadata?.[name], metadata?.[`${name}-2`]].filter((key) => key !== undefined).map((key) => Buffer.from(key, "latin1"));
}
