/** Says what a command threw, where nothing nearer can. */
import { problemOf } from "../api/problems.ts";
import { showToast } from "../ui/Toasts.tsx";

export function showFailure(error: unknown): void {
  const problem = problemOf(error);
  showToast({ tone: "error", title: problem.message, detail: problem.hint ?? problem.detail });
}
