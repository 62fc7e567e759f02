/** What went wrong in a run, what to do about it, and the traceback with the way to its line. */
import { useMemo } from "react";
import type { Run } from "../../../engine/contract/index.ts";
import { useStorlets } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { LinkButton } from "../../ui/Button.tsx";
import { ErrorBlock, type BlockAction } from "../../ui/ErrorBlock.tsx";
import { createSourceResolver, linkFrames, shortenFrames } from "../logs/index.ts";
import { isOpen, storletTitle } from "../runs/index.ts";

export function RunFailure({ run }: { run: Run }) {
  const { data: storlets } = useStorlets();
  const resolve = useMemo(() => createSourceResolver(storlets ?? []), [storlets]);
  const { problem, exception } = run;
  if (problem === null || isOpen(run) || run.state === "cancelled") return null;
  const frame = exception?.frames.findLast(({ file }) => resolve(file, run.storlet) !== null) ?? null;
  const path = frame === null ? null : resolve(frame.file, run.storlet);
  const actions: BlockAction[] =
    path === null || frame === null
      ? []
      : [{ label: `Go to line ${frame.line}`, onPress: () => void runCommand("editor.reveal", { path, line: frame.line }) }];
  const title =
    exception !== null && frame !== null
      ? `${storletTitle(run.storlet)} stopped at line ${frame.line} with ${exception.type}`
      : problem.message;
  return (
    <>
      <ErrorBlock
        title={title}
        why={exception !== null && frame !== null ? exception.message : problem.detail}
        effect={run.bodyCut ? `The client was sent ${run.status} and then a body that breaks off.` : undefined}
        todo={exception !== null && exception.traceback !== "" ? undefined : problem.hint}
        code={problem.code}
        actions={actions}
        details={{ run }}
        tone={run.state === "timed-out" ? "warn" : "error"}
      />
      {exception !== null && exception.traceback !== "" && (
        <pre className="run-traceback mono" tabIndex={0} aria-label="Traceback">
          {shortenFrames(exception.traceback)
            .trimEnd()
            .split("\n")
            .map((line, index) => (
              <span key={index}>
                {linkFrames(line, run.storlet, resolve).map(({ text, link }, at) =>
                  link === null ? (
                    text
                  ) : (
                    <LinkButton key={at} className="run-frame" onPress={() => void runCommand("editor.reveal", link)}>
                      {text}
                    </LinkButton>
                  ),
                )}
                {"\n"}
              </span>
            ))}
        </pre>
      )}
    </>
  );
}
