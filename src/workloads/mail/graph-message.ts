/** Mail as Graph describes it: the fields asked for, and only those. */

export interface GraphRecipient {
  readonly emailAddress?: { readonly name?: string | null; readonly address?: string | null } | null
}

/** A message of a delta page. Any field may be missing when only some of them changed. */
export interface GraphMessage {
  readonly id: string
  readonly '@removed'?: { readonly reason?: string }
  readonly changeKey?: string
  readonly parentFolderId?: string
  readonly internetMessageId?: string | null
  readonly subject?: string | null
  readonly bodyPreview?: string | null
  readonly from?: GraphRecipient | null
  readonly sender?: GraphRecipient | null
  readonly toRecipients?: readonly GraphRecipient[] | null
  readonly ccRecipients?: readonly GraphRecipient[] | null
  readonly bccRecipients?: readonly GraphRecipient[] | null
  readonly replyTo?: readonly GraphRecipient[] | null
  readonly createdDateTime?: string | null
  readonly lastModifiedDateTime?: string | null
  readonly receivedDateTime?: string | null
  readonly sentDateTime?: string | null
  readonly hasAttachments?: boolean | null
  readonly importance?: string | null
  readonly isRead?: boolean | null
  readonly isDraft?: boolean | null
  readonly flag?: { readonly flagStatus?: string | null } | null
  readonly categories?: readonly string[] | null
  readonly [field: string]: unknown
}

/** Fields of every message call. `id` and `changeKey` are named too, since `$select` decides what is answered. */
export const messageFields: readonly string[] = [
  'id',
  'changeKey',
  'parentFolderId',
  'internetMessageId',
  'conversationId',
  'subject',
  'bodyPreview',
  'from',
  'sender',
  'toRecipients',
  'ccRecipients',
  'bccRecipients',
  'replyTo',
  'createdDateTime',
  'lastModifiedDateTime',
  'receivedDateTime',
  'sentDateTime',
  'hasAttachments',
  'importance',
  'inferenceClassification',
  'isRead',
  'isDraft',
  'isReadReceiptRequested',
  'isDeliveryReceiptRequested',
  'flag',
  'categories',
]

export interface GraphMailFolder {
  readonly id: string
  readonly '@removed'?: { readonly reason?: string }
  readonly displayName?: string | null
  readonly parentFolderId?: string | null
  readonly totalItemCount?: number | null
  readonly isHidden?: boolean | null
}

export interface GraphUser {
  readonly id: string
  readonly displayName?: string | null
  readonly userPrincipalName?: string | null
  readonly mail?: string | null
  readonly userType?: string | null
}
