/** Everything that is given inputs nobody foresaw. */
import type { Decoder } from './decoder.ts'
import { fileDecoders } from './file-decoders.ts'
import { formatDecoders } from './format-decoders.ts'
import { textDecoders } from './text-decoders.ts'

export const decoders: readonly Decoder[] = [...formatDecoders, ...fileDecoders, ...textDecoders]
