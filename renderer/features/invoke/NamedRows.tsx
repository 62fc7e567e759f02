/** Rows of a name and a value: parameters and headers. Keeps the focus where the next thing is typed. */
import { useRef } from "react";
import { flushSync } from "react-dom";
import { IconButton } from "../../ui/Button.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import type { Parameter } from "./draft.ts";
import { RowGroup } from "./RowGroup.tsx";

interface NamedRowsProps {
  title: string;
  noun: string;
  rows: readonly Parameter[];
  problems: ReadonlyMap<number, string>;
  onChange: (rows: readonly Parameter[]) => void;
  /** Its name for tours. */
  tour?: string;
}

/** A variable without a value is said below it, where there is room. */
const isAboutValue = ({ value }: Parameter): boolean => value.includes("${");

export function NamedRows({ title, noun, rows, problems, onChange, tour }: NamedRowsProps) {
  const root = useRef<HTMLDivElement>(null);
  const set = (index: number, fields: Partial<Parameter>) =>
    onChange(rows.map((row, position) => (position === index ? { ...row, ...fields } : row)));
  const focusName = (index: number) => root.current?.querySelectorAll<HTMLElement>(".invoke-param-name input")[index]?.focus();
  // Drawn at once: what is typed next belongs into the row.
  const add = () => {
    flushSync(() => onChange([...rows, { key: "", value: "" }]));
    focusName(rows.length);
  };
  const remove = (index: number) => {
    flushSync(() => onChange(rows.filter((_, position) => position !== index)));
    if (rows.length > 1) focusName(Math.max(0, index - 1));
  };
  return (
    <RowGroup ref={root} title={title} addLabel={noun === "parameter" ? undefined : `Add a ${noun}`} onAdd={add} tour={tour}>
      {rows.map((row, index) => (
        <div key={index} className="invoke-param">
          <TextInput
            mono
            className="invoke-param-name"
            aria-label={`Name of ${noun} ${index + 1}`}
            placeholder="name"
            value={row.key}
            error={isAboutValue(row) ? undefined : problems.get(index)}
            onChange={(key) => set(index, { key })}
          />
          <TextInput
            mono
            className="grow"
            aria-label={`Value of ${row.key || `${noun} ${index + 1}`}`}
            placeholder="empty"
            value={row.value}
            error={isAboutValue(row) ? problems.get(index) : undefined}
            onChange={(value) => set(index, { value })}
          />
          <IconButton icon="close" label={`Remove ${row.key || `${noun} ${index + 1}`}`} onPress={() => remove(index)} />
        </div>
      ))}
    </RowGroup>
  );
}
