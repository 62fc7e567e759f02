/** Connects the commands of samples and doctor. Draws nothing; mounted once. */
import { api } from "../../api/client.ts";
import { queryClient, queryKeys, useStorlets } from "../../api/queries.ts";
import { runCommand, useCommandHandler } from "../../commands/registry.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { sampleStorlets, type SampleStorlet } from "./sample.ts";

export function WelcomeCommands() {
  const samples = sampleStorlets(useStorlets().data ?? []);
  const [first] = samples;
  useCommandHandler(
    "sample.runFirst",
    () => (first === undefined ? undefined : runSample(first)),
    first === undefined ? "No storlet has an example." : null,
  );
  useCommandHandler("sample.run", ({ storlet }) => {
    const sample = samples.find((candidate) => candidate.name === storlet);
    return sample === undefined ? undefined : runSample(sample);
  });
  useCommandHandler("doctor.check", async () => {
    await runCommand("welcome.show");
    await queryClient.refetchQueries({ queryKey: queryKeys.doctor });
  });
  return null;
}

/** Opens the source, makes the storlet live where it is not, sets object and parameters, and runs. */
async function runSample(sample: SampleStorlet): Promise<void> {
  await runCommand("editor.open", { path: sample.source });
  await runCommand("invoke.setStorlet", { storlet: sample.name });
  await runCommand("invoke.setObject", { object: sample.example.object });
  if (sample.state !== "live") {
    const result = await api.workspace.deploy.mutate({ storlet: sample.name });
    if (result.state !== "live") {
      showToast({ tone: "error", title: `${sample.name} is not live`, detail: result.problem?.message ?? result.diagnostics[0]?.message });
      return;
    }
  }
  await runCommand("invoke.run");
}
