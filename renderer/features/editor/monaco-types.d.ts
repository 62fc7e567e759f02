/** Entry points of Monaco that come without types. */
declare module "monaco-editor/languages/definitions/python/python" {
  import type { languages } from "monaco-editor/editor";
  export const language: languages.IMonarchLanguage;
}
