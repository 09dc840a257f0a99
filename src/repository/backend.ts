/**
 * The storage port: what a place must be able to do to hold a repository. Files are whole, immutable and small enough for
 * memory (a pack is 16 MiB by default). Abilities that not every place has are declared in `features`, never assumed.
 */

/** The six kinds of file of a restic repository. There is one `config`; its name is `config`. */
export type FileType = 'config' | 'keys' | 'data' | 'index' | 'snapshots' | 'locks'

/** What a place can do; nobody asks for what is not declared here. */
export interface BackendFeatures {
  /** How the place is called in messages: `local folder`, `memory`. */
  readonly kind: string
  /** Files survive the end of this process. */
  readonly durable: boolean
  /** `remove` can be refused by the place itself (append-only stores). */
  readonly appendOnly: boolean
  /** What is saved (`locks/` excepted) is kept by the place as it is for some time, whoever removes it; `extendRetention` prolongs that. */
  readonly retention?: Retention
}

/** How long a place keeps what is written to it, whoever asks for its removal. */
export interface Retention {
  /** Each file is kept for at least so many days after it was saved. */
  readonly days: number
  /** `compliance`: nobody can end it earlier; `governance`: who has a special right can. */
  readonly mode: 'compliance' | 'governance'
}

/** A part of a file. */
export interface ByteRange {
  /** Bytes from the beginning of the file. */
  readonly offset: number
  /** Bytes to read. */
  readonly length: number
}

/** What is known of a file without reading it. */
export interface FileState {
  /** Bytes. */
  readonly size: number
  /** Milliseconds since the epoch until which the place keeps the file; only where there is `features.retention`. */
  readonly retainedUntil?: number
}

/** A file in a listing. */
export interface StoredFile {
  readonly name: string
  /** Bytes. */
  readonly size: number
}

/** A place that holds a repository: six operations on whole files. */
export interface Backend {
  readonly features: BackendFeatures
  /** Writes a file whole or not at all, durable when the promise resolves. Errors: `STO_FILE_EXISTS` when there is one. */
  save(type: FileType, name: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void>
  /** Reads a file or exactly the range asked for. Errors: `STO_FILE_MISSING`, `STO_FILE_TOO_SHORT`. */
  load(type: FileType, name: string, range?: ByteRange, signal?: AbortSignal): Promise<Buffer>
  /** All files of one kind, in no order; files that do not belong to a repository are left out. */
  list(type: FileType, signal?: AbortSignal): AsyncIterable<StoredFile>
  /**
   * Takes the file away from readers. A place with retention may keep its bytes, hidden, until that ends. Errors: `STO_FILE_MISSING`,
   * `STO_FILE_RETAINED` (the place does not even hide it before its time).
   */
  remove(type: FileType, name: string, signal?: AbortSignal): Promise<void>
  /** Paths of everything in the place that does not belong to a repository, where the place can tell: leftovers, strangers' files. */
  listForeign?(signal?: AbortSignal): AsyncIterable<string>
  /** Removes what interrupted writes of ours left before that moment (milliseconds since the epoch), and answers how many files. */
  removeLeftovers?(before: number, signal?: AbortSignal): Promise<number>
  stat(type: FileType, name: string, signal?: AbortSignal): Promise<FileState | undefined>
  /** Keeps the file at least until then (milliseconds since the epoch); never shortens. There is one exactly with `features.retention`. */
  extendRetention?(type: FileType, name: string, until: number, signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}
