import { type GraphClient, graphPath, isMicrosoftError, preferImmutableIds } from '../../microsoft/index.ts'
import type { RepositoryWriter, StoredContent } from '../../repository/index.ts'
import { fail } from '../errors.ts'

/** Exchange Online takes messages of at most 150 MB; what it builds as MIME is a third larger. */
const longestMessage = 256 * 1024 * 1024
const attempts = 3

/**
 * Streams a message's MIME from Graph into the repository, byte for byte as it came, without holding the whole in memory.
 * A stream that breaks off is asked for again; the blobs stored until then stay unreferenced.
 * @throws MicrosoftError, WRK_CONTENT_EMPTY, or what the writer throws
 */
export async function fetchContent(
  graph: GraphClient,
  writer: RepositoryWriter,
  user: string,
  messageId: string,
  signal: AbortSignal,
): Promise<StoredContent> {
  for (let attempt = 1; ; attempt++) {
    const { body } = await graph.request<AsyncIterable<Uint8Array>>({
      path: graphPath`/users/${user}/messages/${messageId}/$value`,
      as: 'stream',
      maxBytes: longestMessage,
      prefer: [preferImmutableIds],
      mailbox: user,
      signal,
    })
    const source = new MailStream(body)
    try {
      const stored = await writer.saveContent(source)
      if (stored.size === 0) throw fail('WRK_CONTENT_EMPTY')
      return stored
    } catch (error) {
      const brokeOff = source.failed && !(isMicrosoftError(error) && (error.microsoft.httpStatus ?? 0) >= 400)
      if (!brokeOff || attempt === attempts || signal.aborted) throw error
    }
  }
}

/** Tells whether an error came from the network side or from the store. */
class MailStream implements AsyncIterable<Uint8Array> {
  failed = false
  readonly #body: AsyncIterable<Uint8Array>

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#body = body
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    this.failed = true
    for await (const chunk of this.#body) {
      this.failed = false
      yield chunk
      this.failed = true
    }
    this.failed = false
  }
}
