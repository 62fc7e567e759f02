/** Reads a Debian or Ubuntu host's package sources, to fetch an image's packages from where the host's own come from. Pure. */

/** One source of packages. */
export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** Path of the key ring that signs it; null where none is named. */
  readonly keyring: string | null;
}

/** What debootstrap is told. Null fields are left to its own defaults. */
export interface BootstrapSource {
  readonly suite: string;
  readonly mirror: string | null;
  readonly components: readonly string[];
  readonly keyring: string | null;
}

/** The release sandboxes are made of on Debian hosts, whatever release the host is: Python 3.11 and JDK 17. */
const debianSuite = "bookworm";

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

/** Reads `deb [options] uri suite components…` lines. */
function parseOneLine(text: string): AptSource[] {
  const found: AptSource[] = [];
  for (const line of text.split("\n")) {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)([^#]*)/.exec(line);
    if (match === null) continue;
    const [, options = "", uri = "", suite = "", components = ""] = match;
    const keyring = /\bsigned-by=(\/[^\s,]+)/i.exec(options)?.[1] ?? null;
    found.push({ uri, suite, components: words(components), keyring });
  }
  return found;
}

/** Reads deb822 paragraphs (`*.sources`). */
function parseDeb822(text: string): AptSource[] {
  const found: AptSource[] = [];
  const plain = text.replaceAll(/^#.*\n?/gm, "");
  for (const paragraph of plain.split(/\n\s*\n/)) {
    const fields = new Map<string, string>();
    for (const match of paragraph.matchAll(/^([A-Za-z-]+):((?:.*)(?:\n[ \t].*)*)/gm)) {
      fields.set((match[1] ?? "").toLowerCase(), (match[2] ?? "").trim());
    }
    const field = (name: string): string[] => words(fields.get(name) ?? "");
    if (!field("types").includes("deb") || /^(no|false|0)$/i.test(fields.get("enabled") ?? "")) continue;
    const signedBy = field("signed-by")[0];
    const keyring = signedBy?.startsWith("/") === true ? signedBy : null;
    for (const uri of field("uris")) {
      for (const suite of field("suites")) found.push({ uri, suite, components: field("components"), keyring });
    }
  }
  return found;
}

/** The sources of one file of `/etc/apt`; its name tells the format. Lines that are not understood are passed over. */
export function parseAptSources(fileName: string, text: string): AptSource[] {
  return fileName.endsWith(".sources") ? parseDeb822(text) : parseOneLine(text);
}

/** Third-party archives use the same suite names: the distribution's own is known by its key ring or its path. */
function likeness(source: AptSource, distribution: string): number {
  const byKeyring = source.keyring?.includes(`${distribution}-archive-`) === true ? 2 : 0;
  const byPath = new RegExp(`/${distribution}(-ports)?/?$`).test(source.uri) ? 1 : 0;
  return byKeyring + byPath;
}

/**
 * Where to fetch from, given `ID` and `VERSION_CODENAME` of `/etc/os-release`; null on any other distribution than Debian and Ubuntu.
 * Ubuntu hosts build from their own release, because their mirrors carry no other's.
 */
export function chooseBootstrapSource(osRelease: { id: string; codename: string }, sources: readonly AptSource[]): BootstrapSource | null {
  const { id, codename } = osRelease;
  if (id !== "debian" && id !== "ubuntu") return null;
  const suite = id === "debian" ? debianSuite : codename;
  const components = id === "debian" ? ["main"] : ["main", "universe"];
  const usable = sources
    .filter((source) => /^(https?|file):/.test(source.uri) && source.components.includes("main"))
    .filter((source) => [suite, codename, "stable", "testing", "unstable", "sid"].includes(source.suite) && likeness(source, id) > 0)
    .sort((one, other) => likeness(other, id) - likeness(one, id) || Number(other.suite === suite) - Number(one.suite === suite));
  const best = usable[0];
  return { suite, mirror: best?.uri ?? null, components, keyring: best?.keyring ?? null };
}

/** `ID` and `VERSION_CODENAME` of an os-release file. */
export function parseOsRelease(text: string): { id: string; codename: string } {
  const value = (key: string): string => new RegExp(`^${key}="?([^"\n]*)"?$`, "m").exec(text)?.[1] ?? "";
  return { id: value("ID"), codename: value("VERSION_CODENAME") };
}
