/** Addresses and networks of IP, as `temp_url_ip_range` names them. Owns the reading and the comparison. */
import { isIPv4, isIPv6 } from "node:net";

interface Address {
  readonly value: bigint;
  readonly bits: 32 | 128;
}

function joinGroups(groups: readonly string[], radix: 10 | 16, bitsPerGroup: bigint): bigint {
  return groups.reduce((value, group) => (value << bitsPerGroup) | BigInt(Number.parseInt(group, radix)), 0n);
}

function parseAddress(text: string): Address | null {
  if (isIPv4(text)) return { value: joinGroups(text.split("."), 10, 8n), bits: 32 };
  if (!isIPv6(text) || text.includes("%")) return null;
  // An IPv4 address at the end stands for two groups.
  const plain = text.replace(/[^:]*\.[^:]*$/, (last) => {
    const value = joinGroups(last.split("."), 10, 8n);
    return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
  });
  const [head = "", tail] = plain.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return { value: joinGroups([...before, ...zeros, ...after], 16, 16n), bits: 128 };
}

/** How many bits of an address a prefix (`24`) or a netmask (`255.255.255.0`) fixes; null where it is neither. */
function parsePrefix(text: string | undefined, bits: 32 | 128): number | null {
  if (text === undefined) return bits;
  if (/^\d{1,3}$/.test(text)) return Number(text) <= bits ? Number(text) : null;
  if (bits !== 32 || !isIPv4(text)) return null;
  const digits = parseAddress(text)!.value.toString(2).padStart(32, "0");
  return /^1*0*$/.test(digits) ? digits.replaceAll("0", "").length : null;
}

/**
 * True where the network (an address, or one with a prefix or netmask) holds the address. Text that is no network, or one with bits
 * set beyond its prefix, holds nothing.
 */
export function networkHolds(network: string, address: string): boolean {
  const [base = "", prefixText, ...more] = network.split("/");
  const start = parseAddress(base);
  // A socket that listens for both kinds shows IPv4 clients as mapped ones.
  const client = parseAddress(address.replace(/^::ffff:(?=\d+\.)/i, ""));
  if (start === null || client === null || more.length > 0 || start.bits !== client.bits) return false;
  const prefix = parsePrefix(prefixText, start.bits);
  if (prefix === null) return false;
  const free = BigInt(start.bits - prefix);
  return (start.value >> free) << free === start.value && client.value >> free === start.value >> free;
}
