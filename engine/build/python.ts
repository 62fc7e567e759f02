/** Checks a Python storlet before it is deployed. Owns no interpreter: the sandbox's own compiles the text. */
import type { Compute } from "../compute/types.ts";
import type { Diagnostic } from "../contract/index.ts";
import { StudioError } from "../support/errors.ts";

/** Findings of the check in `source`; an error among them means: do not deploy. Paths are as given. */
export async function checkPython(compute: Compute, scope: string, path: string, source: string): Promise<Diagnostic[]> {
  return compute.check(scope, "python", path, source);
}

/** The CHECK_FAILED error that stands for findings; null where none is an error. */
export function checkFailure(diagnostics: readonly Diagnostic[]): StudioError | null {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  const first = errors[0];
  if (first === undefined) return null;
  const name = first.path.split("/").at(-1) ?? first.path;
  return new StudioError("CHECK_FAILED", `${name} does not compile: line ${first.line}, ${first.message}`, {
    detail:
      errors.length === 1 ? "The deployed version stays as it was." : `${errors.length} errors. The deployed version stays as it was.`,
    hint: `Correct line ${first.line}, then save again.`,
  });
}
