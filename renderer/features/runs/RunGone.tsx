/** Stands where a run would be that is not on record any more. */
import { runCommand } from "../../commands/registry.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";

export function RunGone({ id }: { id: string }) {
  return (
    <EmptyState
      title={`Run ${id.slice(0, 4)} is not on record any more.`}
      reason="Runs that are not pinned go when 10 000 newer ones have come."
      action={{ label: "Show the runs there are", onPress: () => void runCommand("view.runs") }}
    />
  );
}
