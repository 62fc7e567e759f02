/** Buttons. A disabled button stays reachable and says why; a busy one says what it does and for how long, and cancels on click. */
import type { ButtonHTMLAttributes, MouseEvent, ReactNode, Ref } from "react";
import { classNames } from "./class-names.ts";
import { formatSeconds } from "./format.ts";
import { Icon, type IconName, type Tone } from "./Icon.tsx";
import { Tooltip } from "./Tooltip.tsx";
import { useElapsed } from "./use-elapsed.ts";
import "./button.css";

type NativeProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "type" | "disabled" | "onClick" | "children">;

export interface ButtonProps extends NativeProps {
  variant?: "primary" | "secondary" | "quiet";
  size?: "normal" | "small";
  icon?: IconName | undefined;
  /** Why it cannot be used now; absent or null means it can. */
  disabledReason?: string | null | undefined;
  /** Shows what is going on with its seconds; a click then calls `onCancel`. */
  busy?: { label: string; startedAt: number; onCancel?: () => void } | null | undefined;
  /** Keys of the command, read to assistive technology as well. */
  keys?: string | undefined;
  onPress?: ((event: MouseEvent<HTMLButtonElement>) => void) | undefined;
  children?: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

export function Button(props: ButtonProps) {
  const { variant = "secondary", size = "normal", icon, disabledReason, busy, keys, onPress, children, className, ...rest } = props;
  const disabled = disabledReason !== undefined && disabledReason !== null;
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (disabled) return;
    if (busy) busy.onCancel?.();
    else onPress?.(event);
  };
  const button = (
    <button
      {...rest}
      type="button"
      className={classNames("button", `button-${busy ? "secondary" : variant}`, size === "small" && "button-small", className)}
      aria-disabled={disabled || undefined}
      aria-busy={busy ? true : undefined}
      aria-keyshortcuts={keys?.replaceAll("Ctrl", "Control")}
      onClick={press}
    >
      {busy ? <BusyContent {...busy} /> : <ButtonContent icon={icon}>{children}</ButtonContent>}
    </button>
  );
  return disabled ? <Tooltip label={disabledReason}>{button}</Tooltip> : button;
}

function ButtonContent({ icon, children }: { icon: IconName | undefined; children: ReactNode }) {
  return (
    <>
      {icon !== undefined && <Icon name={icon} size={14} />}
      {children}
    </>
  );
}

function BusyContent({ label, startedAt, onCancel }: { label: string; startedAt: number; onCancel?: () => void }) {
  const elapsedMs = useElapsed(startedAt);
  return (
    <>
      <Icon name="loading" size={14} spin />
      <span>
        {label}
        {elapsedMs >= 1000 && `, ${formatSeconds(elapsedMs)}`}
      </span>
      {onCancel && <span className="tone-2">Cancel</span>}
    </>
  );
}

export interface IconButtonProps extends NativeProps {
  icon: IconName;
  /** The accessible name, shown as tooltip too. */
  label: string;
  size?: "normal" | "small";
  tone?: Tone;
  /** For buttons that switch something on and off. */
  pressed?: boolean | undefined;
  spin?: boolean;
  keys?: string | undefined;
  disabledReason?: string | null | undefined;
  tooltipSide?: "top" | "bottom" | "left" | "right";
  onPress?: ((event: MouseEvent<HTMLButtonElement>) => void) | undefined;
  ref?: Ref<HTMLButtonElement>;
}

/** A button that is only an icon: its name is its tooltip. */
export function IconButton(props: IconButtonProps) {
  const { icon, label, size = "small", tone, pressed, spin, keys, disabledReason, tooltipSide, onPress, className, ...rest } = props;
  const disabled = disabledReason !== undefined && disabledReason !== null;
  return (
    <Tooltip label={disabled ? `${label}: ${disabledReason}` : label} keys={disabled ? undefined : keys} side={tooltipSide ?? "bottom"}>
      <button
        {...rest}
        type="button"
        className={classNames("icon-button", size === "small" && "icon-button-small", tone && `tone-${tone}`, className)}
        aria-label={label}
        aria-pressed={pressed}
        aria-disabled={disabled || undefined}
        aria-keyshortcuts={keys?.replaceAll("Ctrl", "Control")}
        onClick={disabled ? undefined : onPress}
      >
        <Icon name={icon} spin={spin ?? false} />
      </button>
    </Tooltip>
  );
}

/** An action inside text or at the end of a line, drawn as a link. */
export function LinkButton({ onPress, children, className, ...rest }: NativeProps & { onPress: () => void; children: ReactNode }) {
  return (
    <button {...rest} type="button" className={classNames("link-button", className)} onClick={onPress}>
      {children}
    </button>
  );
}
