/** Connects the commands of samples, folders and doctor. Mounted once. */
import { Suspense, useState } from "react";
import type { StorletSummary } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { queryClient, queryKeys } from "../../api/queries.ts";
import { runCommand, useCommandHandler } from "../../commands/registry.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { bestFirst, sampleStorlets, type SampleStorlet } from "./sample.ts";
import { lazyPart } from "../../ui/lazy.ts";

const OpenFolderDialog = lazyPart(async () => (await import("./OpenFolderDialog.tsx")).OpenFolderDialog);

const knownSamples = (): SampleStorlet[] => sampleStorlets(queryClient.getQueryData<StorletSummary[]>(queryKeys.storlets) ?? []);

export function WelcomeCommands() {
  const [opening, setOpening] = useState(false);
  useCommandHandler("sample.runFirst", async () => {
    const [first] = knownSamples();
    // A workspace without an example gets one of ours.
    if (first === undefined) await runCommand("learn.runSample", { name: bestFirst });
    else await runSample(first);
  });
  useCommandHandler("sample.run", ({ storlet }) => {
    const sample = knownSamples().find((candidate) => candidate.name === storlet);
    return sample === undefined ? undefined : runSample(sample);
  });
  useCommandHandler("workspace.openFolder", () => setOpening(true));
  useCommandHandler("doctor.check", async () => {
    await runCommand("welcome.show");
    await queryClient.refetchQueries({ queryKey: queryKeys.doctor });
  });
  if (!opening) return null;
  return (
    <Suspense fallback={null}>
      <OpenFolderDialog onClose={() => setOpening(false)} />
    </Suspense>
  );
}

/** Opens the source, makes the storlet live where it is not, sets object and parameters, and runs. */
async function runSample(sample: SampleStorlet): Promise<void> {
  await runCommand("editor.open", { path: sample.source });
  await runCommand("invoke.useExample", { storlet: sample.name });
  if (sample.state !== "live") {
    const result = await api.workspace.deploy.mutate({ storlet: sample.name });
    if (result.state !== "live") {
      showToast({ tone: "error", title: `${sample.name} is not live`, detail: result.problem?.message ?? result.diagnostics[0]?.message });
      return;
    }
  }
  await runCommand("invoke.run");
}
