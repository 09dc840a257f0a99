/** What protects an answer that is no page, where the frame's own headers do not come: no hook runs for an address that cannot be read, nor for what is answered past fastify. */
export const bareHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const
