/** The html pages of a static web site: a listing, and the page that says there is none. Owns their look; finds no objects. */
import { percentEncode } from "./paths.ts";
import type { ObjectEntry, SubdirEntry } from "./listings.ts";

/** How a site's listings look, as the container's metadata says. */
export interface WebListingOptions {
  /** What the page says it lists. */
  readonly label: string;
  /** The part of the names that is the directory, with a slash at its end; empty for the root. */
  readonly prefix: string;
  /** Path or URL of a style sheet; empty for the built-in one. */
  readonly css: string;
}

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character]!);

/** `1048576` as `1Mi`, the way listings show sizes. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = -1;
  const units = "KMGTPEZY";
  while (value >= 1024 && unit + 1 < units.length) {
    unit += 1;
    value = Math.round(value / 1024);
  }
  return unit < 0 ? String(value) : `${value}${units[unit]}i`;
}

/** Where the style sheet is, seen from a listing: its path is relative to the container. */
function stylePath({ css, prefix }: WebListingOptions): string {
  if (/^(\/|https?:\/\/)/.test(css)) return percentEncode(css).replaceAll("%3A", ":");
  return "../".repeat(prefix.split("/").length - 1) + percentEncode(css);
}

const listingStyle = `  <style type="text/css">
   h1 {font-size: 1em; font-weight: bold;}
   th {text-align: left; padding: 0px 1em 0px 1em;}
   td {padding: 0px 1em 0px 1em;}
   a {text-decoration: none;}
  </style>
`;

const plainStyle = `  <style type="text/css">
   h1 {font-size: 1em; font-weight: bold;}
   p {font-size: 2}
  </style>
`;

function pageHead(options: WebListingOptions, style: string): string {
  const sheet = `  <link rel="stylesheet" type="text/css" href="${escapeHtml(stylePath(options))}" />\n`;
  return `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">
<html>
 <head>
  <title>Listing of ${escapeHtml(options.label)}</title>
${options.css === "" ? style : sheet} </head>
`;
}

function row(attributes: string, name: string, size = "&nbsp;", date = "&nbsp;"): string {
  return `   <tr ${attributes}>
    <td class="colname"><a href="${percentEncode(name)}">${escapeHtml(name)}</a></td>
    <td class="colsize">${size}</td>
    <td class="coldate">${date}</td>
   </tr>
`;
}

function objectRow(entry: ObjectEntry, name: string): string {
  const types = entry.content_type.split("/").map((part) => `type-${escapeHtml(part.toLowerCase())}`);
  const date = escapeHtml(entry.last_modified).replace(/\..*$/s, "").replace("T", " ");
  return row(`class="item ${types.join(" ")}"`, name, formatSize(entry.bytes), date);
}

/** The page that lists a directory: sub-directories first, then objects. */
export function formatWebListing(options: WebListingOptions, entries: readonly (ObjectEntry | SubdirEntry)[]): string {
  const { prefix, label } = options;
  const below = (name: string): string => name.slice(prefix.length);
  const directories = entries.filter((entry) => "subdir" in entry).map((entry) => row('class="item subdir"', below(entry.subdir)));
  const objects = entries.filter((entry) => "name" in entry).map((entry) => objectRow(entry, below(entry.name)));
  return `${pageHead(options, listingStyle)} <body>
  <h1 id="title">Listing of ${escapeHtml(label)}</h1>
  <table id="listing">
   <tr id="heading">
    <th class="colname">Name</th>
    <th class="colsize">Size</th>
    <th class="coldate">Date</th>
   </tr>
${prefix === "" ? "" : row('id="parent" class="item"', "../")}${directories.join("")}${objects.join("")}  </table>
 </body>
</html>
`;
}

/** The page for a directory without an index where listings are off. */
export function formatListingDisabled(options: WebListingOptions, index: string): string {
  const missing = `<h1>Index File Not Found</h1> <p>The owner of this web site has set  <b>X-Container-Meta-Web-Index: ${escapeHtml(index)}</b>.  However, this file is not found.</p>`;
  return `${pageHead(options, plainStyle)}<body>
  <h1>Web Listing Disabled</h1>
   <p>The owner of this web site has disabled web listing.
   <p>If you are the owner of this web site, you can enable   web listing by setting X-Container-Meta-Web-Listings.</p>
${index === "" ? "" : missing} </body>
</html>
`;
}
