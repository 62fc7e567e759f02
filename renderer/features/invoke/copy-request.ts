/** Puts a request on the clipboard as curl, swift or Python. Loaded by who copies. */
import type { EngineStatus, EnvironmentFile } from "../../../engine/contract/index.ts";
import { parseObjectPath } from "../../../engine/contract/recipe-request.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { builders, type CopyFacts, type CopyForm } from "./copy-as.ts";
import type { Draft } from "./draft.ts";
import { buildRequest } from "./request.ts";

const words: Record<CopyForm, string> = { curl: "curl", swift: "a swift command", python: "Python" };

function bodyOf(draft: Draft, fileName: string): CopyFacts["body"] {
  if (draft.door !== "PUT") return null;
  if (draft.bodyKind === "file") return { kind: "file", path: fileName };
  if (draft.bodyKind === "workspace") return { kind: "file", path: draft.bodyPath };
  const path = draft.bodyKind === "object" ? parseObjectPath(draft.bodyObject) : null;
  return path === null ? { kind: "text", text: draft.bodyText } : { kind: "object", path };
}

interface CopiedRequest {
  /** Without problems, its variables filled in. */
  draft: Draft;
  storletObject: string;
  /** Of a file of this computer that a PUT sends. */
  fileName: string;
  status: Pick<EngineStatus, "swiftUrl" | "authUrl" | "account">;
  environment: EnvironmentFile | null;
}

export async function copyRequest(form: CopyForm, { draft, storletObject, fileName, status, environment }: CopiedRequest): Promise<void> {
  const { swiftUrl, authUrl, account } = status;
  const text = builders[form](buildRequest(draft, storletObject), { swiftUrl, authUrl, account, body: bodyOf(draft, fileName) });
  await navigator.clipboard.writeText(text);
  const secrets = Object.entries(environment?.secrets ?? {}).filter(([, value]) => value !== "" && text.includes(value));
  const needs = draft.door === "PUT" && draft.bodyKind === "workspace" ? "Run it in the folder of the workspace." : undefined;
  const held = secrets.length === 0 ? undefined : `It holds the value of ${secrets.map(([name]) => name).join(", ")}.`;
  showToast({
    tone: secrets.length === 0 ? "success" : "warn",
    title: `The request is on the clipboard as ${words[form]}`,
    detail: [held, needs].filter(Boolean).join(" ") || undefined,
  });
}
