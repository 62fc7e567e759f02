/** The options of `studio logs`, as data. What they mean is in log-filter.ts. */

export const logOptions = {
  follow: { type: "boolean", short: "f", default: false },
  storlet: { type: "string", multiple: true },
  source: { type: "string", multiple: true },
  level: { type: "string" },
  run: { type: "string" },
  since: { type: "string" },
  until: { type: "string" },
  grep: { type: "string" },
  "ignore-case": { type: "boolean", short: "i", default: false },
  json: { type: "boolean", default: false },
  lines: { type: "string", short: "n", default: "100" },
} as const;

export const logHelp = {
  follow: { text: "go on with new lines as they come" },
  storlet: { value: "NAME", text: "only lines of this storlet, may be repeated" },
  source: { value: "SOURCE", text: "only lines of this source, may be repeated: storlet, stdout, traceback …" },
  level: { value: "LEVEL", text: "only lines of this level and above" },
  run: { value: "ID", text: "only lines of one run" },
  since: { value: "TIME", text: "only lines from this time on: 10m, 14:03 or 2026-03-14T09:00" },
  until: { value: "TIME", text: "only lines up to this time" },
  grep: { value: "REGEX", text: "only lines that match a regular expression" },
  "ignore-case": { text: "match --grep in any case" },
  json: { text: "print the lines as JSON, one per line" },
  lines: { value: "N", text: "how many lines (100)" },
} as const;
