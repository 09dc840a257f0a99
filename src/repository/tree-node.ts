/** The nodes of a restic tree, as data. Times are RFC 3339 texts, kept as they were read (nanoseconds survive). */

export type NodeType = 'file' | 'dir' | 'symlink' | 'dev' | 'chardev' | 'fifo' | 'socket' | 'irregular'

/** An extended attribute of a file. */
export interface ExtendedAttribute {
  readonly name: string
  /** Base64, or null for a nil value. */
  readonly value: string | null
}

/** A field of a later release, with its place among the known ones. */
export interface UnknownField {
  readonly name: string
  /** The known or unknown field it came after; undefined: it was the first. */
  readonly after: string | undefined
  readonly value: unknown
}

/** An entry of a directory. What is absent is empty or zero. */
export interface TreeNode {
  readonly name: string
  /**
   * Go's quoted form, present when quoting `name` does not give it: its bytes are not valid UTF-8 (`name` is then an approximation), or
   * its writer knew other characters as printable.
   */
  readonly quotedName?: string
  readonly type: NodeType
  /** Go's FileMode number: permission bits plus flags in the high bits (directory: bit 31). */
  readonly mode: number
  readonly mtime: string
  readonly atime: string
  readonly ctime: string
  readonly uid: number
  readonly gid: number
  readonly user?: string
  readonly group?: string
  readonly inode?: number | bigint
  readonly device_id?: number | bigint
  /** Bytes of content. */
  readonly size?: number
  readonly links?: number
  readonly linktarget?: string
  readonly linktarget_raw?: string
  readonly extended_attributes?: readonly ExtendedAttribute[]
  readonly generic_attributes?: Readonly<Record<string, unknown>>
  readonly device?: number | bigint
  /** Files: ids of the data blobs in order, empty for an empty file. */
  readonly content?: readonly string[]
  /** Directories: id of the tree blob. */
  readonly subtree?: string
  readonly error?: string
  /** Fields that this program does not know, so that an edited directory keeps them. */
  readonly unknownFields?: readonly UnknownField[]
}
