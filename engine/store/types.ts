/** What the store keeps and what can be asked of it. Owns the shapes only. */
import type { Body, ByteStream, FileSlice } from "../support/streams.ts";

/** Headers kept with an account, container or object, by lower-case name; values are byte strings (latin1). */
export type StoredMetadata = Readonly<Record<string, string>>;

/** Moments are integers of 10 µs since 1970. */
export interface AccountRecord {
  readonly name: string;
  readonly createdTicks: number;
  readonly deleted: boolean;
  readonly metadata: StoredMetadata;
}

export interface AccountTotals {
  readonly containers: number;
  readonly objects: number;
  readonly bytes: number;
  readonly policies: readonly { readonly policy: string; readonly containers: number; readonly objects: number; readonly bytes: number }[];
}

export interface ContainerRecord {
  readonly name: string;
  readonly createdTicks: number;
  readonly modifiedTicks: number;
  readonly policy: string;
  readonly metadata: StoredMetadata;
  readonly objectCount: number;
  readonly bytesUsed: number;
}

export interface ObjectRecord {
  readonly name: string;
  /** The last PUT or POST. */
  readonly ticks: number;
  /** The last PUT. */
  readonly dataTicks: number;
  readonly sizeBytes: number;
  /** Lower-case hex MD5 of the bytes. */
  readonly etag: string;
  readonly contentType: string;
  /** Unix seconds, null for objects that stay. */
  readonly deleteAt: number | null;
  readonly metadata: StoredMetadata;
}

/** A stream out of a file; `file` says which. */
export interface FileStream extends ByteStream {
  readonly file: FileSlice;
}

/** An open object: metadata and bytes of one moment, whatever happens to the name meanwhile. */
export interface OpenObject extends Disposable {
  readonly record: ObjectRecord;
  /**
   * Bytes from `startBytes` to `endBytes` (exclusive). May be called several times, one body after the other; the file is closed
   * with the object. Small parts come as bytes at hand, others as a FileStream.
   */
  read(startBytes: number, endBytes: number): Body;
}

/** Which part of an order of names to list. Bounds are exclusive unless said otherwise. */
export interface ListingRequest {
  readonly limit: number;
  readonly marker: string;
  readonly endMarker: string;
  readonly prefix: string;
  readonly delimiter: string;
  readonly reverse: boolean;
  readonly path: string | null;
}

export type ListingItem<T> = { readonly subdir: string } | { readonly record: T };

/** Bytes that the store has taken in and that have no name yet. Hand them to `putObject` or discard them. */
export interface StagedBytes {
  readonly sizeBytes: number;
  readonly etag: string;
  /** Removes them. Safe to call twice and after `putObject`. */
  discard(): void;
}

export interface NewObject {
  /** The moment of the write where it is known before: one that `nextTicks` gave, or that of an object that is copied. */
  readonly ticks?: number;
  readonly contentType: string;
  readonly deleteAt: number | null;
  readonly metadata: StoredMetadata;
}

export interface ObjectKey {
  readonly account: string;
  readonly container: string;
  readonly object: string;
}

export type PutObjectResult =
  | { readonly kind: "stored"; readonly record: ObjectRecord; readonly replaced: ObjectRecord | null }
  | { readonly kind: "no-container" }
  | { readonly kind: "exists" };

export interface Store extends AsyncDisposable {
  readonly directory: string;

  findAccount(account: string): AccountRecord | null;
  accountTotals(account: string): AccountTotals;
  findContainer(account: string, container: string): ContainerRecord | null;
  findObject(key: ObjectKey): ObjectRecord | null;
  /** The object with its bytes, or null. Throws a StudioError where the file is missing or cut. */
  openObject(key: ObjectKey): OpenObject | null;
  listContainers(account: string, request: ListingRequest): ListingItem<ContainerRecord>[];
  /** Objects that expire at or before `nowSeconds` are passed over. */
  listObjects(account: string, container: string, request: ListingRequest, nowSeconds: number): ListingItem<ObjectRecord>[];

  /**
   * Creates or changes an account, which `change` is shown as it is now (null where there is none). Returning null changes nothing.
   * Resolves with what was there before and after, once it is on disk. The same holds for the other `write…` functions.
   */
  writeAccount(account: string, change: ChangeOf<AccountRecord, AccountChange>): Promise<Changed<AccountRecord>>;
  /** Creates the account as well where it is missing. */
  writeContainer(account: string, container: string, change: ChangeOf<ContainerRecord, ContainerChange>): Promise<Changed<ContainerRecord>>;
  deleteContainer(account: string, container: string): Promise<"deleted" | "missing" | "not-empty">;
  /** Marks the account as deleted and removes all that is in it. */
  deleteAccount(account: string): Promise<"deleted" | "missing">;

  /**
   * Takes in the bytes of an object. Nothing is left where the body throws, the signal aborts or the body is longer than
   * `maxBytes` (INPUT_TOO_LARGE); a full disk is DISK_FULL.
   */
  stage(body: Body | null, options: { maxBytes: number; signal?: AbortSignal }): Promise<StagedBytes>;
  /** Gives staged bytes a name, in place of what had it. Resolves when that is on disk. The bytes are discarded where it is refused. */
  putObject(key: ObjectKey, staged: StagedBytes, object: NewObject, options: { onlyIfAbsent: boolean }): Promise<PutObjectResult>;
  /** Changes what is kept with an object; the bytes stay. `change` may return null to leave it alone. */
  writeObject(key: ObjectKey, change: (existing: ObjectRecord) => NewObject | null): Promise<Changed<ObjectRecord>>;
  /** Removes an object, where `allow` (shown the object) returns true. Resolves with what was removed. */
  deleteObject(key: ObjectKey, allow?: (existing: ObjectRecord) => boolean): Promise<{ existed: boolean; removed: ObjectRecord | null }>;

  /** Removes up to `limit` objects that have expired at `nowSeconds`; returns how many. */
  deleteExpired(nowSeconds: number, limit: number): Promise<number>;
  /** A moment that no other write of this store has or will have: for names made of moments. */
  nextTicks(): number;
  /** Unix seconds at which the next object expires; null where none does. */
  nextExpiry(): number | null;

  readonly snapshots: Snapshots;

  /** Resolves when what a crash may have left (temporary files, bytes without a name) has been removed. */
  readonly swept: Promise<void>;
}

/** What a snapshot holds, as counted when it was saved. */
export interface SnapshotInfo {
  readonly name: string;
  readonly createdAtMs: number;
  readonly containers: number;
  readonly objects: number;
  readonly bytes: number;
}

/** The whole store of earlier moments, by name. Names are short and plain; another one is BAD_INPUT. */
export interface Snapshots {
  /** The oldest first. */
  list(): Promise<SnapshotInfo[]>;
  /** Keeps what is acknowledged by now; what is written meanwhile may be in it or not, each write as a whole. CONFLICT where the name is taken. */
  save(name: string): Promise<SnapshotInfo>;
  /** Puts a snapshot in place of all there is, at one moment. Bodies that are being read go on. NOT_FOUND where there is none. */
  restore(name: string): Promise<SnapshotInfo>;
  /** NOT_FOUND where there is none. */
  remove(name: string): Promise<void>;
}

export interface AccountChange {
  readonly metadata: StoredMetadata;
}

export interface ContainerChange {
  readonly metadata: StoredMetadata;
  readonly policy: string;
}

export type ChangeOf<Record, Change> = (existing: Record | null) => Change | null;

export interface Changed<Record> {
  readonly before: Record | null;
  readonly after: Record | null;
}
