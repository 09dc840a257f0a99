import { Spinner } from '@fluentui/react-components'

/** Shows that something is under way beside words that say so: readers hear the words, not a bar without a name. */
export function BusyMark({ size = 'tiny' }: { readonly size?: 'tiny' | 'extra-tiny' }) {
  return <Spinner size={size} aria-hidden role="presentation" />
}
