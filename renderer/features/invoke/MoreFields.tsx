/** What few requests need: extra inputs, headers and expectations. Each shows once it has a row; one line offers those that have none. */
import { useRef } from "react";
import type { Expectation } from "../../../engine/contract/index.ts";
import { testsOf } from "../../../engine/contract/recipe-checks.ts";
import { IconButton, LinkButton } from "../../ui/Button.tsx";
import { Select } from "../../ui/Select.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import type { Draft, DraftProblems } from "./draft.ts";
import { NamedRows } from "./NamedRows.tsx";
import { ObjectField } from "./ObjectField.tsx";
import { RowGroup } from "./RowGroup.tsx";
import { changeDraft } from "./session.ts";

const statusIs200: Expectation = { subject: "status", name: "", test: "is", value: "200" };

export function MoreFields({ draft, problems }: { draft: Draft; problems: DraftProblems }) {
  const root = useRef<HTMLDivElement>(null);
  const { extraInputs, headers, expect } = draft;
  const focusLast = (group: string) =>
    requestAnimationFrame(() => {
      const inputs = root.current?.querySelectorAll<HTMLElement>(
        `[role="group"][aria-label="${group}"] input:not([aria-label^="Value of header"])`,
      );
      [...(inputs ?? [])].at(-1)?.focus();
    });
  const addInput = () => {
    changeDraft({ extraInputs: [...extraInputs, ""] });
    focusLast("Extra inputs");
  };
  const addHeader = () => {
    changeDraft({ headers: [...headers, { key: "", value: "" }] });
    focusLast("Headers");
  };
  const addExpectation = () => {
    const hasStatus = expect.some(({ subject }) => subject === "status");
    changeDraft({ expect: [...expect, hasStatus ? { subject: "body", name: "", test: "contains", value: "" } : statusIs200] });
    focusLast("Expectations");
  };
  return (
    <div ref={root} className="invoke-more">
      {extraInputs.length > 0 && <ExtraInputs paths={extraInputs} problems={problems.extraInputs} onAdd={addInput} />}
      {headers.length > 0 && (
        <NamedRows
          title="Headers"
          noun="header"
          rows={headers}
          problems={problems.headers}
          onChange={(next) => changeDraft({ headers: next })}
        />
      )}
      {expect.length > 0 && <Expectations expect={expect} problems={problems.expect} onAdd={addExpectation} />}
      <div className="invoke-offers" role="group" aria-label="More for this request">
        {extraInputs.length === 0 && <LinkButton onPress={addInput}>Add an extra input</LinkButton>}
        {headers.length === 0 && <LinkButton onPress={addHeader}>Add a header</LinkButton>}
        {expect.length === 0 && <LinkButton onPress={addExpectation}>Expect something</LinkButton>}
      </div>
    </div>
  );
}

function ExtraInputs({ paths, problems, onAdd }: { paths: readonly string[]; problems: ReadonlyMap<number, string>; onAdd: () => void }) {
  const set = (index: number, path: string) =>
    changeDraft({ extraInputs: paths.map((old, position) => (position === index ? path : old)) });
  return (
    <RowGroup title="Extra inputs" addLabel="Add another extra input" onAdd={onAdd}>
      {paths.map((path, index) => (
        <div key={index} className="invoke-param">
          <ObjectField
            label={`Extra input ${index + 1}`}
            placeholder="container/object"
            value={path}
            error={problems.get(index)}
            onChange={(next) => set(index, next)}
          />
          <IconButton
            icon="close"
            label={`Remove extra input ${index + 1}`}
            onPress={() => changeDraft({ extraInputs: paths.filter((_, position) => position !== index) })}
          />
        </div>
      ))}
    </RowGroup>
  );
}

const subjects: readonly { value: Expectation["subject"]; label: string }[] = [
  { value: "status", label: "Status" },
  { value: "header", label: "Header" },
  { value: "metadata", label: "Metadata" },
  { value: "body", label: "Body" },
  { value: "duration", label: "Time" },
];
const testWords: Record<Expectation["test"], string> = {
  is: "is",
  matches: "matches",
  contains: "contains",
  sha256: "SHA-256 is",
  under: "is under",
};
const examples: Record<Expectation["subject"], string> = {
  status: "200",
  header: "text/csv",
  metadata: "value",
  body: "text",
  duration: "500 ms",
};

interface ExpectationsProps {
  expect: readonly Expectation[];
  problems: ReadonlyMap<number, string>;
  onAdd: () => void;
}

function Expectations({ expect, problems, onAdd }: ExpectationsProps) {
  const set = (index: number, fields: Partial<Expectation>) =>
    changeDraft({ expect: expect.map((old, position) => (position === index ? { ...old, ...fields } : old)) });
  return (
    <RowGroup title="Expectations" addLabel="Add another expectation" onAdd={onAdd}>
      {expect.map((expectation, index) => (
        <ExpectationRow
          key={index}
          number={index + 1}
          expectation={expectation}
          problem={problems.get(index)}
          onChange={(fields) => set(index, fields)}
          onRemove={() => changeDraft({ expect: expect.filter((_, position) => position !== index) })}
        />
      ))}
    </RowGroup>
  );
}

interface ExpectationRowProps {
  number: number;
  expectation: Expectation;
  problem: string | undefined;
  onChange: (fields: Partial<Expectation>) => void;
  onRemove: () => void;
}

function ExpectationRow({ number, expectation, problem, onChange, onRemove }: ExpectationRowProps) {
  const { subject, name, test, value } = expectation;
  const tests = testsOf[subject];
  const hasName = subject === "header" || subject === "metadata";
  return (
    <div className="invoke-expectation" role="group" aria-label={`Expectation ${number}`}>
      <Select
        label={`Expectation ${number} is about`}
        value={subject}
        options={subjects}
        onChange={(next) => onChange({ subject: next, test: testsOf[next][0] ?? "is", ...(hasName ? {} : { name: "" }) })}
      />
      {hasName && (
        <TextInput
          mono
          className="invoke-expectation-name"
          aria-label={subject === "header" ? `Header of expectation ${number}` : `Metadata key of expectation ${number}`}
          placeholder={subject === "header" ? "Content-Type" : "key"}
          value={name}
          onChange={(next) => onChange({ name: next })}
        />
      )}
      {tests.length > 1 ? (
        <Select
          label={`Test of expectation ${number}`}
          value={test}
          options={tests.map((each) => ({ value: each, label: testWords[each] }))}
          onChange={(next) => onChange({ test: next })}
        />
      ) : (
        <span className="invoke-expectation-test">{testWords[test]}</span>
      )}
      <TextInput
        mono
        className="invoke-expectation-value"
        aria-label={`Value of expectation ${number}`}
        placeholder={examples[subject]}
        value={value}
        error={problem}
        onChange={(next) => onChange({ value: next })}
      />
      <IconButton icon="close" label={`Remove expectation ${number}`} onPress={onRemove} />
    </div>
  );
}
