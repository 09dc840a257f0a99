import { Button, type ButtonProps, Link } from '@fluentui/react-components'
import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, Ref } from 'react'

type Anchor = AnchorHTMLAttributes<HTMLAnchorElement> & { ref?: Ref<HTMLAnchorElement> }

function LinkAnchor({ ref, ...props }: Anchor) {
  return <Link {...(props as object)} as="a" ref={ref ?? null} />
}
function ButtonAnchor({ ref, ...props }: Anchor & Pick<ButtonProps, 'appearance' | 'icon' | 'size'>) {
  return <Button {...(props as object)} as="a" ref={ref as Ref<HTMLAnchorElement>} />
}

/** Fluent's link and button as links of the router: real anchors, so that 'open in new tab' works. */
export const RouterLink = createLink(LinkAnchor)
export const RouterButton = createLink(ButtonAnchor)
