/** What a run was made of besides its request, as it is kept: which code, and what it read. Shapes only. */

/** Bytes that a run read. Where they are kept they have a `ref`; else only an object with the same ETag will do. */
export interface OriginalInput {
  /** `container/object`. */
  readonly object: string;
  readonly status: number;
  /** Of the response that brought the bytes: byte strings by lower-case name. */
  readonly headers: readonly (readonly [string, string])[];
  readonly sizeBytes: number | null;
  /** The Range that the object was read with. */
  readonly range: string | null;
  /** Set once the bytes are kept. */
  ref: string | null;
  /** Where they lie in what is kept; the end is exclusive. */
  readonly slice: readonly [number, number] | null;
}

/** The object that a storlet read first, and how the run counts as having read it. */
export interface OriginalSource extends OriginalInput {
  readonly place: "object" | "proxy";
  /** The range that the real runtime would be told of. */
  readonly told: { readonly start: number; readonly end: number } | null;
}

/** Filled in while a run begins. */
export interface Original {
  /** Null where the storlet read what the client sent. */
  source: OriginalSource | null;
  readonly extras: OriginalInput[];
  /** What the client sent, where that is too large for the record of the exchange. */
  sent: { ref: string } | null;
}
