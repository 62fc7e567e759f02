/** A choice of one from a short, known list. */
import { Select as AriaSelect, Button, Label, ListBox, ListBoxItem, Popover, SelectValue } from "react-aria-components";
import { classNames } from "./class-names.ts";
import { Icon } from "./Icon.tsx";
import "./menu.css";
import "./select.css";

export interface SelectOption<T extends string> {
  value: T;
  label: string;
  /** A quiet fact after the label. */
  fact?: string;
  disabledReason?: string | null;
}

export interface SelectProps<T extends string> {
  label: string;
  /** Shows the label above; otherwise it is the accessible name only. */
  showLabel?: boolean;
  value: T | null;
  options: readonly SelectOption<T>[];
  onChange: (value: T) => void;
  placeholder?: string;
  strong?: boolean;
  size?: "normal" | "small";
  quiet?: boolean;
  className?: string;
}

export function Select<T extends string>(props: SelectProps<T>) {
  const { label, showLabel = false, value, options, onChange, placeholder = "Choose", strong, size, quiet, className } = props;
  return (
    <AriaSelect
      className={classNames("field", "select", className)}
      value={value}
      onChange={(key) => {
        if (key !== null) onChange(String(key) as T);
      }}
      placeholder={placeholder}
      {...(showLabel ? {} : { "aria-label": label })}
    >
      {showLabel && <Label className="field-label">{label}</Label>}
      <Button className={classNames("select-button", strong && "strong", size === "small" && "input-small", quiet && "select-quiet")}>
        <SelectValue className="cut">{options.find((option) => option.value === value)?.label ?? placeholder}</SelectValue>
        <Icon name="chevron-down" size={12} className="tone-3" />
      </Button>
      <Popover className="menu-popover" offset={4}>
        <ListBox className="menu" items={options.map((option) => ({ ...option, id: option.value }))}>
          {(option) => (
            <ListBoxItem
              id={option.id}
              className="menu-item"
              textValue={option.label}
              isDisabled={option.disabledReason !== undefined && option.disabledReason !== null}
            >
              <span className="grow cut">{option.label}</span>
              {(option.disabledReason ?? option.fact) && <span className="menu-fact">{option.disabledReason ?? option.fact}</span>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
