/** Icons: the codicon font and the three glyphs of our own. One per label; decoration only, the words beside it speak. */
import "@vscode/codicons/dist/codicon.css";
import type metadata from "@vscode/codicons/dist/metadata.json";
import type { CSSProperties } from "react";
import { classNames } from "./class-names.ts";
import "./icon.css";

/** Names in the font that its metadata files under another name. */
type CodiconAlias = "warning" | "circle" | "circle-outline" | "ellipsis" | "go-to-file" | "more" | "file-text" | "clock";
export type IconName = keyof typeof metadata | CodiconAlias | "storlet" | "cold";

const ownGlyphs: Partial<Record<IconName, string>> = {
  storlet: "m8 1.8 5.5 3.1v6.2L8 14.2l-5.5-3.1V4.9zM6.8 5.8 10 8l-3.2 2.2z",
  cold: "M8 1.8v12.4M2.6 4.9l10.8 6.2M13.4 4.9 2.6 11.1M6.4 2.8 8 4.2l1.6-1.4M6.4 13.2 8 11.8l1.6 1.4M2.4 7l2-.7-.4-2.1M13.6 9l-2 .7.4 2.1M13.6 7l-2-.7.4-2.1M2.4 9l2 .7-.4 2.1",
};

export type Tone = "neutral" | "accent" | "success" | "warn" | "error" | "info";

export interface IconProps {
  name: IconName;
  /** Edge in CSS pixels; 16 unless told. */
  size?: number;
  tone?: Tone | undefined;
  /** Turns while work is going on; a still ring with reduced motion. */
  spin?: boolean;
  className?: string | undefined;
  style?: CSSProperties | undefined;
}

export function Icon({ name, size = 16, tone, spin = false, className, style }: IconProps) {
  const names = classNames("icon", tone !== undefined && tone !== "neutral" && `tone-${tone}`, spin && "icon-spin", className);
  const path = ownGlyphs[name];
  if (path !== undefined) {
    return (
      <svg className={names} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" style={style}>
        <path d={path} />
      </svg>
    );
  }
  return <span className={classNames(names, "codicon", `codicon-${name}`)} aria-hidden="true" style={{ fontSize: size, ...style }} />;
}

/** The mark of the application. */
export function StudioMark({ size = 20 }: { size?: number }) {
  return (
    <svg className="studio-mark" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      <path className="studio-mark-frame" d="M10 1.6 17.4 5.8v8.4L10 18.4 2.6 14.2V5.8z" />
      <path className="studio-mark-line" d="M0 10h6.5M13.5 10H20" />
      <path className="studio-mark-play" d="M7.8 6.8v6.4L13 10z" />
    </svg>
  );
}
