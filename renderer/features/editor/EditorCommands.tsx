/** Connects the editor's commands, engine events and backups. Draws nothing; mounted once, with or without an open file. */
import { useEffect } from "react";
import { useConnectionStore } from "../../api/connection.ts";
import { queryClient, queryKeys, useEngineEvents } from "../../api/queries.ts";
import type { StorletSummary } from "../../../engine/contract/index.ts";
import { runCommand, useCommandHandler } from "../../commands/registry.ts";
import { useCursorStore, useRevealStore } from "./cursor.ts";
import { readPlace, registerPaletteSource } from "../../commands/palette/palette-sources.ts";
import {
  bufferOf,
  documentReady,
  fileChanged,
  flushBackups,
  openDocument,
  refreshDocuments,
  replaceInDocument,
  saveDocument,
  saveUnsaved,
} from "./documents.ts";
import { placeOfException } from "./exception.ts";
import { allProblems, clearExceptions, neighbourProblem, showException, useProblemStore } from "./problems.ts";
import { languageOf, storletOfPath } from "./language.ts";
import { outlineOf } from "./outline.ts";

/** `activePath`: the file in front, or null. */
export function EditorCommands({ activePath }: { activePath: string | null }) {
  const away = useConnectionStore(({ connection }) =>
    connection.state === "connected" ? null : "The engine is not running. Your text is kept here.",
  );
  useCommandHandler(
    "editor.save",
    async () => {
      if (activePath !== null) await saveDocument(activePath);
    },
    away,
  );
  useCommandHandler("editor.saveIfDirty", saveUnsaved);

  useCommandHandler("editor.reveal", async ({ path, line = 1, column = 1 }) => {
    useRevealStore.setState({ reveal: { path, line, column } });
    await runCommand("editor.open", { path });
  });

  useCommandHandler("editor.replace", async ({ path, find, replace }) => {
    await runCommand("editor.open", { path });
    await openDocument(path);
    await documentReady(path);
    replaceInDocument(path, find, replace);
  });

  useCommandHandler("editor.showException", (shown) => {
    if (shown === null) return clearExceptions();
    const { run, storlet, exception } = shown;
    const storlets = queryClient.getQueryData<StorletSummary[]>(queryKeys.storlets) ?? [];
    const owner = storlets.find((candidate) => candidate.name === storlet || candidate.objectName === storlet);
    const place = placeOfException(exception, owner?.files.map((file) => file.path) ?? []);
    for (const file of owner?.files ?? []) clearExceptions(file.path);
    if (place !== null) showException({ ...place, run, storlet, type: exception.type, message: exception.message });
  });

  const goToProblem = async (step: 1 | -1) => {
    const { cursor } = useCursorStore.getState();
    const problem = neighbourProblem(allProblems(useProblemStore.getState()), cursor, step);
    if (problem !== null) await runCommand("editor.reveal", { path: problem.path, line: problem.line ?? 1, column: problem.column ?? 1 });
    else await runCommand("problems.show");
  };
  useCommandHandler("problems.next", () => goToProblem(1));
  useCommandHandler("problems.previous", () => goToProblem(-1));

  useEngineEvents((events) => {
    if (events.some((event) => event.kind === "workspace")) refreshDocuments();
    for (const event of events) {
      if (event.kind === "file") fileChanged(event.path, event.version);
      // A run that went well takes the mark of the failure before it away.
      if (event.kind === "run" && event.run.state === "succeeded") clearStorlet(event.run.storlet);
    }
  });

  useEffect(() => offerPlaces(activePath), [activePath]);

  const epoch = useConnectionStore((state) => state.epoch);
  useEffect(() => {
    if (epoch > 0) refreshDocuments();
  }, [epoch]);

  useEffect(() => {
    window.addEventListener("pagehide", flushBackups);
    return () => window.removeEventListener("pagehide", flushBackups);
  }, []);
  return null;
}

/** The file in front with the numbers of its lines, and what was found in it; "" where none is open. */
export function fileAsText(): string {
  const path = useCursorStore.getState().cursor?.path;
  if (path === undefined) return "";
  const lines = (bufferOf(path)?.getText() ?? "").split("\n");
  const width = String(lines.length).length;
  const problems = allProblems(useProblemStore.getState()).filter((problem) => problem.path === path);
  return [
    `${path}, ${lines.length} lines`,
    ...problems.map(({ severity, line, message }) => `${severity} in line ${line ?? 1}: ${message}`),
    "",
    ...lines.map((line, index) => `${String(index + 1).padStart(width)}  ${line}`),
  ].join("\n");
}

/** Gives the palette the symbols and lines of the file in front. */
function offerPlaces(path: string | null): () => void {
  if (path === null) return () => {};
  const go = (line: number, column: number) => () => void runCommand("editor.reveal", { path, line, column });
  const stops = [
    registerPaletteSource("symbols", () =>
      outlineOf(bufferOf(path)?.getText() ?? "", languageOf(path).id).map(({ name, kind, container, line, column }) => ({
        id: `symbol:${line}`,
        title: name,
        fact: [container, `line ${line}`].filter(Boolean).join(", "),
        icon: kind === "class" ? "symbol-class" : "symbol-method",
        group: "Symbols",
        run: go(line, column),
      })),
    ),
    registerPaletteSource("line", (query) => {
      const place = readPlace(query);
      if (place === null) return [];
      const count = bufferOf(path)?.getText().split("\n").length ?? 1;
      const line = Math.min(place.line, count);
      const said = place.line > count ? `Go to line ${line}, the last one` : `Go to line ${line}`;
      const title = place.column > 1 ? `${said}, column ${place.column}` : said;
      return [{ id: "line", title, fact: path, icon: "go-to-file", group: "Lines", run: go(line, place.column) }];
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function clearStorlet(objectName: string): void {
  const storlets = queryClient.getQueryData<StorletSummary[]>(queryKeys.storlets) ?? [];
  const owner = storlets.find((storlet) => storlet.objectName === objectName)?.name;
  for (const path of useProblemStore.getState().exceptions.keys()) if (storletOfPath(path) === owner) clearExceptions(path);
}
