/** Connects the commands that deploy what is on disk and make new storlets. Draws the dialog of a new one; mounted once. */
import type { StorletSummary } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { problemOf } from "../../api/problems.ts";
import { queryClient, queryKeys, useEngineAwayReason } from "../../api/queries.ts";
import { runCommand, useCommandHandler } from "../../commands/registry.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { setFound, storletOfPath } from "../editor/index.ts";
import { NewStorlet } from "./NewStorlet.tsx";

/** `activePath`: the workspace file in front, or null. */
export function StorletCommands({ activePath }: { activePath: string | null }) {
  const away = useEngineAwayReason();
  const current = activePath === null ? null : storletOfPath(activePath);
  useCommandHandler("storlet.deploy", ({ storlet }) => deploy(storlet), away);
  useCommandHandler(
    "storlet.deployCurrent",
    async () => {
      if (current !== null) await deploy(current);
    },
    away ?? (current === null ? "The file belongs to no storlet." : null),
  );
  return <NewStorlet />;
}

async function deploy(name: string): Promise<void> {
  try {
    const result = await api.workspace.deploy.mutate({ storlet: name });
    const storlets = queryClient.getQueryData<StorletSummary[]>(queryKeys.storlets) ?? [];
    const files = storlets.find((storlet) => storlet.name === name)?.files.map((file) => file.path) ?? [];
    setFound(result.path, files, result.diagnostics, result.problem);
    if (result.state !== "live") fail(name, result.problem?.message ?? result.diagnostics[0]?.message);
  } catch (error) {
    const problem = problemOf(error);
    fail(name, [problem.message, problem.hint].filter(Boolean).join(" "));
  }
  await queryClient.invalidateQueries({ queryKey: queryKeys.storlets });
}

function fail(name: string, detail: string | undefined): void {
  showToast({
    tone: "error",
    title: `${name} is not live`,
    detail,
    action: { label: "Show problems", onPress: () => void runCommand("problems.show") },
  });
}
