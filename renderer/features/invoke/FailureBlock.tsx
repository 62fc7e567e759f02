/** What went wrong with an invocation, what can be done about it, and the traceback with its links. */
import { useMemo } from "react";
import type { Run } from "../../../engine/contract/index.ts";
import { useStorlets } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { LinkButton } from "../../ui/Button.tsx";
import { ErrorBlock, type BlockAction } from "../../ui/ErrorBlock.tsx";
import { createSourceResolver, linkFrames, shortenFrames, type ResolveSource } from "../logs/index.ts";
import { storletTitle } from "../runs/index.ts";
import { remedy } from "./actions.ts";
import { failingFrame, type Remedy, type Trouble } from "./verdict.ts";

interface FailureBlockProps {
  trouble: Trouble;
  run: Run | null;
  storletObject: string;
}

export function FailureBlock({ trouble, run, storletObject }: FailureBlockProps) {
  const { data: storlets } = useStorlets();
  const resolve = useMemo(() => createSourceResolver(storlets ?? []), [storlets]);
  const frame = failingFrame(run);
  const path = frame === null ? null : resolve(frame.file, storletObject);
  const actions = trouble.remedies.flatMap((what) => actionOf(what, storletObject, path));
  return (
    <>
      <ErrorBlock
        title={trouble.title}
        why={trouble.why}
        effect={trouble.effect}
        todo={trouble.todo}
        code={trouble.code ?? undefined}
        actions={actions}
        details={{ ...trouble, remedies: undefined, run: run ?? undefined }}
      />
      {run?.exception != null && run.exception.traceback !== "" && (
        <Traceback text={run.exception.traceback} storletObject={storletObject} resolve={resolve} />
      )}
    </>
  );
}

function actionOf(what: Remedy, storletObject: string, path: string | null): BlockAction[] {
  switch (what.kind) {
    case "reveal":
      return path === null
        ? []
        : [{ label: `Go to line ${what.line}`, onPress: () => void runCommand("editor.reveal", { path, line: what.line }) }];
    case "deploy":
      return [{ label: `Deploy ${storletTitle(storletObject)} and run`, onPress: () => void remedy(what) }];
    case "enable-account":
      return [{ label: "Switch on and run", onPress: () => void remedy(what) }];
    case "create-container":
      return [{ label: `Create ${what.container} and run`, onPress: () => void remedy(what) }];
  }
}

function Traceback({ text, storletObject, resolve }: { text: string; storletObject: string; resolve: ResolveSource }) {
  const lines = shortenFrames(text).trimEnd().split("\n");
  return (
    <figure className="traceback">
      <figcaption className="field-label">Traceback</figcaption>
      <pre className="traceback-text" tabIndex={0}>
        {lines.map((line, index) => (
          <span key={index} className={index === lines.length - 1 ? "traceback-last" : undefined}>
            {linkFrames(line, storletObject, resolve).map((segment, position) =>
              segment.link === null ? segment.text : <FrameLink key={position} text={segment.text} link={segment.link} />,
            )}
            {"\n"}
          </span>
        ))}
      </pre>
    </figure>
  );
}

function FrameLink({ text, link }: { text: string; link: { path: string; line: number } }) {
  return (
    <LinkButton className="traceback-link" onPress={() => void runCommand("editor.reveal", link)}>
      {text}
    </LinkButton>
  );
}
