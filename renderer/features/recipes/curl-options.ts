/** The options of curl, sorted: what is sent, what only changes how the answer is shown, and what is not known. Pure. */

/** Options with a value. */
const withValue: Readonly<Record<string, string>> = {
  X: "request",
  H: "header",
  d: "data",
  T: "upload-file",
  u: "user",
  o: "output",
  r: "range",
  A: "user-agent",
  e: "referer",
  m: "max-time",
  b: "cookie",
  c: "cookie-jar",
  x: "proxy",
  F: "form",
  w: "write-out",
  K: "config",
  E: "cert",
  D: "dump-header",
  y: "speed-time",
  Y: "speed-limit",
};
const longWithValue = new Set([
  ...Object.values(withValue),
  "data-ascii",
  "data-binary",
  "data-raw",
  "data-urlencode",
  "url",
  "url-query",
  "connect-timeout",
  "retry",
  "retry-delay",
  "retry-max-time",
  "cacert",
  "key",
  "json",
  "limit-rate",
  "resolve",
  "interface",
  "output-dir",
  "stderr",
  "trace",
  "trace-ascii",
  "oauth2-bearer",
  "noproxy",
  "expect100-timeout",
]);
/** Flags of one letter. */
const flags: Readonly<Record<string, string>> = {
  G: "get",
  I: "head",
  s: "silent",
  S: "show-error",
  i: "include",
  v: "verbose",
  k: "insecure",
  L: "location",
  f: "fail",
  g: "globoff",
  O: "remote-name",
  J: "remote-header-name",
  N: "no-buffer",
  "#": "progress-bar",
  q: "disable",
  j: "junk-session-cookies",
  Z: "parallel",
};
/** What changes how the answer is shown or how the connection is made, not what is sent. */
const harmless = new Set([
  "silent",
  "show-error",
  "include",
  "verbose",
  "insecure",
  "location",
  "fail",
  "fail-with-body",
  "globoff",
  "remote-name",
  "remote-header-name",
  "no-buffer",
  "progress-bar",
  "disable",
  "junk-session-cookies",
  "parallel",
  "path-as-is",
  "compressed",
  "http1.1",
  "http1.0",
  "http2",
  "no-progress-meter",
  "output",
  "output-dir",
  "max-time",
  "connect-timeout",
  "write-out",
  "dump-header",
  "retry",
  "retry-delay",
  "retry-max-time",
  "cacert",
  "limit-rate",
  "stderr",
  "trace",
  "trace-ascii",
  "cookie-jar",
  "resolve",
  "interface",
  "noproxy",
  "expect100-timeout",
  "speed-time",
  "speed-limit",
]);

export interface CurlOptions {
  values: { name: string; value: string }[];
  urls: string[];
  /** As they were written. */
  unknown: string[];
}

/** The words after `curl`, sorted. */
export function sortOptions(words: readonly string[]): CurlOptions {
  const options: CurlOptions = { values: [], urls: [], unknown: [] };
  const rest = [...words];
  const take = (name: string, value: string | undefined): void => {
    if (name === "url") options.urls.push(value ?? "");
    else options.values.push({ name, value: value ?? "" });
  };
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word.startsWith("--") && word.length > 2) {
      const name = word.slice(2);
      if (longWithValue.has(name)) take(name, rest.shift());
      else if (Object.values(flags).includes(name) || harmless.has(name)) take(name, "");
      else options.unknown.push(word);
    } else if (word.startsWith("-") && word.length > 1) {
      sortShort(word, rest, take, options.unknown);
    } else options.urls.push(word);
  }
  return options;
}

/** `-sXPUT`: flags, then an option with its value in the same word or the next. */
function sortShort(word: string, rest: string[], take: (name: string, value?: string) => void, unknown: string[]): void {
  for (let at = 1; at < word.length; at += 1) {
    const letter = word.charAt(at);
    const name = withValue[letter];
    if (name !== undefined) {
      take(name, at + 1 < word.length ? word.slice(at + 1) : rest.shift());
      return;
    }
    const flag = flags[letter];
    if (flag === undefined) unknown.push(`-${letter}`);
    else take(flag, "");
  }
}

/** Options that send something this form has no place for. */
export const refusals: Readonly<Record<string, string>> = {
  user: "-u was left out: the request goes out with your own rights.",
  "oauth2-bearer": "--oauth2-bearer was left out: the request goes out with your own rights.",
  cookie: "-b was left out: Swift takes no cookies.",
  form: "-F was left out: a recipe sends a text, a file or an object, no form.",
  proxy: "-x was left out: the request goes to this emulator.",
  config: "-K was left out: the file of options cannot be read from here.",
  cert: "-E was left out: the request goes to this emulator.",
  key: "--key was left out: the request goes to this emulator.",
  "url-query": "--url-query was left out. Put it into the address.",
};
