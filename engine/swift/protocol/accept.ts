/** Content negotiation for listings. Owns the reading of Accept and of `format=`; renders nothing. */

export type ListingType = "text/plain" | "application/json" | "application/xml" | "text/xml";

const offered: readonly ListingType[] = ["text/plain", "application/json", "application/xml", "text/xml"];

const formats: Readonly<Record<string, ListingType>> = { json: "application/json", xml: "application/xml", plain: "text/plain" };

const token = String.raw`[^()<>@,;:"/\[\]?={}\x00-\x20\x7f]+`;
const quoted = String.raw`"(?:[^"\\]|\\.)*"`;
const mediaRange = new RegExp(`^\\s*(${token})/(${token})((?:\\s*;\\s*${token}\\s*=\\s*(?:${token}|${quoted}))*)\\s*$`);

interface AcceptedType {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
}

/** One media range; null where its syntax is wrong. */
function parseMediaRange(text: string): AcceptedType | null {
  const match = mediaRange.exec(text);
  if (match === null) return null;
  let quality: number | null = null;
  for (const parameter of match[3]!.split(";")) {
    const [name, value] = parameter.split("=").map((part) => part.trim());
    if (name !== "q") continue;
    const parsed = Number(value);
    if (quality !== null || value === "" || Number.isNaN(parsed)) return null;
    quality = parsed;
  }
  return { type: match[1]!, subtype: match[2]!, quality: quality ?? 1 };
}

const isExact = (range: AcceptedType): boolean => range.type !== "*" && range.subtype !== "*";

function covers(range: AcceptedType, offer: ListingType): boolean {
  const [type, subtype] = offer.split("/");
  return (range.type === "*" || range.type === type) && (range.subtype === "*" || range.subtype === subtype);
}

export type Negotiated = { readonly type: ListingType } | { readonly problem: "not-acceptable" | "invalid" };

/**
 * The type of a listing. A `format` parameter wins over Accept and an unknown one means plain. Higher quality first, then exact
 * types before wildcards; as in Swift, a quality of 0 only puts a type last.
 */
export function negotiateListing(format: string | null, accept: string | undefined): Negotiated {
  if (format !== null && format !== "") return { type: formats[format.toLowerCase()] ?? "text/plain" };
  if (accept === undefined || accept === "") return { type: "text/plain" };
  const ranges: AcceptedType[] = [];
  for (const item of accept.split(",")) {
    const range = parseMediaRange(item);
    if (range === null) return { problem: "invalid" };
    ranges.push(range);
  }
  ranges.sort((one, other) => other.quality - one.quality || Number(isExact(other)) - Number(isExact(one)));
  for (const range of ranges) {
    const match = offered.find((offer) => covers(range, offer));
    if (match !== undefined) return { type: match };
  }
  return { problem: "not-acceptable" };
}

/** True where an Accept header covers a type; an absent one covers everything. */
export function accepts(accept: string | undefined, type: ListingType): boolean {
  if (accept === undefined || accept === "") return true;
  return accept.split(",").some((item) => {
    const range = parseMediaRange(item);
    return range !== null && covers(range, type);
  });
}
