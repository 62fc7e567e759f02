/** Says what happened, why, what it did to a client and what to do; then at most three actions, the code, and Copy details. */
import { useState, type ReactNode } from "react";
import type { Problem } from "../../engine/contract/index.ts";
import { Button } from "./Button.tsx";
import { classNames } from "./class-names.ts";
import { Icon } from "./Icon.tsx";
import "./error-block.css";

export interface BlockAction {
  label: string;
  onPress: () => void;
  disabledReason?: string | null;
}

export interface ErrorBlockProps {
  title: ReactNode;
  why?: ReactNode;
  /** What a client noticed; left out where nobody did. */
  effect?: ReactNode;
  /** What to do. */
  todo?: ReactNode;
  code?: string | undefined;
  /** The first is the primary one. */
  actions?: readonly BlockAction[];
  /** What "Copy details" puts on the clipboard, as JSON. Must hold no secret. */
  details?: unknown;
  tone?: "error" | "warn";
  className?: string;
}

export function ErrorBlock({ title, why, effect, todo, code, actions = [], details, tone = "error", className }: ErrorBlockProps) {
  const rows = [
    ["Why", why],
    ["Effect", effect],
    ["Do", todo],
  ].filter(([, text]) => text !== undefined && text !== null && text !== "");
  return (
    <section className={classNames("error-block", `error-block-${tone}`, className)} role={tone === "error" ? "alert" : "status"}>
      <p className="error-block-title">
        <Icon name={tone === "error" ? "error" : "warning"} tone={tone} />
        <span>{title}</span>
      </p>
      {rows.length > 0 && (
        <dl className="error-block-rows">
          {rows.map(([term, text]) => (
            <div key={String(term)} className="error-block-row">
              <dt>{term}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      )}
      {(actions.length > 0 || code !== undefined || details !== undefined) && (
        <div className="error-block-actions">
          {actions.map((action, index) => (
            <Button
              key={action.label}
              size="small"
              variant={index === 0 ? "primary" : "secondary"}
              disabledReason={action.disabledReason}
              onPress={action.onPress}
            >
              {action.label}
            </Button>
          ))}
          <span className="grow" />
          {code !== undefined && <span className="error-block-code">{code}</span>}
          {details !== undefined && <CopyDetails details={details} />}
        </div>
      )}
    </section>
  );
}

/** The block of a problem that came from the engine. */
export function ProblemBlock({ problem, ...rest }: { problem: Problem } & Omit<ErrorBlockProps, "title" | "why" | "todo" | "code">) {
  return <ErrorBlock details={problem} {...rest} title={problem.message} why={problem.detail} todo={problem.hint} code={problem.code} />;
}

function CopyDetails({ details }: { details: unknown }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(JSON.stringify(details, null, 2));
    setCopied(true);
  };
  return (
    <Button size="small" variant="quiet" icon={copied ? "check" : "copy"} onPress={() => void copy()}>
      {copied ? "Copied" : "Copy details"}
    </Button>
  );
}
