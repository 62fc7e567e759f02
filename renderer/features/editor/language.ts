/** Which language a file is written in, by its name. */

export interface FileLanguage {
  /** Monaco's id. */
  id: "python" | "java" | "yaml" | "markdown" | "json" | "plaintext";
  name: string;
}

const byExtension: Record<string, FileLanguage> = {
  py: { id: "python", name: "Python" },
  java: { id: "java", name: "Java" },
  yaml: { id: "yaml", name: "YAML" },
  yml: { id: "yaml", name: "YAML" },
  md: { id: "markdown", name: "Markdown" },
  json: { id: "json", name: "JSON" },
};

export function languageOf(path: string): FileLanguage {
  const extension = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  return byExtension[extension] ?? { id: "plaintext", name: "Text" };
}

/** The folder below `storlets/` a file belongs to, or null where it belongs to none. */
export function storletOfPath(path: string): string | null {
  return /^storlets\/([^/]+)\//.exec(path)?.[1] ?? null;
}
