/**
 * A path of this console that came in an address, as the browser would read it; undefined for one that leads elsewhere. Browsers take `/\`,
 * and a tab between slashes, for `//`, which begins the name of another site.
 */
export function ownPath(text: string | undefined, origin: string): string | undefined {
  if (!text?.startsWith('/')) return undefined
  const url = URL.parse(text, origin)
  if (url?.origin !== origin || url.pathname.startsWith('//')) return undefined
  return `${url.pathname}${url.search}${url.hash}`
}
