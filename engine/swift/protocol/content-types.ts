/** The content type of an object that came without one, guessed from its name. Owns the table. */

const types: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    "text/plain": "txt text log c h cc cpp hh pl bat ksh",
    "text/html": "html htm",
    "text/css": "css",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/markdown": "md markdown",
    "text/javascript": "js mjs",
    "text/xml": "xml xsl",
    "text/x-python": "py",
    "text/x-java": "java",
    "text/calendar": "ics",
    "text/vcard": "vcf",
    "application/json": "json",
    "application/yaml": "yaml yml",
    "application/pdf": "pdf",
    "application/postscript": "ps ai eps",
    "application/rtf": "rtf",
    "application/zip": "zip",
    "application/x-tar": "tar",
    "application/x-7z-compressed": "7z",
    "application/java-archive": "jar",
    "application/java-vm": "class",
    "application/msword": "doc dot",
    "application/vnd.ms-excel": "xls xlb",
    "application/vnd.ms-powerpoint": "ppt pps",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/x-sh": "sh",
    "application/x-sql": "sql",
    "application/vnd.sqlite3": "sqlite sqlite3 db",
    "application/vnd.apache.parquet": "parquet",
    "application/wasm": "wasm",
    "application/octet-stream": "bin exe dll so o a obj iso dmg",
    "image/jpeg": "jpg jpeg jpe",
    "image/png": "png",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "image/tiff": "tif tiff",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/svg+xml": "svg",
    "image/vnd.microsoft.icon": "ico",
    "audio/mpeg": "mp3 mp2",
    "audio/x-wav": "wav",
    "audio/ogg": "ogg oga opus",
    "audio/flac": "flac",
    "audio/mp4": "m4a",
    "video/mp4": "mp4 m4v",
    "video/mpeg": "mpeg mpg mpe",
    "video/quicktime": "mov qt",
    "video/webm": "webm",
    "video/x-msvideo": "avi",
    "video/x-matroska": "mkv",
    "font/woff": "woff",
    "font/woff2": "woff2",
    "font/ttf": "ttf",
    "font/otf": "otf",
  }).flatMap(([type, extensions]) => extensions.split(" ").map((extension) => [extension, type])),
);

/** Suffixes that name a compression around the real type, as in `logs.tar.gz`. */
const compressions = new Set(["gz", "bz2", "xz", "br", "z"]);
const shorthands: Readonly<Record<string, string>> = { tgz: "tar", taz: "tar", tz: "tar", tbz2: "tar", txz: "tar", svgz: "svg" };

/** The type for an object's name; `application/octet-stream` where the extension tells nothing. */
export function guessContentType(name: string): string {
  const parts = name.slice(name.lastIndexOf("/") + 1).split(".");
  if (parts.length > 2 && compressions.has(parts.at(-1)!.toLowerCase())) parts.pop();
  const extension = parts.length > 1 ? parts.at(-1)!.toLowerCase() : "";
  return types[shorthands[extension] ?? extension] ?? "application/octet-stream";
}
