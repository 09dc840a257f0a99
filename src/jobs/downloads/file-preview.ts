/**
 * Which files are shown in the console, and as what: pictures that are only pixels, and plain text. Everything else (PDF, Office, HTML, SVG,
 * …) can carry something active, and is only downloaded.
 */

/** Bytes of a picture that is shown; larger ones can be downloaded. */
const largestPicture = 16 * 1024 * 1024
/** Bytes of a text that are shown: its beginning. */
export const shownText = 256 * 1024

export type FilePreviewKind = 'image' | 'text'

const pictures = new Set(['png', 'jpg', 'jpeg', 'gif', 'webp'])
const texts = new Set(
  'txt text md markdown csv tsv log json jsonl xml yaml yml ini conf cfg toml srt vtt eml ics vcf sql sh ps1 bat py js ts css html htm c h cpp cs java go rs tex'.split(
    ' ',
  ),
)

/** By name and size alone; null for what is only downloaded. */
export function previewKind(name: string, size: number): FilePreviewKind | null {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  if (pictures.has(ending)) return size > 0 && size <= largestPicture ? 'image' : null
  return texts.has(ending) ? 'text' : null
}

/** The media type of a picture by its first bytes, whatever its name says; null for everything else. */
export function pictureType(bytes: Buffer): string | null {
  const text = bytes.subarray(0, 12).toString('latin1')
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (/^GIF8[79]a/.test(text)) return 'image/gif'
  return /^RIFF.{4}WEBP/s.test(text) ? 'image/webp' : null
}

/** Text in the encoding that its first bytes tell of, UTF-8 otherwise. What is no text shows as such, and does nothing. */
export function plainTextOf(bytes: Buffer): string {
  const [first, second] = bytes
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}
