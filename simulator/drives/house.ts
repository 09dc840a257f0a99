import type { Tenant } from '../tenant/index.ts'
import type { Archive } from './archive.ts'
import type { Drive, DriveItem } from './drive.ts'
import type { DriveThrottle } from './throttle.ts'

/** What all routes of drives share. */
export type House = {
  readonly tenant: Tenant
  readonly archive: Archive
  readonly throttle: DriveThrottle
  readonly behaviour: Behaviour
  readonly uploads: Map<string, UploadSession>
  /** Origin of the host that gives and takes content. */
  readonly contentOrigin: () => string
  /** Seals the addresses given out. */
  readonly secret: string
  /** The application whose request is being answered: the addresses of content in the answer are on its account. */
  asking: string
  /** Mails that told somebody of something shared. */
  invitationsSent: number
}

/** Habits of the service that tests switch on. */
export type Behaviour = {
  /** Every second delta page is empty. */
  emptyPages: boolean
  /** The first item of a delta page repeats the last of the page before. */
  duplicates: boolean
  /** Items of a delta page in reverse order: children before their folders. */
  shuffle: boolean
  /** A delta round starts a little before the place where the last one ended. */
  replay: boolean
  /** A delta page has at most so many entries beside the folders above them, whatever was asked for. */
  largestPage: number
  /** What an expired token is answered with. */
  resync:
    | 'resyncChangesApplyDifferences'
    | 'resyncChangesUploadDifferences'
    | 'resyncApplyDifferences'
    | 'resyncUploadDifferences'
    | 'resyncRequired'
  /** Life of a download address, seconds. */
  downloadSeconds: number
  /** Downloads break after so many bytes; 0 never. */
  breakAfterBytes: number
  /** How many downloads break. */
  breaks: number
  /** Downloads cost their application a resource unit each, and are refused beyond its limit as requests to Graph are. */
  chargeDownloads: boolean
  /** Downloads are answered whole whatever `Range` asks for. */
  ignoreRange: boolean
  /** Links for anyone are allowed. */
  anonymousLinks: boolean
  /** SharePoint writes its own properties into Office files as they arrive in a library. */
  rewriteOfficeFiles: boolean
  /** Files whose names end so lose their last byte to another on the way in; '' none. */
  spoiledEnding: string
}

export type UploadSession = {
  readonly drive: Drive
  readonly parent: DriveItem
  readonly name: string
  readonly conflict: Conflict
  readonly fileSystemInfo: unknown
  total: number | undefined
  readonly parts: (Buffer | number)[]
  received: number
  readonly expires: number
}

/** What happens when the name is taken. */
export type Conflict = 'fail' | 'replace' | 'rename'
