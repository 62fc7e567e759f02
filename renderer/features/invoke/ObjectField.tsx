/** A field for `container/object` that offers what the account has (APG combobox with a list). Any text may be typed. */
import { useId, useRef, useState, type KeyboardEvent } from "react";
import { classNames } from "../../ui/class-names.ts";
import { TextInput } from "../../ui/TextInput.tsx";
import { useObjectOptions } from "./object-options.ts";

interface ObjectFieldProps {
  label: string;
  showLabel?: boolean;
  value: string;
  placeholder: string;
  error?: string | undefined;
  onChange: (value: string) => void;
}

export function ObjectField({ label, showLabel = false, value, placeholder, error, onChange }: ObjectFieldProps) {
  const listId = useId();
  const root = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const options = useObjectOptions(value, open);
  const expanded = open && options.length > 0;
  const place = expanded ? placeOf(root.current) : null;

  const choose = (index: number) => {
    const option = options[index];
    if (option === undefined) return;
    onChange(option.value);
    setActive(-1);
    setOpen(option.opens);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      const next = active < 0 && step < 0 ? options.length - 1 : active + step;
      setActive(options.length === 0 ? -1 : (next + options.length) % options.length);
      document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && expanded && active >= 0) {
      event.preventDefault();
      choose(active);
    } else if (event.key === "Escape" && expanded) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
      setActive(-1);
    } else if (event.key === "Enter" || event.key === "Tab") {
      setOpen(false);
    }
  };
  return (
    <div ref={root} className="object-field" onKeyDown={press}>
      <TextInput
        mono
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={expanded}
        aria-controls={listId}
        aria-activedescendant={expanded && active >= 0 ? `${listId}-${active}` : undefined}
        {...(showLabel ? { label } : { "aria-label": label })}
        title={value}
        value={value}
        placeholder={placeholder}
        error={error}
        onChange={(text) => {
          onChange(text);
          setOpen(true);
          setActive(-1);
        }}
        onClick={() => setOpen(true)}
        onBlur={() => setOpen(false)}
      />
      {/* The list takes no focus: the field keeps it while an option is pressed. */}
      <div
        id={listId}
        role="listbox"
        aria-label={label}
        className="object-options"
        hidden={!expanded}
        style={place ?? undefined}
        onMouseDown={(event) => event.preventDefault()}
      >
        {expanded &&
          options.map((option, index) => (
            <div
              key={option.value}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === active}
              className={classNames("object-option", index === active && "object-option-active")}
              title={option.value}
              onClick={() => choose(index)}
            >
              <span className="grow cut mono">{option.value}</span>
              <span className="object-option-fact">{option.fact}</span>
            </div>
          ))}
      </div>
    </div>
  );
}

const listHeight = 264;

/** Where the list lies on the page: below the field, or above it where there is more room. */
function placeOf(root: HTMLElement | null) {
  const frame = root?.querySelector(".input")?.getBoundingClientRect();
  if (frame === undefined) return null;
  const below = window.innerHeight - frame.bottom - 8;
  const above = frame.top - 8;
  const width = Math.max(frame.width, 240);
  const left = Math.min(frame.left, window.innerWidth - width - 8);
  return below >= Math.min(listHeight, above)
    ? { left, width, top: frame.bottom + 2, maxHeight: Math.min(listHeight, below) }
    : { left, width, bottom: window.innerHeight - frame.top + 2, maxHeight: Math.min(listHeight, above) };
}
