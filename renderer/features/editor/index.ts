/** Public face of the editor: what the shell and other features may use. */
export { EditorCommands } from "./EditorCommands.tsx";
export { FileEditor, preloadEditor } from "./FileEditor.tsx";
export { ProblemsPanel } from "./ProblemsPanel.tsx";
export { allProblems, countProblems, setFound, useProblemStore } from "./problems.ts";
export { closeDocument, reloadDocuments, replaceText, useDocumentStore } from "./documents.ts";
export { fileAsText } from "./EditorCommands.tsx";
export { requestEditorFocus, useCursorStore } from "./cursor.ts";
export { languageOf, storletOfPath } from "./language.ts";
