/** Gives Monaco the storlet APIs: members after a dot, skeletons, and what a word means. Owns no knowledge: `storlet-help.ts` does. */
import { languages, type IRange, type Position, type editor } from "monaco-editor/editor";
import { javaTypes, type ApiMember, type ApiType } from "./storlet-api.ts";
import { javaSnippets, pythonSnippets, type ApiSnippet } from "./storlet-snippets.ts";
import { javaHover, javaReceiver, pythonHover, pythonReceiver, type Told } from "./storlet-help.ts";

interface Help {
  receiver(source: string, before: string): ApiType | null;
  hover(source: string, before: string): Told | null;
  snippets: readonly ApiSnippet[];
  types: readonly ApiType[];
}

const helps: Record<"python" | "java", Help> = {
  python: { receiver: pythonReceiver, hover: pythonHover, snippets: pythonSnippets, types: [] },
  java: { receiver: javaReceiver, hover: javaHover, snippets: javaSnippets, types: javaTypes },
};

const { CompletionItemKind: Kind, CompletionItemInsertTextRule: Rule } = languages;

const memberItem = (member: ApiMember, range: IRange): languages.CompletionItem => ({
  label: member.name,
  kind: member.insert === undefined ? Kind.Field : Kind.Method,
  detail: member.signature,
  documentation: { value: member.doc },
  insertText: member.insert ?? member.name,
  insertTextRules: Rule.InsertAsSnippet,
  // Before the words of the file.
  sortText: `0${member.name}`,
  range,
});

const snippetItem = ({ prefix, title, body }: ApiSnippet, range: IRange): languages.CompletionItem => ({
  label: prefix,
  kind: Kind.Snippet,
  detail: title,
  insertText: body,
  insertTextRules: Rule.InsertAsSnippet,
  range,
});

const typeItem = ({ name, doc }: ApiType, range: IRange): languages.CompletionItem => ({
  label: name,
  kind: Kind.Class,
  documentation: { value: doc },
  insertText: name,
  range,
});

/** The line up to the end of the word at a place. */
function lineTo(model: editor.ITextModel, position: Position, column: number): string {
  return model.getLineContent(position.lineNumber).slice(0, column - 1);
}

/** A word of the line at a place, for Monaco. */
function rangeOf({ lineNumber }: Position, { startColumn, endColumn }: editor.IWordAtPosition): IRange {
  return { startLineNumber: lineNumber, endLineNumber: lineNumber, startColumn, endColumn };
}

function suggest({ receiver, snippets, types }: Help, model: editor.ITextModel, position: Position): languages.CompletionList {
  const before = lineTo(model, position, position.column);
  const range = rangeOf(position, model.getWordUntilPosition(position));
  if (/\.\w*$/.test(before)) {
    const type = receiver(model.getValue(), before);
    return { suggestions: (type?.members ?? []).map((member) => memberItem(member, range)) };
  }
  const atStart = /^\s*\w*$/.test(before);
  return {
    suggestions: [
      ...(atStart ? snippets.map((snippet) => snippetItem(snippet, range)) : []),
      ...types.map((type) => typeItem(type, range)),
    ],
  };
}

function hover({ hover: tell }: Help, model: editor.ITextModel, position: Position): languages.Hover | null {
  const word = model.getWordAtPosition(position);
  if (word === null) return null;
  const told = tell(model.getValue(), lineTo(model, position, word.endColumn));
  if (told === null) return null;
  return {
    contents: [{ value: `\`\`\`${model.getLanguageId()}\n${told.signature}\n\`\`\`` }, { value: told.doc }],
    range: rangeOf(position, word),
  };
}

/** To be called once, when Monaco is set up. */
export function provideStorletHelp(): void {
  for (const language of ["python", "java"] as const) {
    const help = helps[language];
    languages.registerCompletionItemProvider(language, {
      triggerCharacters: ["."],
      provideCompletionItems: (model, position) => suggest(help, model, position),
    });
    languages.registerHoverProvider(language, { provideHover: (model, position) => hover(help, model, position) });
  }
}
