/** Rows of the metadata database as records. Owns the translation only. */
import type { AccountRecord, ContainerRecord, ObjectRecord, StoredMetadata } from "./types.ts";

export interface AccountRow {
  id: number;
  name: string;
  created: number;
  deleted: number;
  metadata: string;
}

export interface ContainerRow {
  id: number;
  name: string;
  created: number;
  modified: number;
  policy: string;
  metadata: string;
  object_count: number;
  bytes_used: number;
}

export interface ObjectRow {
  id: number;
  container_id: number;
  name: string;
  ticks: number;
  data_ticks: number;
  size: number;
  etag: string;
  content_type: string;
  delete_at: number | null;
  metadata: string;
  blob: string | null;
}

const noMetadata: StoredMetadata = Object.freeze({});

export function parseMetadata(text: string): StoredMetadata {
  return text === "{}" ? noMetadata : (JSON.parse(text) as StoredMetadata);
}

export function formatMetadata(metadata: StoredMetadata): string {
  return JSON.stringify(metadata);
}

export function toAccount(row: AccountRow): AccountRecord {
  return { name: row.name, createdTicks: row.created, deleted: row.deleted !== 0, metadata: parseMetadata(row.metadata) };
}

export function toContainer(row: ContainerRow): ContainerRecord {
  return {
    name: row.name,
    createdTicks: row.created,
    modifiedTicks: row.modified,
    policy: row.policy,
    metadata: parseMetadata(row.metadata),
    objectCount: row.object_count,
    bytesUsed: row.bytes_used,
  };
}

export function toObject(row: ObjectRow): ObjectRecord {
  return {
    name: row.name,
    ticks: row.ticks,
    dataTicks: row.data_ticks,
    sizeBytes: row.size,
    etag: row.etag,
    contentType: row.content_type,
    deleteAt: row.delete_at,
    metadata: parseMetadata(row.metadata),
  };
}
