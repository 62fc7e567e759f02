/** What the doctor may find on a machine: facts only, no judgement and no words for them. */

/** A program that was looked for. `version` is null where it is not there; `trouble` tells why it is there and does not work. */
export interface ProgramFinding {
  readonly version: string | null;
  readonly trouble: string | null;
}

export interface DockerFinding {
  readonly available: boolean;
  readonly version: string | null;
  /** One sentence each; set where Docker is not available. */
  readonly reason: string | null;
  readonly hint: string | null;
}

export interface ImageFinding {
  readonly name: string;
  /** Null where Docker has no such image. */
  readonly sizeBytes: number | null;
}

export interface PortFinding {
  /** What it is for, such as `Swift API`. */
  readonly use: string;
  readonly port: number;
  readonly state: "free" | "ours" | "taken";
}

/** Null: the check did not end in time. */
export interface DoctorFindings {
  readonly platform: NodeJS.Platform;
  readonly nodeVersion: string;
  readonly docker: DockerFinding | null;
  /** Also null where Docker is not available. */
  readonly image: ImageFinding | null;
  readonly bubblewrap: ProgramFinding | null;
  readonly python: ProgramFinding | null;
  /** The compiler, not the runtime alone. */
  readonly java: ProgramFinding | null;
  readonly ports: readonly PortFinding[] | null;
  readonly disk: { readonly freeBytes: number } | null;
}
