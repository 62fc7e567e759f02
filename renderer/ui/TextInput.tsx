/** One-line inputs with an optional label, leading icon and an error that says the fix. */
import { useId, type InputHTMLAttributes, type ReactNode, type Ref } from "react";
import { classNames } from "./class-names.ts";
import { Icon, type IconName } from "./Icon.tsx";
import "./text-input.css";

export interface TextInputProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "size" | "onChange"> {
  /** Visible above the input; use `aria-label` instead where the place explains itself. */
  label?: string;
  value: string;
  onChange: (value: string) => void;
  icon?: IconName;
  mono?: boolean;
  size?: "normal" | "small";
  /** One sentence with the fix. */
  error?: string | null | undefined;
  /** Drawn inside the frame after the text, e.g. a clear button. */
  after?: ReactNode;
  ref?: Ref<HTMLInputElement>;
}

export function TextInput(props: TextInputProps) {
  const { label, value, onChange, icon, mono = false, size = "normal", error, after, className, id, ref, ...rest } = props;
  const ownId = useId();
  const inputId = id ?? ownId;
  const errorId = `${inputId}-error`;
  const hasError = error !== undefined && error !== null;
  return (
    <div className={classNames("field", className)}>
      {label !== undefined && (
        <label className="field-label" htmlFor={inputId}>
          {label}
        </label>
      )}
      <div className={classNames("input", size === "small" && "input-small", hasError && "input-error")}>
        {icon !== undefined && <Icon name={icon} size={14} className="tone-3" />}
        <input
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          {...rest}
          ref={ref}
          id={inputId}
          className={mono ? "mono" : undefined}
          value={value}
          aria-invalid={hasError || rest["aria-invalid"]}
          aria-describedby={hasError ? errorId : rest["aria-describedby"]}
          onChange={(event) => onChange(event.target.value)}
        />
        {after}
      </div>
      {hasError && (
        <p className="field-error" id={errorId}>
          <Icon name="error" size={14} />
          {error}
        </p>
      )}
    </div>
  );
}
