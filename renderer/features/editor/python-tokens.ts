/** Monaco's Python grammar, told to see `self`, calls and class names as well. */
import type { languages } from "monaco-editor/editor";
import { language } from "monaco-editor/languages/definitions/python/python";

/** The grammar with our rules in front of the plain identifier. */
export function pythonTokens(): languages.IMonarchLanguage {
  const root: languages.IMonarchLanguageRule[] = [
    [/\b(?:self|cls)\b/, "variable.self"],
    [/(\bclass)(\s+)([A-Za-z_]\w*)/, ["keyword", "white", "type"]],
    [/(\bdef)(\s+)([A-Za-z_]\w*)/, ["keyword", "white", "function"]],
    [/\b(?:int|float|str|bytes|bytearray|bool|list|dict|set|tuple|object|type|range|enumerate|Exception|[A-Z]\w*Error)\b/, "type"],
    [/\b[A-Za-z_]\w*(?=\()/, { cases: { "@keywords": "keyword", "@default": "function" } }],
  ];
  const tokenizer = language.tokenizer as Record<string, languages.IMonarchLanguageRule[]>;
  return { ...language, tokenizer: { ...tokenizer, root: [...placedBeforeIdentifiers(tokenizer["root"] ?? [], root)] } };
}

/** Comments, strings and decorators keep their place; ours come before the rule for identifiers. */
function placedBeforeIdentifiers(
  rules: languages.IMonarchLanguageRule[],
  ours: languages.IMonarchLanguageRule[],
): languages.IMonarchLanguageRule[] {
  const at = rules.findIndex((rule) => Array.isArray(rule) && rule[0] instanceof RegExp && rule[0].source.startsWith("[a-zA-Z]"));
  return at < 0 ? [...rules, ...ours] : [...rules.slice(0, at), ...ours, ...rules.slice(at)];
}
