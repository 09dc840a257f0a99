import './texts/texts.ts'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { api } from './api/client.ts'
import { queryClient } from './api/query-client.ts'
import { Announcer } from './elements/index.ts'
import { router } from './router.tsx'
import { ThemeProvider } from './theme/theme-choice.tsx'

// A session that ended while the console was open leads to sign-in, and from there back to the same page.
api.onSignedOut(() => {
  const { pathname, href } = router.state.location
  if (pathname === '/sign-in' || pathname === '/setup') return
  queryClient.clear()
  void router.navigate({ to: '/sign-in', search: { returnTo: href } })
})

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <ThemeProvider>
          <Announcer />
          <RouterProvider router={router} />
        </ThemeProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
}
