/** The list of what is wrong in the author's files: press one to go there. */
import { Fragment } from "react";
import { runCommand } from "../../commands/registry.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { allProblems, useProblemStore, type FileProblem } from "./problems.ts";

const sources = { check: "check", deploy: "deploy", run: "last run" } as const;

export function ProblemsPanel() {
  const problems = allProblems(useProblemStore());
  if (problems.length === 0) {
    return <EmptyState title="No problems." reason="What the check finds on save, and the line a run failed at, appear here." />;
  }
  const paths = [...new Set(problems.map((problem) => problem.path))];
  return (
    <div className="problems">
      {paths.map((path) => (
        <Fragment key={path}>
          <h3 className="problems-file">
            {path.split("/").at(-1)} <span className="tone-3">{path}</span>
          </h3>
          <ul className="problems-list">
            {problems
              .filter((problem) => problem.path === path)
              .map((problem) => (
                <li key={`${problem.line}:${problem.column}:${problem.message}`}>
                  <ProblemRow problem={problem} />
                </li>
              ))}
          </ul>
        </Fragment>
      ))}
    </div>
  );
}

function ProblemRow({ problem }: { problem: FileProblem }) {
  const go = () => void runCommand("editor.reveal", { path: problem.path, line: problem.line ?? 1, column: problem.column ?? 1 });
  return (
    <button type="button" className="problem-row" onClick={go}>
      <Icon name={problem.severity === "error" ? "error" : "warning"} size={14} tone={problem.severity === "error" ? "error" : "warn"} />
      <span className="hidden-visually">{problem.severity}: </span>
      <span className="grow cut" title={problem.message}>
        {problem.message}
      </span>
      <span className="tone-3">{sources[problem.source]}</span>
      <span className="problem-place">{problem.line === null ? "whole file" : `Ln ${problem.line}, Col ${problem.column ?? 1}`}</span>
    </button>
  );
}
